#include "daemon/reporter.hpp"

#include "daemon/paper.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace planwatch::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

// A daemon's reporter in virtual time, as often as it is started in one folder.
class ReporterTest : public ::testing::Test {
protected:
    // From `from` on until `enough` reports were sent in all; 23 days pass in a second.
    void run(const char* from, std::size_t enough, const Sources& all = sources())
    {
        asio::io_context io{1};
        ScaledClock clock{at(from), 2e6};
        Store store{path_};
        Service service{io.get_executor(), clock, store};
        service.open({{all, compiled(all)}});
        Press press{path_};
        Reporter reporter{io.get_executor(), service, press, path_};
        asio::co_spawn(io, service.run_schedule(), asio::detached);
        asio::co_spawn(io, reporter.run(), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (sent().size() < enough && std::chrono::steady_clock::now() < deadline) io.run_for(10ms);
        asio::co_spawn(io, reporter.stop(), [&](const std::exception_ptr&) { io.stop(); });
        io.run_for(30s);
    }

    std::vector<ReportRow> rows()
    {
        StoreReader reader{path_};
        return reader.reports({});
    }
    // "monthly 2023-08 as of 2023-09-05T09:00:00+08:00"
    std::vector<std::string> sent()
    {
        std::vector<std::string> lines;
        for (const ReportRow& row : rows())
            lines.push_back(std::string{to_string(row.report.kind)} + " " + row.report.period.to_string() + (row.report.unit.empty() ? "" : " " + row.report.unit) + " as of " +
                            format_instant_utc(row.report.as_of));
        return lines;
    }
    static Sources with(std::initializer_list<ReportKind> kinds)
    {
        Sources all = sources();
        all.office.reports.of(ReportKind::monthly).send = false;
        for (const ReportKind kind : kinds) all.office.reports.of(kind).send = true;
        return all;
    }

    TempFolder folder_;
    std::string path_ = folder_ / "planwatch.db";
};

TEST_F(ReporterTest, each_month_goes_out_once_at_its_moment_through_restarts)
{
    run("2023-09-01T00:00:00+08:00", 1);
    run("2023-09-20T00:00:00+08:00", 2);
    run("2023-11-10T00:00:00+08:00", 4);
    const std::vector<std::string> all = sent();
    ASSERT_GE(all.size(), 4U);
    EXPECT_EQ(all[0], "monthly 2023-08 as of 2023-09-05T01:00:00Z");
    EXPECT_EQ(all[1], "monthly 2023-09 as of 2023-10-10T01:00:00Z");
    EXPECT_EQ(all[2], "monthly 2023-10 as of 2023-11-03T01:00:00Z") << "late: it was due while the daemon was down";
    EXPECT_EQ(all[3], "monthly 2023-11 as of 2023-12-05T01:00:00Z");
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
}

TEST_F(ReporterTest, the_mails_are_stored_with_the_report_and_each_has_an_id_of_its_own)
{
    Sources all = sources();
    Contact head{.id = "head", .name = "李主任", .audiences = {Audience::leaders}, .addresses = {{"mail", "head@example.org"}}};
    Contact desk{.id = "desk", .name = "值班", .audiences = {Audience::office}, .addresses = {{"mail", "desk@example.org"}}};
    all.office.contacts = {head, desk};
    run("2023-09-01T00:00:00+08:00", 1, all);
    const ReportRow row = rows().at(0);
    ASSERT_EQ(row.mails.size(), 2U);
    EXPECT_EQ(row.mails[0].recipient, (Recipient{"head", "李主任", "mail", "head@example.org"}));
    EXPECT_EQ(row.mails[1].recipient, (Recipient{"desk", "值班", "mail", "desk@example.org"}));
    StoreReader reader{path_};
    const auto first = reader.message("example-2023", row.mails[0].message);
    const auto second = reader.message("example-2023", row.mails[1].message);
    EXPECT_EQ(first->report, row.entry);
    EXPECT_TRUE(first->message.notices.empty());
    EXPECT_NE(first->message_id, second->message_id);
}

TEST_F(ReporterTest, what_was_sent_is_made_again_to_the_byte)
{
    run("2023-09-01T00:00:00+08:00", 3);
    StoreReader reader{path_};
    for (const ReportRow& row : rows()) {
        const ReportRequest request{.kind = row.report.kind, .plan = row.plan, .period = row.report.period, .unit = {}, .composite = {}, .as_of = row.report.as_of};
        const auto again = make_report(reader, request, at("2030-01-01T00:00:00Z"));
        ASSERT_TRUE(again) << to_text(again.error());
        EXPECT_EQ(to_hex(digest_of(set_report(*again))), row.report.sha256) << row.report.title;
        EXPECT_EQ(to_hex(digest_of(reader.paper(row.entry).value())), row.report.sha256);
    }
}

TEST_F(ReporterTest, what_was_due_more_than_a_month_ago_while_the_daemon_was_down_is_passed_over)
{
    run("2023-09-01T00:00:00+08:00", 1);
    run("2024-01-25T00:00:00+08:00", 2);
    EXPECT_THAT(sent(), ElementsAre("monthly 2023-08 as of 2023-09-05T01:00:00Z", "monthly 2023-12 as of 2024-01-03T01:00:00Z"));
}

TEST_F(ReporterTest, a_kind_that_is_set_later_begins_then_and_one_taken_out_begins_anew)
{
    run("2023-09-01T00:00:00+08:00", 1);
    run("2023-10-20T00:00:00+08:00", 2, with({ReportKind::bulletin}));
    run("2023-11-20T00:00:00+08:00", 3, with({ReportKind::monthly}));
    const std::vector<std::string> all = sent();
    ASSERT_GE(all.size(), 3U);
    EXPECT_EQ(all[1], "bulletin 2023-10 as of 2023-11-03T01:00:00Z") << "not September's, whose day was over";
    EXPECT_EQ(all[2], "monthly 2023-11 as of 2023-12-05T01:00:00Z") << "not October's, which was due while nobody had it sent";
}

TEST_F(ReporterTest, letters_go_to_the_units_that_owe_something)
{
    run("2023-10-01T00:00:00+08:00", 2, with({ReportKind::reminder}));
    const std::vector<std::string> all = sent();
    ASSERT_GE(all.size(), 2U);
    EXPECT_EQ(all[0], "reminder 2023-09 samr as of 2023-10-10T01:00:00Z");
    EXPECT_EQ(all[1], "reminder 2023-09 agri as of 2023-10-10T01:00:00Z");
    EXPECT_THAT(rows().at(0).mails.at(0).recipient.id, "unit:samr");
}

}  // namespace
}  // namespace planwatch::testing
