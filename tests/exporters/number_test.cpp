#include "exporters/number.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <random>

namespace planwatch {
namespace {

std::string text_of(double value)
{
    std::string text;
    append_shortest(text, value);
    return text;
}

TEST(Number, is_written_out_where_a_person_reads_it)
{
    const struct { double value; const char* text;
    } cases[] = {
        {0, "0"},
        {-0.0, "-0"},
        {6.5, "6.5"},
        {0.1, "0.1"},
        {0.0001, "0.0001"},
        {1.7e9, "1700000000"},
        {-412, "-412"},
        {9007199254740991, "9007199254740991"},
        {9007199254740992, "9007199254740992"},
        {1697731200.12, "1697731200.12"},
        {-1e16, "-10000000000000000"},
        {1e17, "1e+17"},
        {1.5e-7, "1.5e-07"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
    };
    for (const auto& [value, text] : cases) EXPECT_EQ(text_of(value), text);
}

TEST(Number, reads_back_the_same)
{
    std::mt19937_64 random{42};
    std::uniform_real_distribution<double> near{-1e6, 1e6};
    for (int i = 0; i < 20'000; ++i) {
        for (const double value : {std::bit_cast<double>(random()), near(random)}) {
            if (!std::isfinite(value)) continue;
            EXPECT_EQ(std::bit_cast<std::uint64_t>(std::strtod(text_of(value).c_str(), nullptr)),
                      std::bit_cast<std::uint64_t>(value));
        }
    }
}

}  // namespace
}  // namespace planwatch
