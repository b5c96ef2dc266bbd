#include "exporters/utf8.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

TEST(Utf8, bytes_that_are_no_character_become_the_replacement_character)
{
    EXPECT_EQ(to_valid_utf8("abc"), "abc");
    EXPECT_EQ(to_valid_utf8("区\xff县"), "区\uFFFD县");
    EXPECT_EQ(to_valid_utf8("cut \xe5\x8c"), "cut \uFFFD\uFFFD");
    EXPECT_EQ(to_valid_utf8(std::string_view{"a\0b", 3}), "a\uFFFDb");
    EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));  // a surrogate
}

TEST(Utf8, a_line_for_xml_has_no_noncharacter)
{
    EXPECT_EQ(to_xml_line("区\n\x01\xef\xbf\xbe\xef\xbf\xbf县"), "区  \uFFFD\uFFFD县");
}

TEST(Utf8, chinese_takes_two_columns_and_combining_marks_none)
{
    const struct { const char* text; std::size_t width; } cases[] = {
        {"", 0}, {"abc", 3}, {"区县", 4}, {"（三）", 6}, {"e\u0301", 1}, {"a\xff", 2}, {"2023-Q3 抽检", 12},
    };
    for (const auto& [text, width] : cases) EXPECT_EQ(display_width(text), width) << text;
}

TEST(Utf8, a_prefix_ends_between_two_characters_and_is_never_empty)
{
    EXPECT_EQ(prefix_at_character("区县", 6), 6U);
    EXPECT_EQ(prefix_at_character("区县", 5), 3U);
    EXPECT_EQ(prefix_at_character("区县", 2), 3U);
    EXPECT_EQ(prefix_at_character("", 2), 0U);
}

TEST(Utf8, a_line_is_cut_between_characters_and_whatever_it_is_stays_short)
{
    EXPECT_EQ(excerpt("区农业农村委", 7), "区农");
    EXPECT_EQ(excerpt("a\r\nb", 10), "a  b");
    EXPECT_EQ(excerpt("", 10), "");
    const std::string broken = excerpt(std::string(1000, '\x80'), 30);
    EXPECT_LE(broken.size(), 30U);
    EXPECT_TRUE(is_valid_utf8(broken));
}

}  // namespace
}  // namespace planwatch
