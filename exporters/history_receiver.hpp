// Where history is pushed to, by HTTP with libcurl: VictoriaMetrics' import API, or a Prometheus remote write 1.0 receiver. Blocks until
// the server has answered or the time is over; the history exporter calls it from a thread of its own.
#pragma once

#include "exporters/history_body.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

namespace planwatch {

struct HistoryTarget {
    enum class Kind : std::uint8_t { victoria_metrics, remote_write };
    Kind kind = Kind::victoria_metrics;
    std::string url;
    std::string user;    // empty: `secret` is a bearer token
    std::string secret;  // empty: no authorization
    std::string ca_file; // empty: the system's
    std::chrono::seconds timeout{30};
};

struct PushResult {
    // refused: the server will not have these samples (400, 413, 422, "too old sample"), and would not on another try. retry: everything else that
    // went wrong, a refused login or an unknown path included, for an operator can mend these.
    enum class Outcome : std::uint8_t { stored, retry, refused };
    Outcome outcome = Outcome::retry;
    bool reconnected = false;  // the connection of the request before was gone
    std::string answer;  // the status and the server's first line, or what hindered the connection; never a secret
};

// Not thread safe; keeps its connection from one request to the next.
class HistoryReceiver {
public:
    // `give_up`: set from another thread, ends a request under way.
    HistoryReceiver(HistoryTarget target, const std::atomic<bool>& give_up);
    ~HistoryReceiver();
    HistoryReceiver(const HistoryReceiver&) = delete;
    HistoryReceiver& operator=(const HistoryReceiver&) = delete;

    // An empty batch asks whether it is still there.
    PushResult push(std::span<const SeriesSlice> batch);

private:
    struct Handle;
    HistoryTarget target_;
    const std::atomic<bool>& give_up_;
    std::unique_ptr<Handle> handle_;
};

}  // namespace planwatch
