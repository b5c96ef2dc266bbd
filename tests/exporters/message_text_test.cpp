#include "exporters/message_text.hpp"

#include "exporters/message_chat.hpp"
#include "exporters/message_matter.hpp"
#include "messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace planwatch::testing;

MessageText text_of(const Message& message, Language language = Language::zh) { return message_text(message, *office_policy(), {.language = language, .url = {}, .links = {}}); }

std::string subject_of(std::string_view at, const std::string& alert, std::string step, Language language = Language::zh)
{
    return text_of(message(at, {notice(alert, std::move(step), Severity::warning, "why")}), language).subject;
}

TEST(MessageText, the_subject_counts_the_working_days_from_the_messages_own_moment)
{
    // Due on Tuesday, 10 October 2023.
    const struct { const char* kind; const char* at; const char* subject; } cases[] = {
        {"due_soon", "2023-10-05T09:00:00+08:00", "【3个工作日后到期】区农业农村委 第三季度工作进展情况"},
        {"due_soon", "2023-10-09T09:00:00+08:00", "【1个工作日后到期】区农业农村委 第三季度工作进展情况"},
        {"due_soon", "2023-10-10T09:00:00+08:00", "【今日到期】区农业农村委 第三季度工作进展情况"},
        {"overdue", "2023-10-11T00:00:00+08:00", "【逾期】区农业农村委 第三季度工作进展情况"},
        {"overdue", "2023-10-11T09:00:00+08:00", "【逾期1个工作日】区农业农村委 第三季度工作进展情况"},
        {"overdue", "2023-10-12T09:00:00+08:00", "【逾期2个工作日】区农业农村委 第三季度工作进展情况"},
        {"overdue", "2023-10-15T09:00:00+08:00", "【逾期3个工作日】区农业农村委 第三季度工作进展情况"},  // a Sunday
        {"overdue", "2023-10-17T09:00:00+08:00", "【逾期5个工作日】区农业农村委 第三季度工作进展情况"},
    };
    for (const auto& c : cases) EXPECT_EQ(subject_of(c.at, std::string{c.kind} + ":quarterly_progress:agri:2023-Q3", "fired"), c.subject) << c.at;
}

TEST(MessageText, an_extended_day_counts_instead_of_the_rules)
{
    Notice extended = notice("due_soon:quarterly_progress:agri:2023-Q3", "-1wd", Severity::warning, "why");
    extended.due = day("2023-10-18");
    const MessageText text = text_of(message("2023-10-17T09:00:00+08:00", {extended}));
    EXPECT_EQ(text.subject, "【1个工作日后到期】区农业农村委 第三季度工作进展情况");
}

TEST(MessageText, where_no_working_day_lies_between_days_are_counted)
{
    // The September figures are due on Sunday, 15 October.
    EXPECT_EQ(subject_of("2023-10-14T09:00:00+08:00", "due_soon:monthly_figures:samr:2023-09", "-1d"), "【1天后到期】区市场监管局 9月抽检月报");
    auto policy = std::make_shared<Policy>(*office_policy());
    policy->calendar = Calendar{"test", {{2023, "notice"}}, {{day("2023-10-11"), false, "假日"}}};
    const Message late = message("2023-10-11T09:00:00+08:00", {notice("overdue:quarterly_progress:agri:2023-Q3", "+1d", Severity::warning, "why")});
    EXPECT_THAT(message_text(late, *policy, {}).subject, StartsWith("【逾期1天】"));
}

TEST(MessageText, the_subject_says_what_is_the_matter_with_whom)
{
    const struct { const char* alert; const char* step; const char* chinese; const char* english; } cases[] = {
        {"overdue:quarterly_progress:agri:2023-Q3", "resolved", "【已解除】区农业农村委 第三季度工作进展情况", "[Resolved] 区农业农村委 工作进展情况, Q3"},
        {"target_missed:sampling_batches:-:-", "fired", "【目标未达】示例区2023年食品安全监督管理计划 监督抽检批次", "[Target missed] 示例区2023年食品安全监督管理计划 监督抽检批次"},
        {"implausible:sampling_batches:samr:2023-09", "fired", "【数据存疑】区市场监管局 9月监督抽检批次", "[Implausible] 区市场监管局 监督抽检批次, September"},
        {"undeliverable:zhang:-:-", "fired", "【通知未达】张三", "[Undeliverable] 张三"},
        {"overdue:daily_check:town1:2023-10-10", "due", "【逾期2个工作日】双街镇 10月10日 日管控", "[Overdue by 2 working days] 双街镇 日管控, 10 October"},
        {"overdue:dropped:gone:2022-H1", "due", "【逾期】gone 2022年上半年dropped", "[Overdue] gone dropped, first half of 2022"},
        {"overdue:dropped:gone:someday", "due", "【逾期】gone someday dropped", "[Overdue] gone dropped, someday"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(subject_of("2023-10-12T09:00:00+08:00", c.alert, c.step), c.chinese);
        EXPECT_EQ(subject_of("2023-10-12T09:00:00+08:00", c.alert, c.step, Language::en), c.english);
    }
}

TEST(MessageText, periods_are_told_in_words)
{
    const struct { const char* period; const char* chinese; const char* english; } cases[] = {
        {"2023-09-14", "9月14日", "14 September"},     {"2023-W36", "第36周（9月4日至9月10日）", "week 36 (4 September to 10 September)"},
        {"2023-09", "9月", "September"},               {"2023-Q1", "第一季度", "Q1"},
        {"2023-Q4", "第四季度", "Q4"},                 {"2023-H2", "下半年", "second half"},
        {"2023", "2023年", "2023"},                    {"2022-Q4", "2022年第四季度", "Q4 2022"},
        {"2022-12", "2022年12月", "December 2022"},    {"2024-01-02", "2024年1月2日", "2 January 2024"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(wording(Language::zh).period(period(c.period), 2023), c.chinese);
        EXPECT_EQ(wording(Language::en).period(period(c.period), 2023), c.english);
    }
}

TEST(MessageText, one_cause_of_many_units_is_one_item_with_one_reason)
{
    std::vector<Notice> notices;
    for (const int town : {1, 2, 3})
        notices.push_back(notice(fmt::format("overdue:quarterly_progress:town{}:2023-Q3", town), "+1wd", Severity::warning,
                                 slot_why(office_policy()->plan.units[2 + static_cast<std::size_t>(town)].name)));
    const MessageText text = text_of(message("2023-10-12T09:00:00+08:00", notices));
    EXPECT_EQ(text.items(), 1U);
    EXPECT_EQ(text.subject, "【逾期2个工作日】3个镇 第三季度工作进展情况");
    EXPECT_EQ(text.gravest().headline, "3个镇未报“第三季度工作进展情况”，已逾期2个工作日，应于10月10日（周二）前（含当日）报送：双街镇、双口镇、青光镇。");
    EXPECT_EQ(text.gravest().evidence[0].text, "3个镇 应报“工作进展情况”（2023-Q3，八（三十二））：2023-Q3 于 2023-09-30 结束，加 10 天；尚缺报送材料");
    EXPECT_THAT(text.gravest().evidence[1].text, Not(HasSubstr("尚缺")));

    notices[1].why = "另有原因";
    const MessageText differing = text_of(message("2023-10-12T09:00:00+08:00", notices));
    EXPECT_THAT(differing.gravest().evidence[0].text, StartsWith("双街镇、青光镇 应报"));
    EXPECT_EQ(differing.gravest().evidence[1].text, "另有原因");
}

TEST(MessageText, of_a_crowd_of_units_the_first_are_named_and_the_rest_counted)
{
    auto policy = std::make_shared<Policy>(*office_policy());
    std::vector<Notice> notices;
    for (int i = 0; i < 100; ++i) {
        const auto unit = static_cast<UnitIndex>(policy->plan.units.size());
        policy->plan.units.push_back({.id = fmt::format("village{}", i), .name = fmt::format("{}村", i), .kind = UnitKind::town});
        policy->plan.duties[0].units.push_back(unit);
        notices.push_back(notice(fmt::format("overdue:quarterly_progress:village{}:2023-Q3", i), "due", Severity::warning, fmt::format("第{}条", i)));
    }
    const MessageText text = message_text(message("2023-10-12T09:00:00+08:00", notices), *policy, {});
    EXPECT_THAT(text.gravest().headline, HasSubstr("、19村等100个。"));
    EXPECT_EQ(text.gravest().evidence[10].text, "另有90条，此处从略");
}

TEST(MessageText, the_gravest_part_stands_first_and_what_is_over_last)
{
    const MessageText text = text_of(message("2023-10-12T09:00:00+08:00",
                                             {notice("implausible:disposal:agri:2023-09", "resolved", Severity::critical, "why"),
                                              notice("target_missed:drill:agri:-", "fired", Severity::critical, "why"),
                                              notice("due_soon:quarterly_progress:agri:2023-Q4", "-7wd", Severity::info, "why"),
                                              notice("overdue:quarterly_progress:agri:2023-Q3", "+1wd", Severity::warning, "why")}));
    std::vector<std::string> headings;
    for (const MessageText::Part& part : text.parts) headings.push_back(part.heading);
    EXPECT_THAT(headings, ElementsAre("指标", "逾期", "即将到期", "已解除"));
    EXPECT_EQ(text.subject, "【1项指标 1项逾期 1项临期 1项解除】区农业农村委 应急演练 等4项");
}

TEST(MessageText, says_what_to_do_by_when_and_where)
{
    const auto to_do = [](const std::string& alert, std::string step, std::string url) {
        std::string lines;
        const Message one = message("2023-10-12T09:00:00+08:00", {notice(alert, std::move(step), Severity::warning, "why")});
        const MessageText text = message_text(one, *office_policy(), {.language = Language::zh, .url = std::move(url), .links = {}});
        for (const auto& line : text.gravest().to_do) lines += line.label + line.text + "\n";
        return lines;
    };
    EXPECT_EQ(to_do("due_soon:monthly_figures:samr:2023-09", "-1wd", "http://h"),
              "请处理：按期报送指标：监督抽检批次（sampling_batches）\n期限：10月15日（周日）24时前\n途径：http://h/api/v1/submissions\n");
    EXPECT_EQ(to_do("overdue:quarterly_progress:agri:2023-Q3", "due", ""), "请处理：立即补报“工作进展情况”材料\n期限：10月10日（周二）24时前（推定，见依据）\n");
    EXPECT_EQ(to_do("overdue:quarterly_progress:agri:2023-Q3", "resolved", "http://h"), "解除依据：why\n请处理：无需处理，特此告知\n");
    EXPECT_THAT(to_do("below_hold:bright_kitchens:samr:-", "fired", ""), HasSubstr("期限：每个报告期均须达到\n"));
}

TEST(MessageText, pages_are_offered_for_what_is_open)
{
    const Message late = message("2023-10-12T09:00:00+08:00", {notice("overdue:quarterly_progress:agri:2023-Q3", "due", Severity::warning, "why")});
    MessageContext context{.language = Language::en, .url = {}, .links = {{late.notices[0].alert, {"https://h/ack", "https://h/open"}}}};
    const auto links = message_text(late, *office_policy(), context).gravest().links;
    ASSERT_EQ(links.size(), 2U);
    EXPECT_EQ(links[0].label, "Acknowledge");
    EXPECT_EQ(links[0].url, "https://h/ack");
    Message over = late;
    over.notices[0].step = "resolved";
    EXPECT_EQ(message_text(over, *office_policy(), context).gravest().links.size(), 1U);
}

TEST(MessageText, a_robot_is_given_rows_and_nothing_that_markdown_acts_upon)
{
    const Message late = message("2023-10-12T09:00:00+08:00",
                                 {notice("overdue:quarterly_progress:agri:2023-Q3", "due", Severity::critical, "**a** [b](http://c) <at id=all></at>\n# d `e`")});
    const ChatText chat = chat_text(text_of(late), *MessageTemplates::built_in(), Language::zh);
    EXPECT_EQ(chat.severity, Severity::critical);
    EXPECT_FALSE(chat.resolved);
    EXPECT_EQ(chat.title, "【逾期2个工作日】区农业农村委 第三季度工作进展情况");
    EXPECT_EQ(chat.rows.front(), "**区农业农村委未报“第三季度工作进展情况”，已逾期2个工作日，应于10月10日（周二）前（含当日）报送。**");
    EXPECT_THAT(chat.rows, ::testing::Contains("> 说明：＊＊a＊＊ ［b］(http://c) ＜at id=all＞＜/at＞ ＃ d ｀e｀"));
}

}  // namespace
}  // namespace planwatch
