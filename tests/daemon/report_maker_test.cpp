#include "daemon/report_maker.hpp"

#include "daemon/ledger_event.hpp"
#include "exporters/report_json.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <array>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// A plan's autumn, written as the service writes it.
class ReportMakerTest : public ::testing::Test {
protected:
    ReportMakerTest()
    {
        adopt(sources(), at("2023-07-18T01:00:00Z"));
        submit("samr", "2023-07", 40, at("2023-08-05T02:00:00Z"));
        submit("agri", "2023-07", 20, at("2023-08-06T02:00:00Z"));
        submit("samr", "2023-08", 10, at("2023-09-05T00:30:00Z"));  // known to August's report, which is due at 01:00
    }

    void commit(LedgerKind kind, const std::string& payload, const Changes& changes, Instant when)
    {
        const auto transaction = store_->begin();
        if (kind == LedgerKind::adopt) row_ = transaction->bind(engine_->policy());
        const auto entry = transaction->append(row_, kind, "zhang", payload, when);
        transaction->write(row_, *engine_, changes, entry);
        transaction->commit();
    }
    void adopt(const Sources& what, Instant when)
    {
        const auto policy = compiled(what);
        if (engine_) engine_->advance(when);
        Changes changes;
        if (engine_) changes = engine_->adopt(policy, when);
        else engine_ = std::make_unique<Engine>(policy, when);
        commit(LedgerKind::adopt, to_payload(what), changes, when);
    }
    void submit(const char* unit, const char* which, int value, Instant when)
    {
        const std::array raw{RawSubmission{"example-2023", unit, which, {{"batches", Decimal{value}, {}, {}}}, ""}};
        auto admitted = engine_->admit(raw, when);
        ASSERT_TRUE(admitted) << to_text(admitted.error());
        const Changes changes = engine_->apply(std::move(admitted->front()), when);
        commit(LedgerKind::submission, to_payload(raw), changes, when);
    }

    static ReportRequest august()
    {
        ReportRequest request;
        request.plan = "example-2023";
        request.period = period("2023-08");
        return request;
    }
    Result<Report> make(const ReportRequest& request, const char* now)
    {
        StoreReader reader{store_->path()};
        return ReportMaker{reader}.make(request, at(now));
    }
    std::string problems_of(const ReportRequest& request, const char* now = "2023-12-01T00:00:00Z")
    {
        const Result<Report> made = make(request, now);
        return made ? "none" : to_text(made.error());
    }

    TempFolder folder_;
    std::unique_ptr<Store> store_ = std::make_unique<Store>(folder_ / "planwatch.db");
    std::unique_ptr<Engine> engine_;
    std::int64_t row_ = 0;
};

TEST_F(ReportMakerTest, makes_a_report_again_to_the_byte)
{
    ReportRequest request = august();
    request.as_of = at("2023-09-05T01:00:00Z");
    const std::string then = report_json(make(request, "2023-09-05T01:00:00Z").value());
    submit("samr", "2023-07", 44, at("2023-09-06T02:00:00Z"));
    submit("agri", "2023-08", 9, at("2023-09-07T02:00:00Z"));
    adopt(sources_with("120 批次", "150 批次"), at("2023-09-08T00:00:00Z"));
    EXPECT_EQ(report_json(make(request, "2023-12-01T00:00:00Z").value()), then);
    EXPECT_NE(report_json(make(august(), "2023-12-01T00:00:00Z").value()), then);
}

TEST_F(ReportMakerTest, several_reports_of_one_maker_are_as_if_each_were_made_alone)
{
    submit("agri", "2023-08", 9, at("2023-09-07T02:00:00Z"));
    submit("samr", "2023-08", 12, at("2023-09-07T03:00:00Z"));
    adopt(sources_with("120 批次", "150 批次"), at("2023-09-08T00:00:00Z"));
    const Instant now = at("2023-12-01T00:00:00Z");
    std::vector<ReportRequest> requests;
    for (const char* as_of : {"2023-09-05T01:00:00Z", "2023-09-07T02:30:00Z", "2023-10-11T01:00:00Z", "2023-09-05T01:00:00Z"}) {
        ReportRequest request = august();
        request.as_of = at(as_of);
        requests.push_back(request);
        request.kind = ReportKind::reminder;
        for (const char* unit : {"samr", "agri"}) {
            request.unit = unit;
            requests.push_back(request);
        }
        request = {.kind = ReportKind::bulletin, .plan = request.plan, .period = period("2023-07"), .unit = {}, .composite = {}, .as_of = request.as_of};
        requests.push_back(request);
    }
    StoreReader reader{store_->path()};
    ReportMaker maker{reader};
    for (const ReportRequest& request : requests) {
        EXPECT_EQ(maker.units_owing(request, now), ReportMaker{reader}.units_owing(request, now));
        EXPECT_EQ(report_json(maker.make(request, now).value()), report_json(make(request, "2023-12-01T00:00:00Z").value())) << request.unit;
    }
}

TEST_F(ReportMakerTest, knows_what_came_in_at_the_very_instant_after_it_looked)
{
    StoreReader reader{store_->path()};
    ReportMaker maker{reader};
    const Instant now = at("2023-10-07T02:00:00Z");
    const auto owing = [&] { return maker.units_owing(august(), now); };
    EXPECT_EQ(owing(), (std::vector<std::string>{"samr", "agri"}));
    submit("agri", "2023-08", 9, now);
    EXPECT_EQ(owing(), (std::vector<std::string>{"samr"}));
    EXPECT_EQ(report_json(maker.make(august(), now).value()), report_json(make(august(), "2023-10-07T02:00:00Z").value()));
}

TEST_F(ReportMakerTest, of_what_is_known_now_has_what_came_in_late)
{
    submit("agri", "2023-08", 9, at("2023-10-07T02:00:00Z"));
    submit("agri", "2023-09", 100, at("2023-10-07T02:00:00Z"));
    const Report report = make(august(), "2023-10-20T00:00:00Z").value();
    ASSERT_THAT(report.indicators, SizeIs(2));
    const IndicatorLine& batches = report.indicators[0].indicator == 0 ? report.indicators[0] : report.indicators[1];
    EXPECT_EQ(batches.now.value, 79);  // without September's
    ASSERT_TRUE(batches.before);
    EXPECT_EQ(batches.before->value, 0);  // at July's report, on 3 August, nothing was in
    EXPECT_EQ(report.as_of, at("2023-10-20T00:00:00Z"));
    EXPECT_EQ(report.before, at("2023-08-03T01:00:00Z"));
}

TEST_F(ReportMakerTest, names_corrections_since_the_report_before)
{
    submit("samr", "2023-07", 44, at("2023-09-06T02:00:00Z"));
    submit("samr", "2023-08", 11, at("2023-09-06T03:00:00Z"));
    submit("samr", "2023-08", 10, at("2023-09-06T04:00:00Z"));  // taken back
    submit("samr", "2023-09", 7, at("2023-10-08T04:00:00Z"));
    submit("samr", "2023-09", 8, at("2023-10-08T05:00:00Z"));   // no report had told it
    ReportRequest september = august();
    september.period = period("2023-09");
    const Report report = make(september, "2023-10-09T01:00:00Z").value();
    ASSERT_THAT(report.corrections, SizeIs(1));
    EXPECT_EQ(report.corrections[0].before.numerator, Decimal{40});
    EXPECT_EQ(report.corrections[0].after.numerator, Decimal{44});
    EXPECT_EQ(report.corrections[0].period, period("2023-07"));
    EXPECT_EQ(report.corrections[0].by, "zhang");
    EXPECT_EQ(report.corrections[0].at, at("2023-09-06T02:00:00Z"));
}

TEST_F(ReportMakerTest, tells_that_the_plan_itself_changed)
{
    adopt(sources_with("120 批次", "150 批次"), at("2023-09-20T00:00:00Z"));
    ReportRequest september = august();
    september.period = period("2023-09");
    const Report report = make(september, "2023-10-09T01:00:00Z").value();
    ASSERT_FALSE(report.changes.empty());
    EXPECT_EQ(report.changes.back().kind, Change::Kind::plan);
    EXPECT_EQ(report.changes.back().text, "“监督抽检批次”的目标由 ≥120批次（至 2023-12-31） 改为 ≥150批次（至 2023-12-31）");
}

TEST_F(ReportMakerTest, tells_what_is_wrong_with_a_request)
{
    ReportRequest request = august();
    request.plan = "exampel-2023";
    EXPECT_THAT(problems_of(request), HasSubstr("/plan: the database has no plan 'exampel-2023'; did you mean 'example-2023'?"));
    request = august();
    request.period = period("2023-Q3");
    EXPECT_THAT(problems_of(request), HasSubstr("/period: a monthly report is about a month, like 2023-09, not 2023-Q3"));
    request.period = period("2025-09");
    EXPECT_THAT(problems_of(request), HasSubstr("2025-09 lies outside"));
    request = august();
    request.unit = "samr";
    EXPECT_THAT(problems_of(request), HasSubstr("/unit: a monthly report is about the whole plan"));
    request.kind = ReportKind::reminder;
    request.unit = "smar";
    EXPECT_THAT(problems_of(request), HasSubstr("/unit: the plan example-2023 has no unit 'smar'; did you mean 'samr'?"));
    request.unit = "";
    EXPECT_THAT(problems_of(request), HasSubstr("/unit: a reminder is a letter to one unit"));
    request = august();
    request.as_of = at("2024-01-01T00:00:00Z");
    EXPECT_THAT(problems_of(request), HasSubstr("/as_of: lies in the future"));
    request.as_of = at("2023-07-01T00:00:00Z");
    EXPECT_THAT(problems_of(request), HasSubstr("/as_of: the plan example-2023 was not in force yet"));
    request = august();
    request.kind = ReportKind::scores;
    EXPECT_THAT(problems_of(request), HasSubstr("/composite: the plan example-2023 has no composite"));
}

}  // namespace
}  // namespace planwatch::testing
