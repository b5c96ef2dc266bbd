#include "rules/policy.hpp"

#include "tests/rules/values.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;

Duty duty(std::string id, std::string_view rule, std::vector<Period> periods, std::string ladder = {})
{
    return {.id = std::move(id), .due = DueRule::parse(rule).value(), .periods = std::move(periods), .ladder = std::move(ladder)};
}

Policy policy(std::vector<Duty> duties)
{
    Policy policy;
    policy.plan.issued = day("2023-07-18");
    policy.plan.duties = std::move(duties);
    policy.calendar = autumn_calendar();
    policy.zone = shanghai();
    policy.ladders = {default_ladder(), {"gentle", {{.offset = 0}}}};
    return policy;
}

std::vector<std::string> listed(const Policy& policy)
{
    std::vector<std::string> lines;
    for (const Deadline& d : deadlines_of(policy))
        lines.push_back(policy.plan.duties[d.duty].id + " " + d.period.to_string() + " " + format_day(d.due.date));
    return lines;
}

TEST(Deadlines, AreOrderedByMomentThenDutyThenPeriod)
{
    const Policy autumn = policy({
        duty("progress", "period_end + 10d", {period("2023-Q3"), period("2023-Q4")}),
        duty("report", "10-10", {period("2023-09"), period("2023-10")}),
        duty("scheme", "issued + 30d", {period("2023")}),
    });
    EXPECT_EQ(listed(autumn), (std::vector<std::string>{"scheme 2023 2023-08-17", "progress 2023-Q3 2023-10-10", "report 2023-09 2023-10-10",
                                                        "report 2023-10 2023-10-10", "progress 2023-Q4 2024-01-10"}));
}

TEST(Deadlines, ThatPassedBeforeThePlanWasIssuedAreNotOwed)
{
    const Policy issued_in_july = policy({duty("monthly", "period_end + 17d", {period("2023-05"), period("2023-06"), period("2023-07")}),
                                          duty("eve", "07-17", {period("2023")}), duty("on_the_day", "07-18", {period("2023")})});
    // 17 July ends at the very moment at which 18 July, the day of issue, begins: nobody could have handed in on it.
    EXPECT_EQ(listed(issued_in_july), (std::vector<std::string>{"on_the_day 2023 2023-07-18", "monthly 2023-07 2023-08-17"}));
}

TEST(Deadlines, CarryTheStepsOfTheirDutysLadder)
{
    const Policy two = policy({duty("report", "11-01", {period("2023")}), duty("gentle", "11-01", {period("2023")}, "gentle")});
    const auto deadlines = deadlines_of(two);
    ASSERT_EQ(deadlines.size(), 2U);
    ASSERT_EQ(deadlines[0].steps.size(), 8U);
    EXPECT_EQ(deadlines[0].steps[0], instant("2023-10-23T09:00:00+08:00"));
    EXPECT_EQ(deadlines[0].steps[4], deadlines[0].due.moment);
    EXPECT_EQ(deadlines[1].steps, std::vector<Instant>{instant("2023-11-02T00:00:00+08:00")});
}

TEST(Ladders, AreChosenByNameElseTheFirst)
{
    Policy some = policy({});
    EXPECT_EQ(some.ladder_of(duty("a", "issued", {}, "gentle")).id, "gentle");
    EXPECT_EQ(some.ladder_of(duty("a", "issued", {})).id, "default");
    EXPECT_EQ(some.ladder_of(duty("a", "issued", {}, "unheard_of")).id, "default");
    some.ladders = {{"default+b", {{.offset = 0}}, {}, true}, {"slow", {{.offset = 0}}, {AlertKind::behind_pace}}, {"gentle", {{.offset = 0}}}};
    EXPECT_EQ(some.ladder_of(duty("a", "issued", {})).id, "gentle") << "neither another duty's own nor one for kinds";
    EXPECT_EQ(some.ladder_of(duty("b", "issued", {}, "default+b")).id, "default+b");
    EXPECT_EQ(some.ladder_of(AlertKind::behind_pace).id, "slow");
    EXPECT_EQ(some.ladder_of(AlertKind::below_hold).id, "default");
    some.ladders.clear();
    EXPECT_EQ(some.ladder_of(duty("a", "issued", {})).steps.size(), default_ladder().steps.size());
}

}  // namespace
}  // namespace planwatch
