#include "daemon/paper.hpp"
#include "exporters/report_paper.hpp"
#include "tests/daemon/api_fixture.hpp"

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ApiReportsTest : public ApiTest {
protected:
    // A report as the reporter would have sent it.
    std::uint64_t send(const char* month)
    {
        const ReportPaper paper{"主题", "文字", "<p>文字<img src=\"cid:pace\"></p>", {{"pace", "PNG", "进度", 320, 40}}, "PK", "报告.xlsx"};
        const ReportSent report{ReportKind::monthly, period(month), "", "", at("2023-10-10T01:00:00Z"), "9月指标报告", to_hex(digest_of(paper)), {}};
        std::optional<ReportSent> sent;
        const auto work = [&]() -> asio::awaitable<void> { sent = co_await service_.send_report("example-2023", report, paper); };
        asio::co_spawn(io_, work, asio::detached);
        io_.restart();
        io_.run();
        return sent ? entries() : 0;
    }
};

TEST_F(ApiReportsTest, a_report_is_made_in_every_form)
{
    const Response made = get("/api/v1/reports/monthly?plan=example-2023&month=2023-09");
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(json(made).at("period").as_string(), "2023-09");
    const struct { const char* format; const char* type; const char* starts; } forms[] = {
        {"text", "text/plain; charset=utf-8", ""},
        {"html", "text/html; charset=utf-8", "<!DOCTYPE html"},
        {"eml", "message/rfc822", "From: planwatch@localhost\r\n"},
        {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK"},
    };
    for (const auto& [format, type, starts] : forms) {
        const Response response = get(std::string{"/api/v1/reports/monthly?month=2023-09&format="} + format);
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_EQ(response.content_type, type);
        EXPECT_THAT(response.body, StartsWith(starts)) << format;
        EXPECT_FALSE(response.body.empty());
    }
    EXPECT_EQ(entries(), 1U) << "nothing was written";
}

TEST_F(ApiReportsTest, without_a_period_it_is_the_last_one_that_is_over)
{
    EXPECT_EQ(json(get("/api/v1/reports/monthly")).at("period").as_string(), "2023-09");
    EXPECT_EQ(json(get("/api/v1/reports/quarterly")).at("period").as_string(), "2023-Q3");
}

TEST_F(ApiReportsTest, what_is_wrong_with_the_question_is_told_at_once)
{
    EXPECT_EQ(get("/api/v1/reports/montly").status, 404);
    EXPECT_THAT(get("/api/v1/reports/montly").body, HasSubstr("did you mean 'monthly'?"));
    const Response bad = get("/api/v1/reports/monthly?plan=exmple-2023&format=pdf&mnth=2023-09");
    EXPECT_EQ(bad.status, 400);
    EXPECT_THAT(errors(bad), ::testing::AllOf(HasSubstr("?plan: unknown plan 'exmple-2023'; did you mean 'example-2023'?"), HasSubstr("?format: unknown format 'pdf'"), HasSubstr("?mnth")));
    EXPECT_THAT(errors(get("/api/v1/reports/monthly?period=2023-Q3")), HasSubstr("?period: a monthly report is about a month"));
    EXPECT_THAT(errors(get("/api/v1/reports/monthly?month=2023-09&period=2023-09")), HasSubstr("?month: means the same as period"));
    EXPECT_THAT(errors(get("/api/v1/reports/reminder?month=2023-09&unit=agry")), HasSubstr("?unit: the plan example-2023 has no unit 'agry'; did you mean 'agri'?"));
    EXPECT_THAT(errors(get("/api/v1/reports/monthly?month=2023-09&as_of=2031-01-01T00:00:00Z")), HasSubstr("?as_of: lies in the future"));
}

TEST_F(ApiReportsTest, those_that_were_sent_are_listed_and_given_again)
{
    const std::uint64_t entry = send("2023-09");
    ASSERT_NE(entry, 0U);
    const boost::json::value list = json(get("/api/v1/reports"));
    ASSERT_EQ(items(list).size(), 1U);
    const boost::json::value& row = items(list)[0];
    EXPECT_EQ(row.at("id").as_int64(), static_cast<std::int64_t>(entry));
    EXPECT_EQ(row.at("kind").as_string(), "monthly");
    EXPECT_EQ(row.at("title").as_string(), "9月指标报告");
    EXPECT_EQ(row.at("as_of").as_string(), "2023-10-10T09:00:00+08:00");
    EXPECT_EQ(row.at("mails").as_array().at(0).at("recipient").at("id").as_string(), "office");
    EXPECT_EQ(row.at("mails").as_array().at(0).at("state").as_string(), "waiting");

    const std::string sent = "/api/v1/reports/sent/" + std::to_string(entry);
    EXPECT_EQ(get(sent + "?format=text").body, "文字");
    EXPECT_EQ(get(sent + "?format=xlsx").body, "PK");
    EXPECT_THAT(get(sent).body, HasSubstr("data:image/png;base64,UE5H"));
    EXPECT_THAT(std::string{get(sent).content_security_policy}, HasSubstr("img-src data:"));
    EXPECT_THAT(get(sent + "?format=eml").body, HasSubstr("Content-ID: <pace>"));
    EXPECT_EQ(get(sent + "?format=json").status, 400);
    EXPECT_EQ(get("/api/v1/reports/sent/1").status, 404) << "an entry of the ledger that is no report";
    EXPECT_EQ(get("/api/v1/reports/sent/x").status, 404);
    EXPECT_EQ(items(json(get("/api/v1/reports?kind=scores"))).size(), 0U);
}

TEST_F(ApiReportsTest, a_report_is_sent_once)
{
    EXPECT_NE(send("2023-09"), 0U);
    EXPECT_EQ(send("2023-09"), 0U);
    EXPECT_NE(send("2023-10"), 0U);
    EXPECT_EQ(items(json(get("/api/v1/reports?plan=example-2023&kind=monthly"))).size(), 2U);
}

TEST_F(ApiReportsTest, a_token_of_another_plan_sees_none_of_it)
{
    const std::uint64_t entry = send("2023-09");
    const std::string other = token({.label = "other", .role = TokenRole::read, .plan = "elsewhere-2023"});
    EXPECT_EQ(items(json(get("/api/v1/reports", {.token = other}))).size(), 0U);
    EXPECT_EQ(get("/api/v1/reports/sent/" + std::to_string(entry), {.token = other}).status, 404);
    EXPECT_EQ(get("/api/v1/reports/monthly?plan=example-2023", {.token = other}).status, 400);
}

TEST_F(ApiReportsTest, a_preview_goes_to_one_address_and_is_recorded_nowhere)
{
    const Response sent = ask("POST", "/api/v1/reports/monthly/preview?month=2023-09&to=me@example.org");
    EXPECT_EQ(sent.status, 200) << sent.body;
    ASSERT_EQ(previews_.size(), 1U);
    EXPECT_EQ(previews_[0], "me@example.org");
    EXPECT_EQ(entries(), 1U);
    EXPECT_THAT(errors(ask("POST", "/api/v1/reports/monthly/preview?month=2023-09&to=me")), HasSubstr("?to: 'me' is no address"));
    EXPECT_EQ(ask("POST", "/api/v1/reports/monthly/preview?to=me@example.org", {.token = reader_token_}).status, 403);
    preview_result_ = {SendResult::Outcome::retry, "421 busy"};
    EXPECT_EQ(ask("POST", "/api/v1/reports/monthly/preview?month=2023-09&to=me@example.org").status, 502);
}

}  // namespace
}  // namespace planwatch::testing
