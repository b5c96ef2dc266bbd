#include "daemon/history_exporter.hpp"

#include "config/file.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace planwatch {
namespace {

using namespace std::chrono_literals;

constexpr auto shortest_pause = 1s;
// A round reads all figures of a plan again: a large plan pushes less often, and takes no more than a tenth of one processor.
constexpr int rest_for_work = 9;
constexpr auto longest_stop = 5s;

HistoryTarget target_of(const HistorySettings& settings)
{
    const bool victoria = settings.kind == HistorySettings::Kind::victoria_metrics;
    HistoryTarget target{.kind = victoria ? HistoryTarget::Kind::victoria_metrics : HistoryTarget::Kind::remote_write,
                         .url = settings.url,
                         .user = settings.user,
                         .secret = {},
                         .ca_file = settings.ca_file.string(),
                         .timeout = settings.timeout};
    if (settings.secret_file.empty()) return target;
    target.secret = read_file(settings.secret_file).text;
    target.secret.erase(std::min(target.secret.find_first_of("\r\n"), target.secret.size()));
    return target;
}

// A query may hold a secret.
std::string shown_url(const std::string& url) { return url.substr(0, url.find('?')); }

}  // namespace

HistoryExporter::HistoryExporter(const asio::any_io_executor& executor, Service& service, const HistorySettings& settings, std::string database)
    : service_{service},
      settings_{settings},
      pusher_{std::move(database), target_of(settings), stopping_},
      pause_{executor},
      over_{executor}
{
}

asio::awaitable<void> HistoryExporter::run()
{
    running_ = true;
    while (!stopping_) {
        const auto start = std::chrono::steady_clock::now();
        bool all_well = true;
        for (const std::string& plan : service_.plans()) {
            const bool well = co_await push(plan);
            all_well = all_well && well;
            if (stopping_) break;
        }
        if (stopping_) break;
        if (all_well) {
            if (std::exchange(failures_in_a_row_, 0) > 0) spdlog::info("history is taken again by {}", shown_url(settings_.url));
            co_await wait(std::max<std::chrono::steady_clock::duration>(shortest_pause, rest_for_work * (std::chrono::steady_clock::now() - start)));
        } else {
            ++failures_in_a_row_;
            auto time = settings_.retry_first;
            for (std::uint32_t i = 1; i < failures_in_a_row_ && time < settings_.retry_longest; ++i) time *= 2;
            co_await wait(std::min(time, settings_.retry_longest));
        }
    }
    running_ = false;
    over_.cancel();
}

// False where it has to be tried again later.
asio::awaitable<bool> HistoryExporter::push(std::string plan)
{
    HistoryPusher::Report report;
    std::string problem;
    try {
        const auto work = [&]() -> asio::awaitable<HistoryPusher::Report> { co_return pusher_.push(plan); };
        report = co_await asio::co_spawn(threads_, work, asio::use_awaitable);
    } catch (const std::exception& error) {
        problem = error.what();
    }
    stats_.stored += report.stored;
    stats_.refused += report.refused;
    if (report.refused > 0) spdlog::warn("{} samples of {}'s history are not taken by {}: {}", report.refused, plan, shown_url(settings_.url), report.answer);
    if (report.taken) taken_[plan] = *report.taken;
    if (report.settled) settled_[plan] = *report.settled;
    if (report.failed) problem = report.answer;
    if (problem.empty()) {
        co_await record(plan);
        co_return true;
    }
    if (!stopping_) note_failure(plan, problem);
    co_return false;
}

// Of a plan whose position could not be recorded, in the next round again.
asio::awaitable<void> HistoryExporter::record(std::string plan)
{
    const auto settled = settled_.find(plan);
    if (settled == settled_.end()) co_return;
    const auto recorded = recorded_.find(plan);
    if (recorded != recorded_.end() && recorded->second == settled->second) co_return;
    const HistoryPosition position = settled->second;
    try {
        co_await service_.record_history(plan, pusher_.receiver(), position);
        recorded_[plan] = position;
    } catch (const StorageError&) {  // the service has told it
    }
}

void HistoryExporter::note_failure(const std::string& plan, const std::string& why)
{
    ++stats_.failures;
    if (failures_in_a_row_ == 0) spdlog::warn("the history of {} is not taken by {}, it will be tried again: {}", plan, shown_url(settings_.url), why);
}

asio::awaitable<void> HistoryExporter::wait(std::chrono::steady_clock::duration time)
{
    pause_.expires_after(time);
    boost::system::error_code ignored;
    co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> HistoryExporter::stop()
{
    stopping_ = true;
    pause_.cancel();
    over_.expires_after(longest_stop);
    boost::system::error_code ignored;
    if (running_) co_await over_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

HistoryStats HistoryExporter::stats() const
{
    HistoryStats stats = stats_;
    const std::vector<const Engine*> engines = service_.engines();
    for (const Engine* engine : engines) {
        const auto taken = taken_.find(engine->policy().plan.id);
        if (taken == taken_.end()) return stats_;  // its first round has only begun
        const Policy& policy = engine->policy();
        const Instant until = std::max(taken->second.until, policy.zone.start_of(policy.plan.issued));
        const std::chrono::duration<double> behind = engine->now() - until;
        stats.lag_seconds = std::max(stats.lag_seconds.value_or(0), behind.count());
    }
    return stats;
}

}  // namespace planwatch
