// ingest_bench BINARY FOLDER [rates|tails|sizes|scrapes]: durable figures over HTTP against raw SQLite, in one run on one machine. Rates
// drift by the hour; ratios are what counts, so every figure stands beside a reference taken next to it.
#include "tests/bench/daemon_process.hpp"
#include "tests/bench/http_load.hpp"
#include "tests/bench/raw_sqlite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <map>
#include <string_view>
#include <thread>
#include <vector>

namespace planwatch::bench {
namespace {

namespace fs = std::filesystem;

// The next figure of all that are posted, over all connections and runs.
std::atomic<std::uint64_t> next_figure{0};

LoadResult post(const DaemonProcess& daemon, int connections, int batch, std::chrono::milliseconds duration = std::chrono::seconds{3})
{
    LoadPlan plan;
    plan.port = daemon.port();
    plan.authorization = "Bearer " + daemon.token();
    plan.connections = connections;
    plan.duration = duration;
    plan.warm_up = std::min(plan.warm_up, duration);
    plan.body = [&daemon, batch](int, std::uint64_t) {
        if (batch == 1) return daemon.submission(next_figure++);
        std::string body = "[";
        for (int i = 0; i < batch; ++i) body += (i ? "," : "") + daemon.submission(next_figure++);
        return body + "]";
    };
    LoadResult result = load(plan);
    for (const auto& [status, times] : result.statuses)
        if (status != 201) throw std::runtime_error{fmt::format("{} answers with status {}", times, status)};
    return result;
}

void compare_with_raw(DaemonProcess& daemon, RawSqlite& raw)
{
    fmt::print("\n{:<34}{:>12}{:>14}{:>9}{:>11}{:>11}\n", "figures/s", "planwatch", "raw SQLite", "ratio", "p50 µs", "p99 µs");
    const auto line = [&](const char* what, int connections, int batch, int rows) {
        const double reference = raw.rate(rows, 2.0);
        const LoadResult ours = post(daemon, connections, batch);
        const double rate = ours.per_second() * batch;
        fmt::print("{:<34}{:>12.0f}{:>14.0f}{:>9.2f}{:>11.0f}{:>11.0f}\n", what, rate, reference, rate / reference, ours.p50_us, ours.p99_us);
    };
    line("1 connection, single / 1 a tx", 1, 1, 1);
    line("16 connections, single / 64 a tx", 16, 1, 64);
    line("64 connections, single / 64 a tx", 64, 1, 64);
    line("1 connection, 1,000 / 1,000 a tx", 1, 1000, 1000);
    line("4 connections, 1,000 / 1,000 a tx", 4, 1000, 1000);
}

// The tail of many callers against that of one, in turns.
void compare_tails(const DaemonProcess& daemon)
{
    constexpr int turns = 7;
    constexpr std::chrono::seconds each{2};
    fmt::print("\n{:<34}{:>11}{:>11}{:>11}{:>11}{:>9}\n", "single figures", "1: p50 µs", "p99 µs", "64: p50 µs", "p99 µs", "ratio");
    std::vector<double> ratios;
    for (int turn = 0; turn < turns; ++turn) {
        const LoadResult one = post(daemon, 1, 1, each), many = post(daemon, 64, 1, each);
        ratios.push_back(many.p99_us / one.p99_us);
        fmt::print("{:<34}{:>11.0f}{:>11.0f}{:>11.0f}{:>11.0f}{:>9.1f}\n", "", one.p50_us, one.p99_us, many.p50_us, many.p99_us, ratios.back());
    }
    std::sort(ratios.begin(), ratios.end());
    fmt::print("{:<78}{:>9.1f}\n", "p99 of 64 over p99 of one, median", ratios[ratios.size() / 2]);
}

// The tail of submissions with nobody looking, and with a scrape of every series each second, in turns.
void compare_scrapes(const DaemonProcess& daemon, int series)
{
    constexpr int turns = 3;
    fmt::print("\n{:<34}{:>12}{:>11}{:>11}{:>11}{:>14}\n", fmt::format("{} series, 16 connections", series), "figures/s", "p50 µs", "p99 µs", "max ms", "scrapes");
    daemon.scrape();
    for (int turn = 0; turn < turns; ++turn) {
        for (const bool watched : {false, true}) {
            std::atomic<bool> ended{false};
            int scrapes = 0;
            std::thread prometheus{[&] {
                for (; watched && !ended; std::this_thread::sleep_for(std::chrono::seconds{1})) scrapes += daemon.scrape() > 0 ? 1 : 0;
            }};
            const LoadResult result = post(daemon, 16, 1, std::chrono::seconds{3});
            ended = true;
            prometheus.join();
            fmt::print("{:<34}{:>12.0f}{:>11.0f}{:>11.0f}{:>11.1f}{:>14}\n", watched ? "  a scrape a second" : "  without", result.per_second(), result.p50_us,
                       result.p99_us, result.max_us / 1000, scrapes);
        }
    }
}

void compare_sizes(const fs::path& binary, const fs::path& folder, double small_rate, double small_memory)
{
    fmt::print("\n{:<14}{:>14}{:>12}{:>16}{:>16}\n", "series", "figures/s", "ratio", "bytes a series", "ready again s");
    fmt::print("{:<14}{:>14.0f}{:>12.2f}{:>16}{:>16}\n", 1000, small_rate, 1.0, "-", "-");
    for (const int units : {10'000, 100'000}) {
        DaemonProcess daemon{binary, folder / fmt::format("units-{}", units), units};
        daemon.start();
        next_figure = 0;
        // A figure for every series first, and hardly a second one, which would count as the series' own memory.
        while (next_figure < static_cast<std::uint64_t>(units) * 10) post(daemon, 1, 1000, std::chrono::milliseconds{10});
        const double memory = (daemon.resident_bytes() - small_memory) / (units * 10.0);
        const double rate = post(daemon, 64, 1).per_second();
        daemon.stop();
        const double again = daemon.start();
        fmt::print("{:<14}{:>14.0f}{:>12.2f}{:>16.0f}{:>16.2f}\n", units * 10, rate, rate / small_rate, memory, again);
    }
    fmt::print("(bytes a series: of the whole process beyond the small one's, with a figure a series, SQLite's cache included)\n");
}

// `part`: empty for all of them.
int run(const fs::path& binary, const fs::path& folder, std::string_view part)
{
    const auto wanted = [&](std::string_view name) { return part.empty() || part == name; };
    fs::remove_all(folder);
    fs::create_directories(folder);
    DaemonProcess daemon{binary, folder / "units-100", 100};
    daemon.start();
    const double empty = daemon.resident_bytes();
    if (wanted("rates")) {
        RawSqlite raw{(folder / "raw.db").string()};
        compare_with_raw(daemon, raw);
    }
    if (wanted("tails")) compare_tails(daemon);
    const double small_rate = post(daemon, 64, 1).per_second();
    const std::uint64_t stored = next_figure;
    daemon.stop();
    fmt::print("\nready again with {} figures stored: {:.2f} s\n", stored, daemon.start());
    daemon.stop();
    if (wanted("sizes")) compare_sizes(binary, folder, small_rate, empty);
    if (wanted("scrapes")) {
        next_figure = 0;
        DaemonProcess wide{binary, folder / "scraped", 10'000};
        wide.start();
        compare_scrapes(wide, 100'000);
        wide.stop();
    }
    fs::remove_all(folder);
    return 0;
}

}  // namespace
}  // namespace planwatch::bench

int main(int count, char** words)
try {
    if (count != 3 && count != 4) {
        fmt::print(stderr, "usage: ingest_bench BINARY FOLDER [rates|tails|sizes|scrapes]\n");
        return 2;
    }
    return planwatch::bench::run(words[1], words[2], count > 3 ? words[3] : "");
} catch (const std::exception& error) {
    fmt::print(stderr, "ingest_bench: {}\n", error.what());
    return 3;
}
