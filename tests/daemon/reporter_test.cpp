#include "daemon/reporter.hpp"

#include "daemon/paper.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <utility>

namespace planwatch::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

// Time that passes as soon as somebody waits for it.
struct JumpingClock final : Clock {
    explicit JumpingClock(Instant start) : time{start} {}
    Instant now() const override { return time; }
    asio::awaitable<void> sleep_until(Instant moment) override
    {
        time = std::max(time, moment);
        co_return;
    }
    Instant time;
};

// A daemon's reporter in virtual time, as often as it is started in one folder.
class ReporterTest : public ::testing::Test {
protected:
    // From `from` on until `enough` reports were sent in all.
    void run(const char* from, std::size_t enough, const Sources& all = sources())
    {
        asio::io_context io{1};
        JumpingClock clock{at(from)};
        Store store{path_};
        Service service{io.get_executor(), clock, store};
        Press press{path_};
        Reporter reporter{io.get_executor(), service, press, path_};
        service.open({{all, compiled(all)}});
        if (before_) {
            before_(service, io);
            io.run();  // to its end, before anybody waits and time jumps
            io.restart();
        }
        bool stopped = false;
        service.on_changes([&](const Engine&, const Changes&) {
            if (sent().size() < enough || std::exchange(stopped, true)) return;
            asio::co_spawn(io, reporter.stop(), [&](const std::exception_ptr&) { io.stop(); });
        });
        asio::co_spawn(io, reporter.run(), [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        });
        io.run_for(60s);
        EXPECT_TRUE(stopped) << "it came to a rest before";
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

    std::function<void(Service&, asio::io_context&)> before_;  // what happens first in each run
    TempFolder folder_;
    std::string path_ = folder_ / "planwatch.db";
};

TEST_F(ReporterTest, each_month_goes_out_once_at_its_moment_through_restarts)
{
    run("2023-09-01T00:00:00+08:00", 1);
    run("2023-09-20T00:00:00+08:00", 2);
    run("2023-11-10T00:00:00+08:00", 4);  // October's was due while the daemon was down
    EXPECT_THAT(sent(), ElementsAre("monthly 2023-08 as of 2023-09-05T01:00:00Z", "monthly 2023-09 as of 2023-10-09T01:00:00Z",
                                    "monthly 2023-10 as of 2023-11-03T01:00:00Z", "monthly 2023-11 as of 2023-12-05T01:00:00Z"));
    EXPECT_EQ(rows().at(2).at, at("2023-11-10T00:00:00+08:00"));
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
        const auto again = ReportMaker{reader}.make(request, at("2030-01-01T00:00:00Z"));
        ASSERT_TRUE(again) << to_text(again.error());
        EXPECT_EQ(to_hex(digest_of(set_report(*again))), row.report.sha256) << row.report.title;
        EXPECT_EQ(to_hex(digest_of(reader.paper(row.entry).value())), row.report.sha256);
    }
}

TEST_F(ReporterTest, a_later_report_names_what_was_corrected_and_where_it_stood)
{
    before_ = [this](Service& service, asio::io_context& io) {
        const auto hand_in = [](Service& writer, int value) -> asio::awaitable<void> {
            std::vector<RawSubmission> raw{{"example-2023", "samr", "2023-08", {{"batches", Decimal{value}, {}, {}}}, ""}};
            co_await writer.submit(raw, "zhang", false);
        };
        asio::co_spawn(io, hand_in(service, sent().empty() ? 40 : 44), asio::detached);
    };
    run("2023-09-01T00:00:00+08:00", 1);
    run("2023-09-20T00:00:00+08:00", 2);
    StoreReader reader{path_};
    const ReportRow first = rows().at(0);
    const ReportRow second = rows().at(1);
    const ReportRequest request{.kind = ReportKind::monthly, .plan = "example-2023", .period = second.report.period, .unit = {}, .composite = {}, .as_of = second.report.as_of};
    const auto report = ReportMaker{reader}.make(request, at("2030-01-01T00:00:00Z"));
    ASSERT_TRUE(report);
    ASSERT_EQ(report->corrections.size(), 1U);
    EXPECT_EQ(report->corrections[0].told_in, first.report.title);
    EXPECT_THAT(reader.paper(second.entry)->text, ::testing::HasSubstr(first.report.title));
    EXPECT_EQ(to_hex(digest_of(set_report(*report))), second.report.sha256);
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
    EXPECT_THAT(sent(), ElementsAre("monthly 2023-08 as of 2023-09-05T01:00:00Z",
                                    "bulletin 2023-10 as of 2023-11-03T01:00:00Z",   // not September's, whose day was over
                                    "monthly 2023-11 as of 2023-12-05T01:00:00Z"));  // not October's, which was due while nobody had it sent
}

TEST_F(ReporterTest, letters_go_to_the_units_that_owe_something)
{
    run("2023-10-01T00:00:00+08:00", 2, with({ReportKind::reminder}));
    EXPECT_THAT(sent(), ElementsAre("reminder 2023-09 samr as of 2023-10-09T01:00:00Z", "reminder 2023-09 agri as of 2023-10-09T01:00:00Z"));
    EXPECT_THAT(rows().at(0).mails.at(0).recipient.id, "unit:samr");
}

}  // namespace
}  // namespace planwatch::testing
