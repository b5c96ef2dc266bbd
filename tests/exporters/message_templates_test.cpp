#include "exporters/message_templates.hpp"

#include "exporters/notice_mail.hpp"
#include "messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>

namespace planwatch {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace planwatch::testing;
namespace fs = std::filesystem;

class MessageTemplatesTest : public ::testing::Test {
protected:
    MessageTemplatesTest() { fs::create_directories(folder_); }
    ~MessageTemplatesTest() override { fs::remove_all(folder_); }

    void put(const char* name, std::string_view text) const { std::ofstream{folder_ / name} << text; }

    // "file:line…: message" of each problem, the folder cut off.
    std::vector<std::string> problems() const
    {
        std::vector<std::string> all;
        if (const auto loaded = MessageTemplates::load(folder_); !loaded)
            for (const Problem& problem : loaded.error()) {
                const std::string path = problem.path.starts_with(folder_.string()) ? problem.path.substr(folder_.string().size() + 1) : problem.path;
                all.push_back(path + ": " + problem.message);
            }
        return all;
    }

    std::string rendered(MessageForm form, std::string_view why = "why") const
    {
        const Message late = message("2023-10-12T09:00:00+08:00", {notice("overdue:quarterly_progress:agri:2023-Q3", "due", Severity::warning, std::string{why})});
        const MessageContext context{.language = Language::zh, .url = {}, .links = {{late.notices[0].alert, {"javascript:alert(1)", "https://h/a?b=1&c=\"2\""}}}};
        const auto loaded = MessageTemplates::load(folder_);
        return loaded ? (*loaded)->render(form, message_text(late, *office_policy(), context), Language::zh) : to_text(loaded.error());
    }

    const fs::path folder_ = fs::temp_directory_path() / "planwatch-templates-test";
};

TEST_F(MessageTemplatesTest, an_empty_folder_leaves_those_compiled_in)
{
    EXPECT_TRUE(problems().empty());
    EXPECT_EQ(rendered(MessageForm::subject), "【逾期2个工作日】区农业农村委 第三季度工作进展情况");
}

TEST_F(MessageTemplatesTest, a_file_takes_the_place_of_the_one_compiled_in)
{
    put("subject.tpl", "[北辰] {{SUBJECT}}\n");
    put("text.tpl", "{{#PART}}{{#ITEM}}{{HEADLINE}}{{/ITEM}}{{/PART}}\n-- \n{{! ours }}\n食安办\n");
    EXPECT_EQ(rendered(MessageForm::subject), "[北辰] 【逾期2个工作日】区农业农村委 第三季度工作进展情况");
    EXPECT_THAT(rendered(MessageForm::text), EndsWith("报送。\n-- \n食安办\n"));
    EXPECT_THAT(rendered(MessageForm::html), HasSubstr("<!DOCTYPE html>"));
}

TEST_F(MessageTemplatesTest, every_problem_of_every_file_is_told_with_its_place)
{
    put("subject.tpl", "{{SUBJCT}}\n");
    put("text.tpl", "好 {{#PART}}\n  {{#ITEMS}}{{HEADLINE}}{{/ITEMS}}\n");
    put("html.tpl", "<p>{{SUBJECT:none}}</p>\n{{>OTHER}}");
    put("cha.tpl", "");
    EXPECT_THAT(problems(), ::testing::UnorderedElementsAre(
                                HasSubstr("cha.tpl: no template has this name; known: subject.tpl, text.tpl, html.tpl, chat.tpl"),
                                HasSubstr("subject.tpl:1:1: no value SUBJCT is known here; did you mean 'SUBJECT'?"),
                                HasSubstr("text.tpl:2:3: no section ITEMS may stand here"), HasSubstr("text.tpl:2:13: no value HEADLINE is known here"),
                                HasSubstr("text.tpl:1:3: the section PART is not closed"), HasSubstr("html.tpl:1:4: 'SUBJECT:none' has a modifier"),
                                HasSubstr("html.tpl:2:1: '>OTHER' is no name")));
}

TEST_F(MessageTemplatesTest, html_that_cannot_be_escaped_is_refused_in_its_line)
{
    put("html.tpl", "<html>\n{{! a comment\nof two lines }}\n{{#PART}}{{#ITEM}}\n<p>{{HEADLINE}}</p>\n{{#LINKS}}{{#LINK}}\n<a href={{URL}}>{{LABEL}}</a>\n{{/LINK}}{{/LINKS}}{{/ITEM}}{{/PART}}\n");
    std::ostringstream said;
    auto* const before = std::cerr.rdbuf(said.rdbuf());
    EXPECT_THAT(problems(), ElementsAre("html.tpl:7: Auto-Escape: Value of URL attribute \"href\" must be enclosed in quotes."));
    std::cerr.rdbuf(before);
    EXPECT_EQ(said.str(), "");
}

TEST_F(MessageTemplatesTest, a_template_that_does_not_say_what_is_wrong_is_refused)
{
    put("text.tpl", "{{SUMMARY}}\n");
    const auto found = problems();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0], HasSubstr("text.tpl: an example message comes out without its headline"));
    put("text.tpl", "{{#SINGLE}}{{#PART}}{{#ITEM}}{{HEADLINE}}{{/ITEM}}{{/PART}}{{/SINGLE}}\n");  // a digest would be empty
    EXPECT_EQ(problems().size(), 1U);
}

TEST_F(MessageTemplatesTest, values_are_escaped_for_the_place_where_they_stand)
{
    put("html.tpl", "{{#PART}}{{#ITEM}}<p title=\"{{HEADLINE}}\">{{HEADLINE}}</p>{{#REASON}}<i>{{TEXT}}</i>{{/REASON}}"
                    "{{#LINKS}}{{#LINK}}<a href=\"{{URL}}\">x</a>{{/LINK}}{{/LINKS}}<!-- {{TAG}} -->{{/ITEM}}{{/PART}}");
    const std::string page = rendered(MessageForm::html, "<script>alert(\"1\")</script>\r\n & '{{SUBJECT}}'");
    EXPECT_THAT(page, HasSubstr("<i>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;   &amp; &#39;{{SUBJECT}}&#39;</i>"));
    EXPECT_THAT(page, Not(HasSubstr("<script>")));
    EXPECT_THAT(page, Not(HasSubstr("javascript:")));  // the library lets only http, https and the like into a link
    EXPECT_THAT(page, HasSubstr("<a href=\"https://h/a?b=1&amp;c=&quot;2&quot;\">"));
}

TEST_F(MessageTemplatesTest, no_value_brings_a_second_line_into_a_subject_or_a_header_into_a_mail)
{
    auto policy = std::make_shared<Policy>(*office_policy());
    policy->plan.units[agri].name = "委\r\nBcc: x@example.org\r\n\r\nbody\xff";
    const Message late = message("2023-10-12T09:00:00+08:00", {notice("overdue:quarterly_progress:agri:2023-Q3", "due", Severity::warning, "why")});
    const MailMessage mail = compose(late, *policy, {.from = "a@example.org", .message_host = "h", .instance = "k", .url = {}});
    EXPECT_EQ(mail.subject, "【逾期2个工作日】委  Bcc: x@example.org    body\xef\xbf\xbd 第三季度工作进展情况");
    EXPECT_THAT(to_mime(mail), Not(HasSubstr("\nBcc:")));
    put("subject.tpl", "{{SUBJECT}}\nBcc: x@example.org\n");
    EXPECT_EQ(rendered(MessageForm::subject), "【逾期2个工作日】区农业农村委 第三季度工作进展情况 Bcc: x@example.org");
}

TEST_F(MessageTemplatesTest, a_mail_goes_to_its_recipient_at_its_moment_under_a_lasting_id)
{
    const Message late = message("2023-10-12T09:00:00+08:00", {notice("overdue:quarterly_progress:agri:2023-Q3", "due", Severity::warning, "why")});
    const MailContext context{.from = "planwatch@example.org", .message_host = "example.org", .instance = "k7", .url = {}};
    const MailMessage mail = compose(late, *office_policy(), context);
    EXPECT_EQ(mail.from, "planwatch@example.org");
    EXPECT_EQ(mail.to, "zhang@example.org");
    EXPECT_EQ(mail.to_name, "张三");
    EXPECT_EQ(mail.message_id, "<demo-2023.12.k7@example.org>");
    EXPECT_EQ(mail.date, instant("2023-10-12T09:00:00+08:00"));
    EXPECT_EQ(to_mime(mail), to_mime(compose(late, *office_policy(), context)));
}

}  // namespace
}  // namespace planwatch
