#include "config/message_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using ::testing::ElementsAre;

const TemplateScope scope{"", {"TITLE"}, {{"ROW", {"TEXT"}, {{"CELL", {"VALUE"}, {}}}}}};

Result<MessageTemplate> check(std::string text) { return check_template({"t.tpl", std::move(text)}, scope, {"ONE"}); }

std::string text_of(std::string text)
{
    const auto checked = check(std::move(text));
    return checked ? checked->text : to_text(checked.error());
}

std::vector<std::string> problems_of(std::string text)
{
    std::vector<std::string> all;
    if (const auto checked = check(std::move(text)); !checked)
        for (const Problem& problem : checked.error()) all.push_back(problem.path + ": " + problem.message);
    return all;
}

TEST(MessageTemplate, a_line_of_markers_alone_leaves_no_line)
{
    EXPECT_EQ(text_of("a {{TITLE}}\n{{! note }}\n  {{#ROW}}\n{{TEXT}}\n{{/ROW}}\n\nb"), "a {{TITLE}}\n{{#ROW}}{{TEXT}}\n{{/ROW}}\nb");
    EXPECT_EQ(text_of("{{! note\nof two lines }}\nx{{! inside }}y\n"), "xy\n");
}

TEST(MessageTemplate, values_of_outer_sections_may_stand_within)
{
    EXPECT_TRUE(problems_of("{{#ROW}}{{#ONE}}{{#CELL}}{{VALUE}}{{TEXT}}{{TITLE}}{{/CELL}}{{/ONE}}{{/ROW}}{{#ONE}}{{TITLE}}{{/ONE}}").empty());
    EXPECT_THAT(problems_of("{{TEXT}}"), ElementsAre("t.tpl:1:1: no value TEXT is known here; known: TITLE"));
    EXPECT_THAT(problems_of("{{#CELL}}{{/CELL}}"), ElementsAre("t.tpl:1:1: no section CELL may stand here; known: ONE, ROW"));
}

TEST(MessageTemplate, every_problem_is_told_with_line_and_column)
{
    EXPECT_THAT(problems_of("区 {{TITEL}}\n{{#ROW}}{{/ONE}}{{/ROW}}{{TITLE:h}}\n{{{TITLE}}} {{=<% %>=}} {{title}} {{TITLE"),
                ElementsAre("t.tpl:1:3: no value TITEL is known here; did you mean 'TITLE'?",
                            "t.tpl:2:9: {{/ONE}} stands where {{/ROW}} is expected, for the section opened in line 2",
                            "t.tpl:2:17: {{/ROW}} closes a section that is not open",
                            "t.tpl:2:25: 'TITLE:h' has a modifier; expected {{TITLE}} alone, for every value is escaped for its place",
                            "t.tpl:3:1: '{TITLE' is no name; expected capital letters, digits and _",
                            "t.tpl:3:13: '=<% %>=' is no name; expected capital letters, digits and _",
                            "t.tpl:3:25: 'title' is no name; expected capital letters, digits and _", "t.tpl:3:35: '{{' is not closed; expected '}}'"));
    EXPECT_THAT(problems_of("{{#ROW}}"), ElementsAre("t.tpl:1:1: the section ROW is not closed; expected {{/ROW}}"));
    EXPECT_THAT(problems_of("a\n\xff"), ElementsAre("t.tpl:2:1: a byte that is no UTF-8"));
    EXPECT_THAT(problems_of(std::string{"a\0b", 3}), ElementsAre("t.tpl:1:2: a control character"));
}

TEST(MessageTemplate, each_cut_can_be_closed)
{
    const auto checked = check("{{TITLE}}\n{{#ROW}}\n{{#CELL}}x\n{{/CELL}}{{/ROW}}\n");
    ASSERT_TRUE(checked);
    ASSERT_EQ(checked->cuts.size(), 5U);
    EXPECT_EQ(checked->text.substr(0, checked->cuts[2].end) + checked->cuts[2].closing, "{{TITLE}}\n{{#ROW}}{{#CELL}}x\n{{/CELL}}{{/ROW}}");
    EXPECT_EQ(checked->cuts[2].line, 3U);
}

}  // namespace
}  // namespace planwatch
