// http_load PORT [CONNECTIONS [SECONDS [BODY [PATH [TOKEN]]]]]: posts one body again and again, or, where the body is empty, gets PATH.
#include "tests/bench/http_load.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <exception>

int main(int count, char** words)
try {
    if (count < 2) {
        fmt::print(stderr, "usage: http_load PORT [CONNECTIONS [SECONDS [BODY [PATH [TOKEN]]]]]\n");
        return 2;
    }
    planwatch::bench::LoadPlan plan;
    plan.port = static_cast<std::uint16_t>(std::atoi(words[1]));
    if (count > 2) plan.connections = std::atoi(words[2]);
    if (count > 3) plan.duration = std::chrono::seconds{std::atoi(words[3])};
    std::string body = count > 4 ? words[4] : "{}";
    plan.body = [body = std::move(body)](int, std::uint64_t) { return body; };
    if (count > 5) plan.path = words[5];
    if (count > 6) plan.authorization = fmt::format("Bearer {}", words[6]);
    const auto result = planwatch::bench::load(plan);
    fmt::print("{} connections: {:.0f}/s, p50 {:.0f} µs, p99 {:.0f} µs, max {:.0f} µs;", plan.connections, result.per_second(),
               result.p50_us, result.p99_us, result.max_us);
    for (const auto& [status, times] : result.statuses) fmt::print(" {}: {}", status, times);
    fmt::print("\n");
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "http_load: {}\n", error.what());
    return 3;
}
