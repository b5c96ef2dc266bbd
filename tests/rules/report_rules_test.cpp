#include "rules/report_rules.hpp"

#include "rules/policy.hpp"
#include "tests/rules/engine_plan.hpp"

#include <algorithm>

namespace planwatch::testing {
namespace {

// "2023-10-10 09:00 monthly 2023-09"
std::vector<std::string> schedule_of(const Policy& policy)
{
    std::vector<std::string> lines;
    for (const ReportMoment& moment : report_schedule(policy))
        lines.push_back(fmt::format("{} {} {}{}", to_text(moment.at), to_string(moment.kind), moment.period.to_string(), moment.provisional ? " provisional" : ""));
    return lines;
}

ReportRule& sent(Policy& policy, ReportKind kind, const char* when)
{
    ReportRule& rule = policy.reports.of(kind);
    rule.send = true;
    rule.when = DueRule::parse(when).value();
    return rule;
}

Contact contact(const char* id, std::vector<Audience> audiences, std::vector<std::string> units = {})
{
    Contact made;
    made.id = id;
    made.name = id;
    made.audiences = std::move(audiences);
    made.units = std::move(units);
    made.addresses = {{"wecom", "room"}, {"mail", made.id + "@example.org"}};
    return made;
}

std::vector<std::string> ids(const std::vector<Recipient>& people)
{
    std::vector<std::string> all;
    for (const Recipient& each : people) all.push_back(each.id + " " + each.channel);
    return all;
}

TEST(ReportSchedule, by_default_the_monthly_report_goes_on_the_third_working_day_at_nine_and_nothing_else_does)
{
    PlanBuilder plan;
    EXPECT_THAT(schedule_of(plan.policy()),
                ::testing::ElementsAre("2023-03-03 09:00 monthly 2023-02", "2023-04-05 09:00 monthly 2023-03", "2023-05-03 09:00 monthly 2023-04",
                                       "2023-06-05 09:00 monthly 2023-05", "2023-07-05 09:00 monthly 2023-06", "2023-08-03 09:00 monthly 2023-07",
                                       "2023-09-05 09:00 monthly 2023-08",
                                       "2023-10-09 09:00 monthly 2023-09",  // after the holidays: 7, 8 (weekend days worked), 9
                                       "2023-11-03 09:00 monthly 2023-10", "2023-12-05 09:00 monthly 2023-11", "2024-01-04 09:00 monthly 2023-12"))
        << "January's was due before the plan was issued on 1 March";
}

TEST(ReportSchedule, an_office_sets_its_own_moments_for_each_kind)
{
    PlanBuilder plan;
    plan.plan().issued = day("2023-09-01");
    sent(plan.policy(), ReportKind::monthly, "next day 5 08:30");
    sent(plan.policy(), ReportKind::quarterly, "period_end - 10d 10:00");
    sent(plan.policy(), ReportKind::inspection, "period_end + 1wd 09:00");
    EXPECT_THAT(schedule_of(plan.policy()),
                ::testing::ElementsAre("2023-09-05 08:30 monthly 2023-08", "2023-09-20 10:00 quarterly 2023-Q3", "2023-10-05 08:30 monthly 2023-09",
                                       "2023-11-05 08:30 monthly 2023-10", "2023-12-05 08:30 monthly 2023-11", "2023-12-21 10:00 quarterly 2023-Q4",
                                       "2024-01-02 09:00 inspection 2023", "2024-01-05 08:30 monthly 2023-12"));
}

TEST(ReportSchedule, scores_go_by_the_week_the_month_and_the_year_that_their_composite_is_made_for)
{
    PlanBuilder plan;
    plan.units({"a"});
    plan.plan().composites.push_back({.id = "marks", .cadence = Cadence::weekly, .ranked = Cadence::monthly, .graded = Cadence::yearly});
    Policy policy = plan.policy();
    policy.reports.of(ReportKind::monthly).send = false;
    sent(policy, ReportKind::scores, "period_end + 1wd 09:00");
    const std::vector<std::string> schedule = schedule_of(policy);
    const auto of = [&](const std::string& period) { return std::ranges::count_if(schedule, [&](const std::string& line) { return line.ends_with(" " + period); }); };
    EXPECT_EQ(std::ranges::count_if(schedule, [](const std::string& line) { return line.find("-W") != std::string::npos; }), 44) << "2023-W09, due on 6 March, to W52";
    EXPECT_EQ(of("2023-W08"), 0);
    EXPECT_EQ(of("2023-W52"), 1);
    EXPECT_EQ(of("2024-W01"), 0);
    EXPECT_EQ(of("2023-09"), 1);
    EXPECT_EQ(of("2023-Q3"), 0);
    EXPECT_EQ(of("2023"), 1);
    EXPECT_THAT(schedule, ::testing::Contains("2023-10-07 09:00 scores 2023-W39"));  // to 1 October; 7 October, a Saturday, is worked
}

TEST(ReportSchedule, a_kind_is_for_the_plans_that_it_names)
{
    PlanBuilder plan;
    plan.policy().reports.of(ReportKind::monthly).plans = {"elsewhere-2023"};
    EXPECT_TRUE(report_schedule(plan.policy()).empty());
    plan.policy().reports.of(ReportKind::monthly).plans.push_back("here-2023");
    EXPECT_EQ(report_schedule(plan.policy()).size(), 11U);
}

TEST(ReportSchedule, a_plan_whose_year_begins_in_july_has_its_own_twelve_months)
{
    PlanBuilder plan;
    plan.plan().issued = day("2023-07-01");
    plan.plan().starts = day("2023-07-01");
    plan.plan().ends = day("2024-06-30");
    const std::vector<std::string> lines = schedule_of(plan.policy());
    ASSERT_EQ(lines.size(), 12U);
    EXPECT_EQ(lines.front(), "2023-08-03 09:00 monthly 2023-07");
    EXPECT_EQ(lines.back(), "2024-07-03 09:00 monthly 2024-06");
}

TEST(ReportSchedule, says_where_it_rests_on_a_year_whose_calendar_is_not_known)
{
    PlanBuilder plan;
    plan.plan().issued = day("2024-11-20");
    plan.plan().starts = day("2024-01-01");
    plan.plan().ends = day("2024-12-31");
    EXPECT_THAT(schedule_of(plan.policy()), ::testing::ElementsAre("2024-12-04 09:00 monthly 2024-11", "2025-01-03 09:00 monthly 2024-12 provisional"));
}

TEST(ReportRecipients, are_leaders_and_office_by_mail_where_they_have_it)
{
    PlanBuilder plan;
    plan.policy().directory = Directory{{contact("head", {Audience::leaders}), contact("desk", {Audience::office})}};
    EXPECT_THAT(ids(report_recipients(plan.policy(), ReportKind::monthly, {}, day("2023-10-09"))), ::testing::ElementsAre("head mail", "desk mail"));
}

TEST(ReportRecipients, the_office_gets_it_once_where_no_leader_is_named)
{
    PlanBuilder plan;
    plan.policy().directory = Directory{{contact("desk", {Audience::office})}};
    EXPECT_THAT(ids(report_recipients(plan.policy(), ReportKind::monthly, {}, day("2023-10-09"))), ::testing::ElementsAre("desk mail"));
    plan.policy().directory = Directory{};
    EXPECT_THAT(ids(report_recipients(plan.policy(), ReportKind::monthly, {}, day("2023-10-09"))), ::testing::ElementsAre("office mail"));
}

TEST(ReportRecipients, a_deputy_gets_it_while_a_leader_is_away)
{
    PlanBuilder plan;
    Contact head = contact("head", {Audience::leaders});
    head.deputy = "second";
    head.absences = {{day("2023-10-01"), day("2023-10-31")}};
    plan.policy().directory = Directory{{head, contact("second", {}), contact("desk", {Audience::office})}};
    EXPECT_THAT(ids(report_recipients(plan.policy(), ReportKind::monthly, {}, day("2023-10-09"))), ::testing::ElementsAre("second mail", "desk mail"));
    EXPECT_THAT(ids(report_recipients(plan.policy(), ReportKind::monthly, {}, day("2023-11-03"))), ::testing::ElementsAre("head mail", "desk mail"));
}

TEST(ReportRecipients, a_letter_goes_to_its_unit_and_a_bulletin_to_every_unit_that_owes_something)
{
    PlanBuilder plan;
    plan.units({"agri", "samr", "idle"});
    plan.duty("monthly", Cadence::monthly, "period_end + 10d", {"agri", "samr"});
    plan.policy().directory = Directory{{contact("zhang", {Audience::reporter}, {"agri"}), contact("li", {Audience::unit_head}, {"agri", "samr"}),
                                         contact("wang", {Audience::reporter}, {"samr"}), contact("desk", {Audience::office})}};
    EXPECT_THAT(ids(report_recipients(plan.policy(), ReportKind::reminder, plan.plan().unit("samr"), day("2023-10-09"))),
                ::testing::ElementsAre("wang mail", "li mail"));
    EXPECT_THAT(ids(report_recipients(plan.policy(), ReportKind::bulletin, {}, day("2023-10-09"))),
                ::testing::ElementsAre("zhang mail", "wang mail", "li mail"));
    plan.policy().reports.of(ReportKind::bulletin).contacts = {"desk", "li"};
    EXPECT_THAT(ids(report_recipients(plan.policy(), ReportKind::bulletin, {}, day("2023-10-09"))),
                ::testing::ElementsAre("zhang mail", "wang mail", "li mail", "desk mail"));
}

}  // namespace
}  // namespace planwatch::testing
