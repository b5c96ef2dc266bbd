#include "exporters/chat.hpp"

#include "config/json.hpp"
#include "exporters/utf8.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ResultOf;

TEST(Chat, rows_are_packed_into_as_few_parts_as_fit)
{
    EXPECT_THAT(split_rows({"one", "two", "three"}, "\n", 100, raw_size), ElementsAre("one\ntwo\nthree"));
    EXPECT_THAT(split_rows({"one", "two", "three"}, "\n", 7, raw_size), ElementsAre("one\ntwo", "three"));
    EXPECT_THAT(split_rows({}, "\n", 7, raw_size), ElementsAre(""));
}

TEST(Chat, a_row_too_long_is_cut_between_characters)
{
    const std::vector<std::string> parts = split_rows({"区农业农村委"}, "\n", 7, raw_size);
    EXPECT_THAT(parts, ElementsAre("区农", "业农", "村委"));
    EXPECT_THAT(parts, Each(ResultOf(is_valid_utf8, true)));
}

TEST(Chat, a_link_is_never_cut)
{
    EXPECT_THAT(split_rows({"看[确认](http://h/1)后"}, "\n", 21, raw_size), ElementsAre("看", "[确认](http://h/1)", "后"));
    EXPECT_THAT(split_rows({"abcdef[x](u)"}, "\n", 8, raw_size), ElementsAre("abcdef", "[x](u)"));
    // What merely looks like one is text.
    EXPECT_THAT(split_rows({"ab[cd] (ef"}, "\n", 4, raw_size), ElementsAre("ab[c", "d] (", "ef"));
}

TEST(Chat, a_link_longer_than_the_limit_is_cut_all_the_same)
{
    const std::vector<std::string> parts = split_rows({"[x](" + std::string(30, 'u') + ")"}, "\n", 10, raw_size);
    std::string whole;
    for (const std::string& part : parts) {
        EXPECT_LE(part.size(), 10U);
        whole += part;
    }
    EXPECT_EQ(whole, "[x](" + std::string(30, 'u') + ")");
}

TEST(Chat, a_tag_is_never_cut)
{
    EXPECT_THAT(split_rows({R"(逾期<font color="warning">)"}, "\n", 24, raw_size), ElementsAre("逾期", R"(<font color="warning">)"));
}

TEST(Chat, the_size_in_json_is_what_json_takes)
{
    for (const std::string text : {"plain", "\"quoted\"", "back\\slash", "区农业农村委"}) {
        std::string json;
        append_json_string(json, text);
        EXPECT_EQ(json_size(text), json.size() - 2) << text;
    }
    EXPECT_EQ(json_size("a\nb"), 4U);
    EXPECT_THAT(split_rows({"\"\"\"\""}, "\n", 4, json_size), ElementsAre("\"\"", "\"\""));
}

TEST(Chat, no_row_is_lost_whatever_the_limit)
{
    const std::vector<std::string> rows{"**逾期** 区农业农村委", "[处理](https://example.org/a?b=c)", "", "x", std::string(50, 'y') + "期"};
    for (std::size_t limit = 3; limit < 120; ++limit) {
        std::string whole, wanted;
        for (const std::string& part : split_rows(rows, "", limit, raw_size)) {
            EXPECT_LE(part.size(), limit);
            EXPECT_TRUE(is_valid_utf8(part));
            whole += part;
        }
        for (const std::string& row : rows) wanted += row;
        EXPECT_EQ(whole, wanted);
    }
}

TEST(Chat, markdown_can_be_taken_out)
{
    EXPECT_EQ(plain_row("## **逾期** 见[台账](http://h/x)"), "逾期 见台账 http://h/x");
    EXPECT_EQ(plain_row(R"(> <font color="warning">3 天</font>)"), "3 天");
    EXPECT_EQ(plain_row("3 < 5 > 4"), "3 < 5 > 4");
}

TEST(Chat, nobody_is_called_by_what_was_typed_into_a_form)
{
    EXPECT_EQ(without_calls("<at id=all></at> 注意"), "＜at id=all></at> 注意");
    EXPECT_EQ(without_calls("<@all>"), "＜@all>");
    EXPECT_EQ(without_calls("1 < 2\n<b>"), "1 < 2 <b>");
}

}  // namespace
}  // namespace planwatch
