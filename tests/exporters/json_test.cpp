#include "exporters/json.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

namespace planwatch {
namespace {

TEST(Json, keys_stand_in_the_order_written_and_nesting_is_separated)
{
    Json json;
    json.object().member("b", 1).key("a").array().value("x").value(true).value(nullptr).object().end_object().array().end_array().end_array();
    json.member("c", std::optional<double>{}).member("d", Decimal::parse("6.50").value()).key("e").value_or_null("").end_object();
    EXPECT_EQ(json.text(), R"({"b":1,"a":["x",true,null,{},[]],"c":null,"d":6.5,"e":null})");
}

TEST(Json, text_stays_utf8_and_only_what_must_be_is_escaped)
{
    Json json;
    json.array().value("区 “x”").value("a\"b\\c\n\t\x01").value("bad\xff").end_array();
    EXPECT_EQ(json.text(), "[\"区 “x”\",\"a\\\"b\\\\c\\n\\t\\u0001\",\"bad\uFFFD\"]");
}

TEST(Json, an_empty_text_as_value_still_separates)
{
    Json json;
    json.array().value("").value(":").value("[").value("{").value(2).end_array();
    EXPECT_EQ(json.text(), R"(["",":","[","{",2])");
}

TEST(Json, doubles_read_back_the_same_and_what_is_not_finite_is_null)
{
    std::mt19937_64 random{2023};
    for (int i = 0; i < 2000; ++i) {
        const double number = std::bit_cast<double>(random());
        if (!std::isfinite(number)) continue;
        Json json;
        json.value(number);
        EXPECT_EQ(std::strtod(json.text().c_str(), nullptr), number) << json.text();
    }
    Json json;
    json.array().value(std::numeric_limits<double>::infinity()).value(std::nan("")).end_array();
    EXPECT_EQ(json.text(), "[null,null]");
}

}  // namespace
}  // namespace planwatch
