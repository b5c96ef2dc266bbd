#include "daemon/history_pusher.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace planwatch {
namespace {

constexpr int most_doubts = 3;
constexpr std::chrono::seconds idle_connection{15};  // many servers and proxies close one after a minute
constexpr std::size_t samples_a_request = 5'000;  // some 600 KiB of text, 30 KiB compressed

std::string receiver_name(const HistoryTarget& target)
{
    return (target.kind == HistoryTarget::Kind::victoria_metrics ? "victoria-metrics " : "remote-write ") + target.url;
}

}  // namespace

HistoryPusher::HistoryPusher(std::string database, HistoryTarget target, const std::atomic<bool>& give_up, std::chrono::milliseconds settling)
    : database_{std::move(database)}, name_{receiver_name(target)}, give_up_{give_up}, settling_{settling}, server_{std::move(target), give_up}
{
}

HistoryPusher::Report HistoryPusher::push(const std::string& plan)
{
    Task& task = tasks_[plan];
    Report report;
    if (task.again) task = {};
    if (!task.batches.empty() || prepare(plan, task, report)) send_all(task, report);
    if (!report.failed) settle(task, report);
    return report;
}

// False where nothing happened since.
bool HistoryPusher::prepare(const std::string& plan, Task& task, Report& report)
{
    const auto go_on = [this](std::uint64_t, std::uint64_t) {
        if (give_up_) throw std::runtime_error{"stopped"};
    };
    if (!reader_) reader_ = std::make_unique<StoreReader>(database_);
    if (!task.history) {
        auto history = std::make_unique<History>(plan);
        history->read(*reader_, reader_->taken_position(plan, name_), go_on);
        history->forget();
        report.taken = history->position();
        task.history = std::move(history);
    }
    try {
        if (!task.history->read(*reader_, reader_->newest_position(plan), go_on)) return false;
        task.samples = task.history->take(go_on);
    } catch (...) {
        task.again = true;
        throw;
    }
    for (SampleBatch& batch : in_batches(task.samples, samples_a_request)) task.batches.push_back(std::move(batch));
    return true;
}

void HistoryPusher::send_all(Task& task, Report& report)
{
    in_a_round_ = false;
    while (!task.batches.empty() && !report.failed) {
        SampleBatch batch = std::move(task.batches.front());
        task.batches.pop_front();
        send(std::move(batch), task, report);
    }
    in_a_round_ = false;
    if (report.failed || task.again) return;
    task.samples = {};
    report.taken = task.history->position();
    task.acks.push_back({task.history->position(), std::chrono::steady_clock::now()});
}

// A receiver refuses a whole request for one sample: it is cut in halves until that one is found.
void HistoryPusher::send(SampleBatch batch, Task& task, Report& report)
{
    const PushResult result = server_.push(batch);
    last_asked_ = std::chrono::steady_clock::now();
    const std::size_t samples = size_of(batch);
    note_connection(result.reconnected);
    switch (result.outcome) {
        case PushResult::Outcome::stored:
            report.stored += samples;
            in_a_round_ = true;
            return;
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

void HistoryPusher::settle(Task& task, Report& report)
{
    const Time now = std::chrono::steady_clock::now();
    const Time ripe = now - settling_;
    if (task.acks.empty() || (task.acks.front().at > ripe && now - last_asked_ < idle_connection)) return;
    const PushResult result = server_.push({});
    last_asked_ = now;
    note_connection(result.reconnected);
    if (result.outcome == PushResult::Outcome::retry) {
        report.failed = true;
        report.answer = result.answer;
        return;
    }
    if (!result.reconnected && !task.acks.empty() && task.acks.front().at <= ripe) doubts_ = 0;
    for (; !task.acks.empty() && task.acks.front().at <= ripe; task.acks.pop_front()) report.settled = task.acks.front().position;
}

// Where a connection is gone, all that is not settled is doubted and given again.
void HistoryPusher::note_connection(bool reconnected)
{
    if (!reconnected || doubts_ == most_doubts || !anything_unsettled()) return;
    ++doubts_;
    for (auto& [plan, task] : tasks_) {
        task.again = task.again || !task.acks.empty() || !task.batches.empty() || (in_a_round_ && !task.samples.empty());
        task.acks.clear();
    }
}

bool HistoryPusher::anything_unsettled() const
{
    return in_a_round_ || std::ranges::any_of(tasks_, [](const auto& each) { return !each.second.acks.empty(); });
}

}  // namespace planwatch
