#include "exporters/link_page.hpp"

#include <gmock/gmock.h>

namespace planwatch {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(LinkPage, escapes_every_value)
{
    const std::string bad = "<script>alert(1)</script>\"'&\n\x01";
    const LinkPage page{.title = bad, .from = bad, .severity = Severity::critical, .tag = bad, .heading = bad, .paragraphs = {bad}, .lines = {{bad, bad}},
                        .evidence = {{bad, bad}},
                        .note = bad, .problem = bad, .choices = {{bad, bad, bad}, {bad, bad, bad}}};
    const std::string html = to_html(page);
    EXPECT_THAT(html, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("\x01")), HasSubstr("&lt;script&gt;")));
    EXPECT_THAT(html, Not(HasSubstr("value=\"<"))) << html;
}

TEST(LinkPage, is_whole_in_itself_and_without_a_form_where_there_is_no_choice)
{
    const std::string html = to_html({.title = "a", .heading = "b"});
    for (const char* remote : {"http:", "https:", "src=", "href=", "url(", "<form", "<script"}) EXPECT_THAT(html, Not(HasSubstr(remote)));
    EXPECT_THAT(html, HasSubstr("width=device-width"));
    EXPECT_THAT(std::string{link_page_policy()}, ::testing::MatchesRegex("default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; .*"));
}

TEST(LinkPage, speaks_the_language_of_the_messages)
{
    const std::vector<LinkPage::Choice> choices{{"3d", "3 days", "until Sunday"}};
    const std::string english = to_html({.language = Language::en, .title = "a", .heading = "b", .evidence = {{"c", "d"}}, .choices = choices});
    EXPECT_THAT(english, AllOf(HasSubstr("<html lang=\"en\">"), HasSubstr(">Acknowledge</button>"), HasSubstr("For how long shall reminders rest?")));
    for (const char byte : english) ASSERT_GE(byte, 0) << "a word was left in Chinese: " << english;
    EXPECT_THAT(to_html({.title = "a", .heading = "b", .choices = choices}), AllOf(HasSubstr("<html lang=\"zh-CN\">"), HasSubstr("确认收到")));
}

}  // namespace
}  // namespace planwatch
