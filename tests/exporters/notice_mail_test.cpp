#include "exporters/notice_mail.hpp"

#include "example.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace planwatch::testing;

const MailContext context{
    .from = "planwatch@example.org", .message_host = "example.org", .instance = "k7", .url = "http://127.0.0.1:9919"};

MailMessage compose_with(std::string alert, std::string step, std::string why = "why", std::string_view at = "2023-10-11T00:00:00+08:00")
{
    Notice notice = example_notice();
    notice.at = instant(at);
    notice.alert = std::move(alert);
    notice.step = std::move(step);
    notice.why = std::move(why);
    return compose(notice, *example_policy(), context);
}

TEST(NoticeMail, the_subject_counts_the_days_to_the_due_date)
{
    // Due on Tuesday, 10 October 2023.
    const struct { const char* kind; const char* step; const char* at; const char* subject; } cases[] = {
        {"due_soon", "-3wd", "2023-10-05T09:00:00+08:00", "【3个工作日后到期】区农业农村委 2023-Q3 工作进展情况"},
        {"due_soon", "-5d", "2023-10-05T09:00:00+08:00", "【5天后到期】区农业农村委 2023-Q3 工作进展情况"},
        {"due_soon", "0", "2023-10-10T09:00:00+08:00", "【今日到期】区农业农村委 2023-Q3 工作进展情况"},
        {"due_soon", "fired", "2023-10-09T09:00:00+08:00", "【即将到期】区农业农村委 2023-Q3 工作进展情况"},
        {"overdue", "due", "2023-10-11T00:00:00+08:00", "【逾期】区农业农村委 2023-Q3 工作进展情况"},
        {"overdue", "+3wd", "2023-10-13T09:00:00+08:00", "【逾期3个工作日】区农业农村委 2023-Q3 工作进展情况"},
        // Told later than the step stood, because the watch began only then.
        {"due_soon", "-7wd", "2023-10-09T09:00:00+08:00", "【1个工作日后到期】区农业农村委 2023-Q3 工作进展情况"},
        {"due_soon", "-1wd", "2023-10-10T09:00:00+08:00", "【今日到期】区农业农村委 2023-Q3 工作进展情况"},
        {"overdue", "+3wd", "2023-10-17T09:00:00+08:00", "【逾期5个工作日】区农业农村委 2023-Q3 工作进展情况"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(compose_with(std::string{"demo-2023:"} + c.kind + ":quarterly_progress:agri:2023-Q3", c.step, "why", c.at).subject, c.subject);
    }
}

TEST(NoticeMail, the_subject_says_what_is_the_matter_with_whom)
{
    const struct { const char* alert; const char* step; const char* subject; } cases[] = {
        {"demo-2023:overdue:quarterly_progress:agri:2023-Q3", "resolved", "【已解除】区农业农村委 2023-Q3 工作进展情况"},
        {"demo-2023:target_missed:sampling_batches:-:-", "fired", "【目标未达】示例区2023年食品安全监督管理计划 监督抽检批次"},
        {"demo-2023:implausible:sampling_batches:samr:2023-09", "fired", "【数据存疑】区市场监管局 2023-09 监督抽检批次"},
        {"demo-2023:undeliverable:zhang:-:-", "fired", "【通知未达】示例区2023年食品安全监督管理计划 张三"},
        {"demo-2023:overdue:dropped:gone:2023-Q3", "due", "【逾期】gone 2023-Q3 dropped"},
    };
    for (const auto& [alert, step, subject] : cases) EXPECT_EQ(compose_with(alert, step).subject, subject);
}

TEST(NoticeMail, says_what_is_wrong_then_what_to_do_then_why)
{
    const MailMessage mail = compose(example_notice(), *example_policy(), context);
    EXPECT_EQ(mail.text,
              "区农业农村委 2023-Q3“工作进展情况”尚未报送，已逾期，应于 2023-10-10 前（含当日）报送。\n"
              "\n"
              "请处理：立即补报“工作进展情况”材料\n"
              "期限：2023-10-10（含当日；2023-10-11T00:00:00+08:00 起为逾期）\n"
              "途径：http://127.0.0.1:9919/api/v1/filings\n"
              "\n"
              "-- 依据 --\n"
              "说明：2023-Q3 于 2023-09-30 结束，加 10 天\n"
              "条款：八（三十二） 进展报告\n"
              "责任单位：区农业农村委（负责）\n"
              "假设：the document names no day\n"
              "计划：示例区2023年食品安全监督管理计划（demo-2023）\n"
              "时间：2023-10-11T00:00:00+08:00\n"
              "预警编号：demo-2023:overdue:quarterly_progress:agri:2023-Q3\n");
}

TEST(NoticeMail, figures_are_named_with_the_place_where_they_are_handed_in)
{
    const MailMessage mail = compose_with("demo-2023:due_soon:monthly_figures:samr:2023-09", "-1wd");
    EXPECT_THAT(mail.text, HasSubstr("请处理：按期报送指标：监督抽检批次（sampling_batches）\n"));
    EXPECT_THAT(mail.text, HasSubstr("途径：http://127.0.0.1:9919/api/v1/submissions\n"));
    EXPECT_THAT(mail.text, HasSubstr("责任单位：区市场监管局（牵头）、区农业农村委（按职责分工）\n"));
}

TEST(NoticeMail, the_end_of_an_alert_asks_for_nothing)
{
    const MailMessage mail = compose_with("demo-2023:overdue:quarterly_progress:agri:2023-Q3", "resolved");
    EXPECT_THAT(mail.text, HasSubstr("逾期未报预警已解除。\n\n请处理：无需处理，特此告知\n\n"));
    EXPECT_THAT(mail.text, Not(HasSubstr("期限：")));
}

TEST(NoticeMail, html_says_the_same_and_is_escaped)
{
    const MailMessage mail =
        compose_with("demo-2023:target_missed:sampling_batches:-:-", "fired", "<script>alert(1)</script> & 5 < 6");
    EXPECT_THAT(mail.html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; &amp; 5 &lt; 6"));
    EXPECT_THAT(mail.html, Not(HasSubstr("<script>")));
    EXPECT_THAT(mail.html, HasSubstr("区市场监管局（牵头）"));
}

TEST(NoticeMail, goes_to_the_recipient_at_the_notices_moment_under_a_lasting_id)
{
    const MailMessage mail = compose(example_notice(), *example_policy(), context);
    EXPECT_EQ(mail.from, "planwatch@example.org");
    EXPECT_EQ(mail.to, "zhang@example.org");
    EXPECT_EQ(mail.to_name, "张三");
    EXPECT_EQ(mail.message_id, "<demo-2023.7.k7@example.org>");
    EXPECT_EQ(mail.message_id, message_id_of("demo-2023", 7, "k7", "example.org"));
    EXPECT_EQ(mail.date, instant("2023-10-11T00:00:00+08:00"));
    EXPECT_EQ(to_mime(mail), to_mime(compose(example_notice(), *example_policy(), context)));
}

}  // namespace
}  // namespace planwatch
