// The history exporter: pushes what is new in the ledger to a receiver of metrics, beside the daemon's work and never in its way. How far
// the receiver has taken it is kept in the database and moves only once what it took is settled there, so an outage of either loses
// nothing; what was on its way when one of them fell is sent once more, sample for sample the same.
#pragma once

#include "config/settings.hpp"
#include "daemon/history_pusher.hpp"
#include "daemon/service.hpp"
#include "exporters/metrics.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <map>
#include <string>

namespace planwatch {

class HistoryExporter {
public:
    // Reads the secret's file; throws std::system_error where it cannot.
    HistoryExporter(const asio::any_io_executor& executor, Service& service, const HistorySettings& settings, std::string database);

    // Runs until `stop`.
    asio::awaitable<void> run();
    // Ends a push under way, and waits for that.
    asio::awaitable<void> stop();

    HistoryStats stats() const;

private:
    asio::awaitable<bool> push(std::string plan);
    asio::awaitable<void> record(std::string plan);
    asio::awaitable<void> wait(std::chrono::steady_clock::duration time);
    void note_failure(const std::string& plan, const std::string& why);

    Service& service_;
    HistorySettings settings_;
    std::atomic<bool> stopping_ = false;
    HistoryPusher pusher_;
    std::map<std::string, HistoryPosition> taken_;
    std::map<std::string, HistoryPosition> settled_;
    std::map<std::string, HistoryPosition> recorded_;
    HistoryStats stats_;
    std::uint32_t failures_in_a_row_ = 0;
    asio::steady_timer pause_;
    asio::steady_timer over_;
    bool running_ = false;
    asio::thread_pool threads_{1};  // reading the ledger takes time, and libcurl blocks; last, so that it ends first
};

}  // namespace planwatch
