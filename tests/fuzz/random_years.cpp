// random_years FIRST LAST FOLDER: lives the years of these seeds (tests/daemon/random_year.hpp), and ends with 1 where a promise was
// broken. `./dev fuzz year` does it.
#include "tests/daemon/random_year.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdlib>

int main(int count, char** arguments)
{
    if (count != 4) {
        fmt::print(stderr, "usage: random_years FIRST LAST FOLDER\n");
        return 2;
    }
    spdlog::set_level(spdlog::level::off);
    const auto start = std::chrono::steady_clock::now();
    const std::uint64_t first = std::strtoull(arguments[1], nullptr, 10), last = std::strtoull(arguments[2], nullptr, 10);
    planwatch::testing::YearReport sum;
    std::size_t broken = 0;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        const auto year = planwatch::testing::live_a_year(seed, arguments[3]);
        for (const std::string& promise : year.broken) fmt::print("seed {}: {}\n", seed, promise);
        broken += !year.broken.empty();
        sum.crashes += year.crashes;
        sum.messages += year.messages;
        sum.handed_over += year.handed_over;
        sum.failures += year.failures;
        sum.ends += year.ends;
        sum.steps += year.steps;
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("years {} to {}: {} crashes, {} messages, {} tries of which {} failed, {} ends told, {} steps of ladders; {} years broke a promise; {:.2f} s a year\n",
               first, last, sum.crashes, sum.messages, sum.handed_over, sum.failures, sum.ends, sum.steps, broken, seconds / static_cast<double>(last - first + 1));
    return broken == 0 ? 0 : 1;
}
