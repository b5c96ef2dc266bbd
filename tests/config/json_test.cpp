#include "config/json.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

std::string outcome(std::string_view text)
{
    const auto value = parse_json(text);
    return value ? boost::json::serialize(*value) : to_text(value.error());
}

TEST(Json, reads_a_document)
{
    EXPECT_EQ(outcome(R"( {"a": [1, -2, 18446744073709551615, 0.5, true, null, "x\u4e2d\"y"], "b\n": {}} )"),
              R"({"a":[1,-2,18446744073709551615,5E-1,true,null,"x中\"y"],"b\n":{}})");
}

TEST(Json, refuses_what_is_hostile_with_its_place)
{
    const std::string deep(17, '[');
    const struct {
        const char* name;
        std::string text;
        std::string problems;
    } cases[] = {
        {"nothing", "", "1:1: the text ends in the middle; expected the rest of a JSON document"},
        {"cut off", "{\n \"a\": tr", "2:9: the text ends in the middle; expected the rest of a JSON document"},
        {"trailing text", "{} x", "1:4: more text after the end of the document; expected nothing"},
        {"a trailing comma", "[1,]", "1:4: not JSON: unexpected ']'; expected a value, a key in double quotes, a comma or a closing bracket"},
        {"a comment", "/* x */ 1", "1:1: not JSON: unexpected '/'; expected a value, a key in double quotes, a comma or a closing bracket"},
        {"NaN", "[NaN]", "1:2: not JSON: unexpected 'N'; expected a value, a key in double quotes, a comma or a closing bracket"},
        {"Infinity", "-Infinity", "1:2: not JSON: unexpected 'I'; expected a value, a key in double quotes, a comma or a closing bracket"},
        {"too deep", deep, "1:17: nested deeper than 16 levels"},
        {"half a pair", R"(["\ud800"])", "1:9: half of a surrogate pair; expected both halves, \\ud83d\\ude00"},
        {"no hex", R"(["\u12g4"])", "1:7: expected four hex digits after \\u"},
        {"a raw control character", "[\"a\x01\"]", "1:4: not JSON: a control character inside a string; expected it escaped, as \\n"},
        {"invalid UTF-8", "[\"中\xff\"]", "1:4: not JSON: a byte that is no UTF-8 or stands outside a string"},
        // The place of a key that is written with escapes is that of the string before it.
        {"a key twice", "{\"a\": 1,\n \"b\": {\"c\": 1, \"c\": 2}, \"\\u0061\": 3}",
         "2:17: the key 'c' stands twice in one object; expected it once\n2:17: the key 'a' stands twice in one object; expected it once"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        EXPECT_EQ(outcome(each.text), each.problems);
    }
}

TEST(Json, a_number_beyond_all_bounds_is_refused)
{
    for (const char* text : {"1e999", "[-1e999]", "{\"a\": 1e400}"}) {
        const auto value = parse_json(text);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().front().message, "a number beyond all bounds; expected a finite one");
    }
}

TEST(Json, equal_keys_of_different_objects_are_fine)
{
    EXPECT_EQ(outcome(R"([{"a":1},{"a":1,"b":{"a":1}}])"), R"([{"a":1},{"a":1,"b":{"a":1}}])");
}

TEST(Json, sixteen_levels_are_fine)
{
    const std::string text = std::string(16, '[') + std::string(16, ']');
    EXPECT_EQ(outcome(text), text);
}

TEST(Json, strings_and_pointers_are_escaped)
{
    std::string out;
    append_json_string(out, "a\"b\\c\n中");
    append_pointer(out, "x/y~z");
    EXPECT_EQ(out, "\"a\\\"b\\\\c\\u000a中\"/x~1y~0z");
}

}  // namespace
}  // namespace planwatch
