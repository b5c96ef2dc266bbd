// Businesses are judged one by one and told of together, under their town's name.
#include "tests/rules/engine_plan.hpp"

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Two towns, the first with three businesses, the second with one.
PlanBuilder town_plan(const char* due = "period_end", Cadence cadence = Cadence::daily)
{
    PlanBuilder plan;
    plan.units({"north", "south", "n1", "n2", "n3", "s1"});
    for (UnitIndex i = 2; i < 6; ++i) {
        plan.plan().units[i].kind = UnitKind::business;
        plan.plan().units[i].parent = i < 5 ? 0 : 1;
    }
    plan.duty("check", cadence, due, {"n1", "n2", "n3", "s1"});
    return plan;
}

Changes adopt_now(Course& course, const PlanBuilder& plan, const char* when)
{
    course.to(when);
    return course.engine.adopt(plan.build(), at(when));
}

TEST(Circles, OneAlertATownSpeaksOfAllItsBusinesses)
{
    Course course{town_plan()};
    course.file("2023-06-01 10:00", "n1", "check", "2023-06-01");
    course.to("2023-06-01 23:59");
    const Changes midnight = course.to("2023-06-02 00:00");
    EXPECT_THAT(transitions(midnight),
                ElementsAre("2023-06-02 00:00 fired overdue:check:north:2023-06-01", "2023-06-02 00:00 fired overdue:check:south:2023-06-01"));
    ASSERT_EQ(midnight.slots.size(), 3U) << "each business has its own verdict";
    for (const SlotChange& change : midnight.slots) EXPECT_FALSE(change.verdict.value().on_time);
    const Alert& north = midnight.transitions[0].alert;
    EXPECT_THAT(north.why, HasSubstr("单位north 3 家中 2 家未报“报送check”（2023-06-01"));
    EXPECT_THAT(north.why, HasSubstr("尚缺单位n2、单位n3"));
    EXPECT_EQ(north.facts[2], (std::pair<std::string, SharedText>{"missing", "2/3"}));
}

TEST(Circles, TheTownIsToldAndNobodyDailyReminded)
{
    Course course{town_plan()};
    course.to("2023-06-01 23:59");
    EXPECT_THAT(notices(course.to("2023-06-02 00:00")), ElementsAre("2023-06-02 00:00 due → unit:north: overdue:check:north:2023-06-01",
                                                                    "2023-06-02 00:00 due → unit:south: overdue:check:south:2023-06-01"));
    EXPECT_THAT(notices(course.to("2023-06-02 23:59")), IsEmpty());
}

TEST(Circles, TheAlertEndsWithTheLastBusiness)
{
    Course course{town_plan()};
    course.to("2023-06-02 00:00");
    EXPECT_THAT(transitions(course.file("2023-06-02 08:00", "n1", "check", "2023-06-01")), IsEmpty());
    EXPECT_THAT(transitions(course.file("2023-06-02 08:10", "n3", "check", "2023-06-01")), IsEmpty());
    EXPECT_TRUE(course.firing("overdue:check:north:2023-06-01"));
    const Changes last = course.file("2023-06-02 09:00", "n2", "check", "2023-06-01");
    EXPECT_THAT(transitions(last), ElementsAre("2023-06-02 09:00 resolved overdue:check:north:2023-06-01"));
    EXPECT_THAT(last.transitions[0].alert.why, HasSubstr("2023-06-02T09:00:00+08:00 报齐，迟于截止"));
    EXPECT_EQ(course.state("check", "2023-06-01", "n2"), SlotState::late);
    EXPECT_TRUE(course.firing("overdue:check:south:2023-06-01"));
}

TEST(Circles, RemindersOfAMonthNameHowManyStillLack)
{
    Course course{town_plan("day 20", Cadence::monthly)};
    course.to("2023-06-09 00:00");
    EXPECT_THAT(transitions(course.to("2023-06-10 00:00")), ElementsAre("2023-06-09 09:00 fired due_soon:check:north:2023-06", "2023-06-09 09:00 fired due_soon:check:south:2023-06"));
    course.file("2023-06-12 09:00", "n1", "check", "2023-06");
    const Changes next = course.to("2023-06-15 10:00");
    ASSERT_FALSE(next.notices.empty());
    EXPECT_EQ(next.notices[0].step, "-3wd");
    EXPECT_THAT(next.notices[0].why, HasSubstr("3 家中 2 家未报"));
    course.file("2023-06-16 09:00", "n2", "check", "2023-06");
    EXPECT_THAT(transitions(course.file("2023-06-16 09:00", "n3", "check", "2023-06")), ElementsAre("2023-06-16 09:00 resolved due_soon:check:north:2023-06"));
}

TEST(Circles, WhoBeginsLaterHearsOfTheNewestDayAlone)
{
    Course course{town_plan(), at("2023-06-10 09:00")};
    course.to("2023-06-10 08:59");
    EXPECT_THAT(notices(course.to("2023-06-10 09:00")), ElementsAre("2023-06-10 09:00 due → unit:north: overdue:check:north:2023-06-09",
                                                                    "2023-06-10 09:00 due → unit:south: overdue:check:south:2023-06-09"));
    EXPECT_TRUE(course.firing("overdue:check:north:2023-06-01"));
}

TEST(Circles, SurviveARestart)
{
    Course course{town_plan()};
    course.file("2023-06-01 10:00", "n1", "check", "2023-06-01");
    course.to("2023-06-02 00:00");
    Course again{town_plan()};
    again.engine = Engine{course.engine.policy_ptr(), course.engine.snapshot()};
    EXPECT_TRUE(again.firing("overdue:check:north:2023-06-01"));
    again.file("2023-06-02 08:00", "n2", "check", "2023-06-01");
    EXPECT_THAT(transitions(again.file("2023-06-02 09:00", "n3", "check", "2023-06-01")),
                ElementsAre("2023-06-02 09:00 resolved overdue:check:north:2023-06-01"));
}

TEST(Circles, ABusinessThatClosesOrMovesTakesItsTownsAlertAlong)
{
    PlanBuilder plan = town_plan();
    plan.plan().duties[0].periods = {period("2023-06-01")};
    Course course{plan};
    course.to("2023-06-02 00:00");
    for (const char* done : {"n1", "n2", "s1"}) course.file("2023-06-02 08:00", done, "check", "2023-06-01");
    EXPECT_TRUE(course.firing("overdue:check:north:2023-06-01"));
    EXPECT_FALSE(course.firing("overdue:check:south:2023-06-01"));

    PlanBuilder moved = plan;
    moved.plan().units[4].parent = 1;  // n3 moves south
    moved.policy().version = "2";
    EXPECT_THAT(transitions(adopt_now(course, moved, "2023-06-03 09:00")), ElementsAre("2023-06-03 09:00 resolved overdue:check:north:2023-06-01",
                                                                                   "2023-06-03 09:00 fired overdue:check:south:2023-06-01"));
    PlanBuilder closed = moved;
    closed.plan().duties[0].units = {2, 3, 5};  // n3 is no more
    closed.policy().version = "3";
    EXPECT_THAT(transitions(adopt_now(course, closed, "2023-06-04 09:00")), ElementsAre("2023-06-04 09:00 resolved overdue:check:south:2023-06-01"));
}

TEST(Circles, ANewBusinessOwesFromItsRegistrationOn)
{
    Course course{town_plan()};
    for (const char* all : {"n1", "n2", "n3"}) course.file("2023-06-05 10:00", all, "check", "2023-06-05");
    course.to("2023-06-06 00:00");
    ASSERT_TRUE(course.firing("overdue:check:north:2023-06-04"));
    const Instant since = course.engine.alerts().find(*AlertKey::parse("here-2023:overdue:check:north:2023-06-04", "here-2023"))->second.state.since;

    PlanBuilder wider = town_plan();
    wider.units({"n4"});
    wider.plan().units.back().kind = UnitKind::business;
    wider.plan().units.back().parent = 0;
    wider.plan().duties[0].units.push_back(6);
    wider.policy().version = "2";
    const Changes change = adopt_now(course, wider, "2023-06-06 09:00");
    EXPECT_THAT(transitions(change), IsEmpty()) << "what was met stays met, what fires goes on";
    EXPECT_THAT(notices(change), IsEmpty());
    EXPECT_EQ(course.state("check", "2023-06-05", "n4"), SlotState::waived);
    EXPECT_EQ(course.state("check", "2023-06-06", "n4"), SlotState::upcoming);
    EXPECT_EQ(course.engine.alerts().find(*AlertKey::parse("here-2023:overdue:check:north:2023-06-04", "here-2023"))->second.state.since, since);
    EXPECT_FALSE(course.firing("overdue:check:north:2023-06-05"));
    course.to("2023-06-07 00:00");
    EXPECT_EQ(course.state("check", "2023-06-06", "n4"), SlotState::overdue);
}

TEST(Circles, TheCountsFollowTheRegister)
{
    Course course{town_plan()};
    course.to("2023-06-02 00:00");
    PlanBuilder smaller = town_plan();
    smaller.plan().duties[0].units = {2, 4, 5};  // n2 closed
    smaller.policy().version = "2";
    adopt_now(course, smaller, "2023-06-02 09:00");
    const Alert& alert = course.engine.alerts().find(*AlertKey::parse("here-2023:overdue:check:north:2023-06-01", "here-2023"))->second;
    EXPECT_THAT(alert.why, HasSubstr("2 家中 2 家未报"));
    course.file("2023-06-02 10:00", "n1", "check", "2023-06-01");
    EXPECT_THAT(course.engine.alert_now(alert).why.text(), HasSubstr("2 家中 1 家未报"));
}

}  // namespace
}  // namespace planwatch
