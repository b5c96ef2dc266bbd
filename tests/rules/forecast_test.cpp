#include "rules/forecast.hpp"

#include "rules/ranking.hpp"
#include "tests/rules/values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <vector>

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
    const auto ahead = forecast(uneven, on(30), {.mean_since = {}, .least = 30, .most = 40});
    EXPECT_EQ(ahead->low, 30);
    EXPECT_EQ(ahead->value, 40);
    EXPECT_EQ(ahead->high, 40);
}

// By hand, of ten days each: 70, then 90 so that the mean is 80, then 110 so that it is 90. As sums 700, 1600, 2700: 90 a day; off by -200, 0
// and 200; a day's scatter (4000 + 0 + 4000)/2 = 4000; 1.886 × sqrt(4000 × 10 × (1 + 10/30)) = 435.55, over 40 days.
TEST(Forecast, of_a_mean_is_made_of_all_that_came_in)
{
    const KnownValue mean[] = {known(10, 70), known(20, 80), known(30, 90)};
    const auto ahead = forecast(mean, on(40), {.mean_since = start, .least = {}, .most = {}});
    ASSERT_TRUE(ahead);
    EXPECT_NEAR(ahead->value, 90, 1e-9);
    EXPECT_NEAR(ahead->low, 90 - 10.889, 0.001);
    EXPECT_NEAR(ahead->high, 90 + 10.889, 0.001);
    EXPECT_EQ(ahead->points, 3U);
    EXPECT_EQ(ahead->tested, 1U);
}

TEST(Forecast, counts_what_it_would_have_missed)
{
    const KnownValue jump[] = {known(0, 0), known(10, 10), known(20, 20), known(30, 60)};
    const auto ahead = forecast(jump, on(40), {});
    EXPECT_EQ(ahead->tested, 1U);  // the first three make a line to 30
    EXPECT_EQ(ahead->within, 0U);
    EXPECT_NEAR(ahead->mean_miss, 0.5, 1e-9);
}

// One month that nobody could foresee fails the forecasts of it and of what follows, not those of the months before.
TEST(Forecast, is_tested_on_every_later_value_not_on_the_newest_alone)
{
    std::vector<KnownValue> steady;
    for (int month = 0; month <= 9; ++month) steady.push_back(known(30 * month, 400 * month + month % 2 * 20));
    steady.push_back(known(300, 9 * 400 + 1500));
    const auto ahead = forecast(steady, on(365), {});
    EXPECT_EQ(ahead->tested, 36U);  // 8 + 7 + … + 1
    EXPECT_GE(ahead->within, 24U);
    EXPECT_LT(ahead->within, 36U);
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

// The share of seeded random years whose truth lay in the range that was told, and of all back-tests that held. `draw`: what one month of so
// many days brings. By `mean` the value is the mean a day of what came in.
struct Coverage {
    double ahead = 0, tested = 0;
};

Coverage coverage_of(std::size_t months, std::size_t ahead, bool mean, const std::function<double(std::mt19937_64&, double)>& draw)
{
    constexpr int years = 1'000;
    std::mt19937_64 random{months * 100 + ahead};
    double held = 0;
    std::uint64_t tested = 0, within = 0;
    for (int year = 0; year < years; ++year) {
        Period month = Period::parse("2023-01").value();
        const Day eve = month.first() - std::chrono::days{1};
        std::vector<KnownValue> all{{eve, 0}};
        double sum = 0;
        for (std::size_t i = 0; i < months + ahead; ++i, month = month.next()) {
            sum += draw(random, static_cast<double>((month.last() - month.first()).count() + 1));
            all.push_back({month.last(), mean ? sum / static_cast<double>((month.last() - eve).count()) : sum});
        }
        if (mean) all.erase(all.begin());
        ForecastRule rule;
        if (mean) rule.mean_since = eve;
        const auto known = std::span{all}.first(all.size() - ahead);
        const auto made = forecast(known, all.back().day, rule);
        if (!made) return {};
        held += made->low <= all.back().value && all.back().value <= made->high ? 1 : 0;
        tested += made->tested;
        within += made->within;
    }
    return {held / years, tested > 0 ? static_cast<double>(within) / static_cast<double>(tested) : 0.8};
}

// Of 1,000 years a share of 0.8 strays by 0.013; back-tests of one year hang together and stray more.
TEST(Forecast, holds_the_truth_four_of_five_times_whatever_the_number_of_figures_and_the_time_ahead)
{
    const auto even = [](std::mt19937_64& random, double days) { return std::normal_distribution{14 * days, 30 * std::sqrt(days)}(random); };
    for (const bool mean : {false, true})
        for (const std::size_t months : {2, 3, 5, 8, 11})
            for (const std::size_t ahead : {1, 3, 9}) {
                const Coverage coverage = coverage_of(months, ahead, mean, even);
                EXPECT_NEAR(coverage.ahead, 0.8, 0.05) << months << " months, " << ahead << " ahead, mean: " << mean;
                EXPECT_NEAR(coverage.tested, 0.8, 0.06) << months << " months, " << ahead << " ahead, mean: " << mean;
            }
}

// Months of which few bring much: a gamma of shape one, the most lopsided that a count of rare things comes near to.
TEST(Forecast, is_not_far_off_where_months_are_lopsided)
{
    const auto lopsided = [](std::mt19937_64& random, double days) { return std::gamma_distribution{days / 30, 400.0}(random); };
    for (const bool mean : {false, true})
        for (const std::size_t months : {3, 6, 11})
            for (const std::size_t ahead : {1, 6}) {
                const Coverage coverage = coverage_of(months, ahead, mean, lopsided);
                EXPECT_NEAR(coverage.ahead, 0.8, 0.1) << months << " months, " << ahead << " ahead, mean: " << mean;
                EXPECT_NEAR(coverage.tested, 0.8, 0.1) << months << " months, " << ahead << " ahead, mean: " << mean;
            }
}

TEST(Ranking, shares_places_and_leaves_out_what_is_not_known)
{
    EXPECT_THAT(places_of({0.9, std::nullopt, 0.8, 0.9, 0.5}), ElementsAre(Optional(1U), std::nullopt, Optional(3U), Optional(1U), Optional(4U)));
    EXPECT_THAT(places_of({0.1 + 0.2, 0.3}), ElementsAre(Optional(1U), Optional(1U)));
    EXPECT_TRUE(places_of({}).empty());
}

}  // namespace
}  // namespace planwatch
