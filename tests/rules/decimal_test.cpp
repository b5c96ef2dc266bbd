#include "rules/decimal.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace planwatch {
namespace {

TEST(Decimals, AreReadAndShownInTheShortestForm)
{
    const struct { const char* text; const char* shown; } cases[] = {
        {"412", "412"}, {"-1.5", "-1.5"}, {"6.50", "6.5"}, {"0.000001", "0.000001"}, {"-0", "0"}, {"007", "7"}, {"10", "10"},
        {"1000000000000", "1000000000000"}, {"-1000000000000", "-1000000000000"}, {"999999999999.999999", "999999999999.999999"},
    };
    for (const auto& c : cases) {
        const auto parsed = Decimal::parse(c.text);
        ASSERT_TRUE(parsed) << c.text;
        EXPECT_EQ(parsed->to_string(), c.shown);
    }
}

TEST(Decimals, ThatAreNoneAreRefused)
{
    for (const char* text : {"", "-", ".", ".5", "5.", "+5", "1e3", "1,000", " 1", "1 ", "--1", "1.2.3", "0.0000001", "1000000000000.000001",
                             "1000000000001", "99999999999999999999999999", "NaN", "inf", "１"})
        EXPECT_FALSE(Decimal::parse(text)) << text;
}

TEST(Decimals, FromDoublesAreWhatWasTyped)
{
    EXPECT_EQ(Decimal::from_double(0.1), Decimal::parse("0.1"));
    EXPECT_EQ(Decimal::from_double(37.37), Decimal::parse("37.37"));
    EXPECT_EQ(Decimal::from_double(-0.0), Decimal{0});
    EXPECT_EQ(Decimal::from_double(1e12), Decimal{1'000'000'000'000});
    EXPECT_EQ(Decimal::from_double(123456789.123456), Decimal::parse("123456789.123456"));
    for (const double value : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(), 1e300, 1.1e12, 1e-7, 5e-324,
                               0.1 + 0.2})
        EXPECT_FALSE(Decimal::from_double(value)) << value;
}

TEST(Decimals, AddUpToTheSameInAnyOrder)
{
    std::mt19937_64 random{20231101};
    std::vector<Decimal> values;
    for (int i = 0; i < 1000; ++i)  // large enough for some partial sums to wrap
        values.push_back(Decimal::from_micros(static_cast<std::int64_t>(random() % 2'000'000'000'000'000'000U) - 1'000'000'000'000'000'000));
    const auto sum = [&] {
        Decimal total;
        for (const Decimal value : values) total += value;
        return total;
    };
    const Decimal forward = sum();
    std::shuffle(values.begin(), values.end(), random);
    Decimal shuffled = sum();
    EXPECT_EQ(shuffled, forward);
    for (const Decimal value : values) shuffled -= value;
    EXPECT_EQ(shuffled, Decimal{});
}

TEST(Decimals, OfTheGreatestMagnitudeCanBeShown)
{
    EXPECT_EQ(Decimal::from_micros(std::numeric_limits<std::int64_t>::min()).to_string(), "-9223372036854.775808");
    EXPECT_EQ(Decimal::from_micros(std::numeric_limits<std::int64_t>::max()).to_string(), "9223372036854.775807");
}

TEST(Ratios, AreComparedWithoutRounding)
{
    const Decimal hundred{100};
    const struct { const char* name; Decimal numerator; Decimal denominator; Decimal bound; int factor; std::strong_ordering want; } cases[] = {
        {"a third is above 0.333333", 1, 3, Decimal::from_micros(333'333), 1, std::strong_ordering::greater},
        {"a third is below 0.333334", 1, 3, Decimal::from_micros(333'334), 1, std::strong_ordering::less},
        {"99.99999 % is not 100 %", 9'999'999, 10'000'000, hundred, 100, std::strong_ordering::less},
        {"all of them are 100 %", 10'000'000, 10'000'000, hundred, 100, std::strong_ordering::equal},
        {"91 % of 300", 273, 300, 91, 100, std::strong_ordering::equal},
        {"the largest figures do not overflow", Decimal::limit, 1, Decimal::limit, 100, std::strong_ordering::greater},
        {"nor do the largest sums", Decimal::from_micros(std::numeric_limits<std::int64_t>::max()),
         Decimal::from_micros(std::numeric_limits<std::int64_t>::max()), hundred, 100, std::strong_ordering::equal},
        {"below zero", -1, 2, 0, 1, std::strong_ordering::less},
    };
    for (const auto& c : cases) EXPECT_EQ(compare_ratio(c.numerator, c.denominator, c.bound, c.factor), c.want) << c.name;
}

}  // namespace
}  // namespace planwatch
