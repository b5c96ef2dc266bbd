#include "daemon/history_pusher.hpp"

#include <stdexcept>
#include <utility>

namespace planwatch {
namespace {

constexpr std::size_t samples_a_request = 5'000;  // some 600 KiB of text, 30 KiB compressed

std::string receiver_name(const HistoryTarget& target)
{
    return (target.kind == HistoryTarget::Kind::victoria_metrics ? "victoria-metrics " : "remote-write ") + target.url;
}

}  // namespace

HistoryPusher::HistoryPusher(std::string database, HistoryTarget target, const std::atomic<bool>& give_up)
    : database_{std::move(database)}, name_{receiver_name(target)}, give_up_{give_up}, server_{std::move(target), give_up}
{
}

HistoryPusher::Report HistoryPusher::push(const std::string& plan)
{
    Task& task = tasks_[plan];
    Report report;
    if (task.batches.empty() && !prepare(plan, task) && std::exchange(task.told, true)) return report;
    while (!task.batches.empty() && !report.failed) {
        SampleBatch batch = std::move(task.batches.front());
        task.batches.pop_front();
        send(std::move(batch), task, report);
    }
    if (report.failed) return report;
    task.samples = {};
    if (task.history->position() != HistoryPosition{}) report.reached = task.history->position();
    return report;
}

// False where nothing happened since.
bool HistoryPusher::prepare(const std::string& plan, Task& task)
{
    const auto go_on = [this](std::uint64_t, std::uint64_t) {
        if (give_up_) throw std::runtime_error{"stopped"};
    };
    if (!reader_) reader_ = std::make_unique<StoreReader>(database_);
    if (!task.history) {
        auto history = std::make_unique<History>(plan);
        history->read(*reader_, reader_->taken_position(plan, name_), go_on);
        history->forget();
        task.history = std::move(history);
    }
    try {
        if (!task.history->read(*reader_, reader_->newest_position(plan), go_on)) return false;
        task.samples = task.history->take(go_on);
    } catch (...) {
        task.history.reset();  // begins again where the receiver's position stands
        throw;
    }
    for (SampleBatch& batch : in_batches(task.samples, samples_a_request)) task.batches.push_back(std::move(batch));
    return true;
}

// A receiver refuses a whole request for one sample: it is cut in halves until that one is found.
void HistoryPusher::send(SampleBatch batch, Task& task, Report& report)
{
    const PushResult result = server_.push(batch);
    const std::size_t samples = size_of(batch);
    switch (result.outcome) {
        case PushResult::Outcome::stored: report.stored += samples; return;
        case PushResult::Outcome::retry:
            report.failed = true;
            task.batches.push_front(std::move(batch));
            break;
        case PushResult::Outcome::refused:
            if (samples > 1) {
                auto [first, second] = halves(batch);
                task.batches.push_front(std::move(second));
                task.batches.push_front(std::move(first));
            } else {
                report.refused += samples;
            }
            break;
    }
    report.answer = result.answer;
}

}  // namespace planwatch
