// Loads an HTTP server as many clients would: keep-alive connections, one request in hand on each, the next as soon as the
// answer is there. One thread, epoll; costs little beside the server that it measures.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace planwatch::bench {

struct LoadPlan {
    std::string address = "127.0.0.1";
    std::uint16_t port = 9919;
    std::string path = "/api/v1/submissions";
    std::string authorization;  // the field's value; empty: none
    std::string content_type = "application/json";
    int connections = 64;
    std::chrono::milliseconds warm_up{200};  // not counted
    std::chrono::milliseconds duration{2000};
    // The body of the n-th request (0, 1, …) of a connection (0, 1, …). An empty one is a GET.
    std::function<std::string(int connection, std::uint64_t n)> body;
};

struct LoadResult {
    std::uint64_t answers = 0;  // within the duration
    double seconds = 0;
    double p50_us = 0;  // from the first byte sent to the last byte received
    double p99_us = 0;
    double max_us = 0;
    std::map<int, std::uint64_t> statuses;  // all, warm-up too
    double per_second() const { return seconds > 0 ? static_cast<double>(answers) / seconds : 0; }
};

// Throws std::system_error when the server cannot be reached, std::runtime_error when it closes a connection.
LoadResult load(const LoadPlan& plan);

}  // namespace planwatch::bench
