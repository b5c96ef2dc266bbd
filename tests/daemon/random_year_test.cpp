// Some years of tests/daemon/random_year.hpp; `./dev fuzz year` lives many more. PLANWATCH_SEED=n runs that year too.
#include "tests/daemon/random_year.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace planwatch::testing {
namespace {

TEST(RandomYear, OfTheDaemonsInsideKeepsEveryPromise)
{
    std::vector<std::uint64_t> seeds{1, 2, 3};
    if (const char* more = std::getenv("PLANWATCH_SEED")) seeds.push_back(std::strtoull(more, nullptr, 10));
    for (const std::uint64_t seed : seeds) {
        const YearReport year = live_a_year(seed, ::testing::TempDir());
        for (const std::string& broken : year.broken) ADD_FAILURE() << fmt::format("PLANWATCH_SEED={}: {}", seed, broken);
        for (const std::size_t happened : {year.crashes, year.reloads, year.clock_steps, year.failures, year.tries_again, year.answered, year.messages, year.ends, year.steps})
            EXPECT_GT(happened, 0U) << "a year in which little happens shows little";
    }
}

}  // namespace
}  // namespace planwatch::testing
