#include "rules/forecast.hpp"

#include "rules/ranking.hpp"
#include "tests/rules/values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::ElementsAre;
using ::testing::Optional;

const Day start = day("2023-01-01");
KnownValue known(int days, double value) { return {start + std::chrono::days{days}, value}; }
Day on(int days) { return start + std::chrono::days{days}; }

TEST(Forecast, goes_on_along_a_straight_line_without_any_range)
{
    const KnownValue line[] = {known(0, 0), known(10, 10), known(30, 30), known(40, 40)};
    const auto ahead = forecast(line, on(100), {});
    ASSERT_TRUE(ahead);
    EXPECT_NEAR(ahead->value, 100, 1e-9);
    EXPECT_NEAR(ahead->low, 100, 1e-6);
    EXPECT_NEAR(ahead->high, 100, 1e-6);
    EXPECT_EQ(ahead->points, 3U);
    EXPECT_EQ(ahead->tested, 1U);  // after the third value, of the fourth
    EXPECT_EQ(ahead->within, 1U);
    EXPECT_EQ(ahead->mean_miss, 0);
}

// By hand: 1.5 a day; off by -5 and +5 in ten days each, so a day's scatter is 25/10 + 25/10 over one degree of freedom = 5;
// 3.078 × sqrt(5 × 10 × (1 + 10/20)) = 26.656.
TEST(Forecast, has_a_range_by_how_uneven_the_steps_were)
{
    const KnownValue uneven[] = {known(0, 0), known(10, 10), known(20, 30)};
    const auto ahead = forecast(uneven, on(30), {});
    ASSERT_TRUE(ahead);
    EXPECT_NEAR(ahead->value, 45, 1e-9);
    EXPECT_NEAR(ahead->low, 45 - 26.656, 0.001);
    EXPECT_NEAR(ahead->high, 45 + 26.656, 0.001);
    EXPECT_EQ(ahead->tested, 0U);
}

TEST(Forecast, stays_within_what_can_be)
{
    const KnownValue uneven[] = {known(0, 0), known(10, 10), known(20, 30)};
    const auto ahead = forecast(uneven, on(30), {.drifts = true, .least = 30, .most = 40});
    EXPECT_EQ(ahead->low, 30);
    EXPECT_EQ(ahead->value, 40);
    EXPECT_EQ(ahead->high, 40);
}

// By hand: steps of 10 and 10, a day's scatter (100/10 + 100/10)/2 = 10; 1.886 × sqrt(10 × 10) = 18.86.
TEST(Forecast, of_a_mean_stays_where_it_is)
{
    const KnownValue mean[] = {known(0, 70), known(10, 80), known(20, 90)};
    const auto ahead = forecast(mean, on(30), {.drifts = false, .least = {}, .most = {}});
    EXPECT_NEAR(ahead->value, 90, 1e-9);
    EXPECT_NEAR(ahead->low, 71.14, 0.001);
    EXPECT_NEAR(ahead->high, 108.86, 0.001);
}

TEST(Forecast, counts_what_it_would_have_missed)
{
    const KnownValue jump[] = {known(0, 0), known(10, 10), known(20, 20), known(30, 60)};
    const auto ahead = forecast(jump, on(40), {});
    EXPECT_EQ(ahead->tested, 1U);  // the first three make a line to 30
    EXPECT_EQ(ahead->within, 0U);
    EXPECT_NEAR(ahead->mean_miss, 0.5, 1e-9);
}

TEST(Forecast, is_none_of_too_little_or_of_the_past)
{
    const KnownValue two[] = {known(0, 0), known(10, 10)};
    EXPECT_FALSE(forecast(two, on(30), {}));
    EXPECT_FALSE(forecast({}, on(30), {}));
    const KnownValue three[] = {known(0, 0), known(10, 10), known(20, 20)};
    EXPECT_FALSE(forecast(three, on(20), {}));
}

TEST(Forecast, bears_zero_and_a_billion)
{
    const KnownValue zero[] = {known(0, 0), known(10, 0), known(20, 0), known(30, 0)};
    EXPECT_EQ(forecast(zero, on(40), {})->value, 0);
    EXPECT_EQ(forecast(zero, on(40), {})->mean_miss, 0);
    const KnownValue large[] = {known(0, 0), known(10, 1e9), known(20, 2e9), known(30, 3e9)};
    EXPECT_NEAR(forecast(large, on(40), {})->value, 4e9, 1);
}

TEST(Ranking, shares_places_and_leaves_out_what_is_not_known)
{
    EXPECT_THAT(places_of({0.9, std::nullopt, 0.8, 0.9, 0.5}), ElementsAre(Optional(1U), std::nullopt, Optional(3U), Optional(1U), Optional(4U)));
    EXPECT_THAT(places_of({0.1 + 0.2, 0.3}), ElementsAre(Optional(1U), Optional(1U)));
    EXPECT_TRUE(places_of({}).empty());
}

}  // namespace
}  // namespace planwatch
