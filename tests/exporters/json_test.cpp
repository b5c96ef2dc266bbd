#include "exporters/json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace planwatch {
namespace {

TEST(Json, keys_stand_in_the_order_written_and_nesting_is_separated)
{
    Json json;
    json.object()
        .member("b", 1)
        .key("a")
        .array()
        .value("x")
        .value(true)
        .value(nullptr)
        .object()
        .end_object()
        .array()
        .end_array()
        .end_array();
    json.member("c", std::optional<double>{}).member("d", Decimal::parse("6.50").value()).key("e").value_or_null("").end_object();
    EXPECT_EQ(json.text(), R"({"b":1,"a":["x",true,null,{},[]],"c":null,"d":6.5,"e":null})");
}

TEST(Json, text_stays_utf8_and_only_what_must_be_is_escaped)
{
    Json json;
    json.array().value("区 “x”").value("a\"b\\c\n\t\x01").value("bad\xff").end_array();
    EXPECT_EQ(json.text(), "[\"区 “x”\",\"a\\\"b\\\\c\\u000a\\u0009\\u0001\",\"bad\uFFFD\"]");
}

TEST(Json, an_empty_text_as_value_still_separates)
{
    Json json;
    json.array().value("").value(":").value("[").value("{").value(2).end_array();
    EXPECT_EQ(json.text(), R"(["",":","[","{",2])");
}

TEST(Json, numbers_are_shortest_and_what_is_not_finite_is_null)
{
    Json json;
    json.array()
        .value(6.5)
        .value(91.0)
        .value(0.1 + 0.2)
        .value(std::numeric_limits<double>::infinity())
        .value(std::nan(""))
        .end_array();
    EXPECT_EQ(json.text(), "[6.5,91,0.30000000000000004,null,null]");
}

}  // namespace
}  // namespace planwatch
