// A changed policy takes over from the one before; a restart takes over from the rows.
#include "tests/rules/engine_plan.hpp"

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A report by `due` from two units, and batches that samr reports each quarter.
PlanBuilder plan_due(const char* due)
{
    PlanBuilder plan;
    plan.units({"samr", "agri"});
    Indicator& batches = plan.indicator("batches", {"samr"});
    batches.target = at_least(365, "批次");
    batches.pace = linear();
    plan.duty("report", Cadence::yearly, due, {"samr", "agri"});
    return plan;
}

Changes adopt(Course& course, const PlanBuilder& plan, const char* when)
{
    course.to(when);
    return course.engine.adopt(plan.build(), at(when));
}

TEST(Adopt, TheSamePolicyChangesNothing)
{
    for (const char* when : {"2023-03-01 00:00", "2023-10-25 00:00", "2023-11-02 00:00", "2023-11-20 00:00", "2024-02-01 00:00"}) {
        Course course{plan_due("11-01")};
        course.submit("2023-03-01 00:00", "samr", "2023-Q1", {{"batches", 5}});
        course.file("2023-03-01 00:00", "agri", "report", "2023");
        EXPECT_TRUE(adopt(course, plan_due("11-01"), when).empty()) << when;
        EXPECT_EQ(course.state("report", "2023", "agri"), SlotState::on_time) << when;
    }
}

TEST(Adopt, AnOpenSlotTakesALaterDeadline)
{
    Course course{plan_due("11-01")};
    const Changes changes = adopt(course, plan_due("11-20"), "2023-10-25 00:00");
    EXPECT_THAT(transitions(changes), IsEmpty());
    ASSERT_EQ(changes.transitions.size(), 2U);  // the reminders that are out name the new day
    EXPECT_THAT(changes.transitions[0].alert.why, HasSubstr("2023-11-20"));
    EXPECT_THAT(transitions(course.to("2023-11-20 23:58")), IsEmpty());
    course.file("2023-11-20 23:59", "samr", "report", "2023");
    EXPECT_EQ(course.state("report", "2023", "samr"), SlotState::on_time);
    EXPECT_THAT(transitions(course.to("2023-11-21 00:00")),
                ElementsAre("2023-11-21 00:00 resolved due_soon:report:agri:2023", "2023-11-21 00:00 fired overdue:report:agri:2023"));
}

TEST(Adopt, ADeadlineMovedIntoThePastMakesWhatIsOpenOverdueNowAndTellsOfIt)
{
    Course course{plan_due("11-20")};
    course.file("2023-11-01 09:00", "agri", "report", "2023");
    const Changes changes = adopt(course, plan_due("11-11"), "2023-11-15 12:00");
    EXPECT_THAT(transitions(changes),
                ElementsAre("2023-11-15 12:00 resolved due_soon:report:samr:2023", "2023-11-15 12:00 fired overdue:report:samr:2023"));
    // 11 November is a Saturday: the third working day after it has begun.
    EXPECT_THAT(notices(changes), Contains("2023-11-15 12:00 +3wd → unit:samr: overdue:report:samr:2023"));
    ASSERT_TRUE(changes.slots.back().verdict);
    EXPECT_EQ(changes.slots.back().at, at("2023-11-15 12:00"));
    EXPECT_EQ(course.state("report", "2023", "agri"), SlotState::on_time);
    EXPECT_EQ(course.slot("report", "2023", "agri").handed_in, -(10 * 86'400 + 15 * 3'600));
}

TEST(Adopt, ADeadlineMovedCloserRemindsAtOnce)
{
    Course course{plan_due("11-20")};
    const Changes changes = adopt(course, plan_due("11-01"), "2023-10-30 12:00");
    EXPECT_THAT(notices(changes), ElementsAre("2023-10-30 12:00 -3wd → unit:samr: due_soon:report:samr:2023",
                                              "2023-10-30 12:00 -3wd → unit:agri: due_soon:report:agri:2023"));
    EXPECT_EQ(course.to("2023-10-31 09:00").notices.size(), 2U);  // the ladder goes on from there
}

TEST(Adopt, AVerdictStandsWhereverTheDeadlineMoves)
{
    Course course{plan_due("11-01")};
    course.file("2023-10-30 09:00", "agri", "report", "2023");
    course.to("2023-11-05 00:00");
    const Changes changes = adopt(course, plan_due("12-20"), "2023-11-05 00:00");
    EXPECT_TRUE(changes.empty());
    EXPECT_EQ(course.state("report", "2023", "samr"), SlotState::overdue);
    course.file("2023-11-06 09:00", "samr", "report", "2023");
    EXPECT_EQ(course.state("report", "2023", "samr"), SlotState::late);
    EXPECT_EQ(course.state("report", "2023", "agri"), SlotState::on_time);
    adopt(course, plan_due("10-01"), "2023-11-07 00:00");
    EXPECT_EQ(course.state("report", "2023", "agri"), SlotState::on_time);
}

TEST(Adopt, WhatIsNoLongerInThePlanLeavesItAndThoseToldLearnOfIt)
{
    Course course{plan_due("11-01")};
    course.submit("2023-10-01 00:00", "samr", "2023-09", {{"batches", 5}});
    course.to("2023-11-05 00:00");
    PlanBuilder smaller;
    smaller.units({"agri"});
    smaller.duty("report", Cadence::yearly, "11-01", {"agri"});
    const Changes changes = adopt(course, smaller, "2023-11-05 00:00");
    EXPECT_THAT(transitions(changes),
                ElementsAre("2023-11-05 00:00 resolved overdue:report:samr:2023", "2023-11-05 00:00 resolved behind_pace:batches:samr:-"));
    EXPECT_EQ(changes.notices.size(), 4U);
    EXPECT_EQ(course.engine.series_count(), 0U);
    EXPECT_TRUE(course.firing("overdue:report:agri:2023"));
}

TEST(Adopt, APendingAlertThatLeavesLapses)
{
    PlanBuilder patient = plan_due("11-01");
    patient.plan().indicators[0].pace.grace = std::chrono::days{30};
    Course course{patient};
    course.submit("2023-10-01 00:00", "samr", "2023-09", {{"batches", 5}});
    PlanBuilder aimless = patient;
    aimless.plan().indicators[0].target.reset();
    aimless.plan().indicators[0].pace = {};
    EXPECT_THAT(transitions(adopt(course, aimless, "2023-10-02 00:00")), ElementsAre("2023-10-02 00:00 lapsed behind_pace:batches:samr:-"));
}

TEST(Adopt, AShorterGraceFiresAtOnce)
{
    PlanBuilder patient = plan_due("11-01");
    patient.plan().indicators[0].pace.grace = std::chrono::days{30};
    Course course{patient};
    course.submit("2023-10-01 00:00", "samr", "2023-09", {{"batches", 5}});
    EXPECT_THAT(transitions(adopt(course, plan_due("11-01"), "2023-10-10 00:00")), ElementsAre("2023-10-10 00:00 fired behind_pace:batches:samr:-"));
    EXPECT_EQ(course.engine.now(), at("2023-10-10 00:00"));
}

TEST(Adopt, FiguresKeepTheirPlacesByName)
{
    Course course{plan_due("11-01")};
    course.submit("2023-10-01 00:00", "samr", "2023-09", {{"batches", 5}});
    PlanBuilder other;
    other.units({"edu", "agri", "samr"});
    other.indicator("schools", {"edu"});
    other.indicator("batches", {"agri", "samr"}).target = at_least(365, "批次");
    other.duty("report", Cadence::yearly, "11-01", {"agri", "samr"});
    adopt(course, other, "2023-10-02 00:00");
    EXPECT_THAT(course.engine.figures_of(0), IsEmpty());
    EXPECT_THAT(course.engine.figures_of(1), IsEmpty());
    ASSERT_EQ(course.engine.figures_of(2).size(), 1U);
    EXPECT_EQ(course.engine.figures_of(2)[0].at, at("2023-10-01 00:00"));
    EXPECT_EQ(course.assessment("batches").figure.numerator, Decimal{5});
}

TEST(Adopt, AnAlertOfOneUnitEndsWhereSeveralAnswerNow)
{
    Course course{plan_due("11-01")};
    course.submit("2023-10-01 00:00", "samr", "2023-09", {{"batches", 5}});
    ASSERT_TRUE(course.firing("behind_pace:batches:samr:-"));
    PlanBuilder wider;
    wider.units({"samr", "agri"});
    Indicator& batches = wider.indicator("batches", {"samr", "agri"});
    batches.target = at_least(365, "批次");
    batches.pace = linear();
    wider.duty("report", Cadence::yearly, "11-01", {"samr", "agri"});
    EXPECT_THAT(transitions(adopt(course, wider, "2023-10-02 00:00")), Contains("2023-10-02 00:00 resolved behind_pace:batches:samr:-"));
    EXPECT_FALSE(course.firing("behind_pace:batches:samr:-"));
}

TEST(Adopt, ASlotThatLacksNothingByTheNewRulesIsComplete)
{
    const auto plan = [](bool filing) {
        PlanBuilder made;
        made.units({"samr"});
        made.indicator("batches", {"samr"});
        made.duty("both", Cadence::quarterly, "period_end + 10d", {"samr"}, {"batches"}).filing = filing;
        return made;
    };
    Course course{plan(true)};
    course.submit("2023-10-02 09:00", "samr", "2023-Q3", {{"batches", 5}});
    ASSERT_EQ(course.state("both", "2023-Q3", "samr"), SlotState::due_soon);
    adopt(course, plan(false), "2023-10-03 00:00");
    EXPECT_EQ(course.state("both", "2023-Q3", "samr"), SlotState::on_time);
    EXPECT_THAT(transitions(course.to("2023-10-12 00:00")), IsEmpty());
}

TEST(Adopt, BeforeTheOfficeBeginsNobodyIsTold)
{
    Course course{plan_due("11-20"), at("2023-12-01 00:00")};
    EXPECT_THAT(adopt(course, plan_due("11-11"), "2023-11-15 12:00").notices, IsEmpty());
    EXPECT_THAT(course.to("2023-11-30 00:00").notices, IsEmpty());
    EXPECT_THAT(notices(course.to("2023-12-01 00:00")), Contains("2023-12-01 00:00 +7wd → unit:samr: overdue:report:samr:2023"));
}

// As plan_due, under ids that somebody mistyped.
PlanBuilder mistyped(const char* due)
{
    PlanBuilder plan = plan_due(due);
    plan.plan().indicators[0].id = "batch";
    plan.plan().duties[0].id = "reprot";
    return plan;
}

// A plan that comes and goes, with a restart between or without one.
class AdoptAndBack : public ::testing::TestWithParam<bool> {
protected:
    void restart()
    {
        if (GetParam()) course_.engine = Engine{course_.engine.policy_ptr(), course_.engine.snapshot()};
    }
    Changes there_and_back(const PlanBuilder& other, const PlanBuilder& back, const char* when)
    {
        adopt(course_, other, when);
        restart();
        Changes changes = adopt(course_, back, when);
        restart();
        return changes;
    }
    Course course_{plan_due("11-01")};
};
INSTANTIATE_TEST_SUITE_P(Restarted, AdoptAndBack, ::testing::Bool());

TEST_P(AdoptAndBack, FiguresAreThereAgainWithTheirRevisions)
{
    course_.submit("2023-10-01 00:00", "samr", "2023-09", {{"batches", 4}});
    course_.submit("2023-10-01 01:00", "samr", "2023-09", {{"batches", 5}});
    adopt(course_, mistyped("11-01"), "2023-10-02 00:00");
    EXPECT_EQ(course_.assessment("batch").figure.numerator, Decimal{});
    there_and_back(mistyped("11-01"), plan_due("11-01"), "2023-10-02 00:00");
    EXPECT_EQ(course_.assessment("batches").figure.numerator, Decimal{5});
    EXPECT_TRUE(course_.submit("2023-10-03 00:00", "samr", "2023-09", {{"batches", 5}}).repeated);
    EXPECT_EQ(course_.submit("2023-10-03 01:00", "samr", "2023-09", {{"batches", 6}}).figures.at(0).revision, 3U);
    EXPECT_EQ(course_.assessment("batches").figure.numerator, Decimal{6});
}

TEST_P(AdoptAndBack, AVerdictStands)
{
    course_.file("2023-10-05 09:00", "agri", "report", "2023");
    course_.to("2023-11-05 00:00");
    const Changes changes = there_and_back(mistyped("11-20"), plan_due("11-11"), "2023-11-05 00:00");
    EXPECT_EQ(course_.state("report", "2023", "agri"), SlotState::on_time);
    EXPECT_EQ(course_.slot("report", "2023", "agri").handed_in, -(37 * 86'400 + 15 * 3'600));  // before the end of 11 November
    EXPECT_EQ(course_.state("report", "2023", "samr"), SlotState::overdue);
    EXPECT_THAT(transitions(changes), Contains("2023-11-05 00:00 fired overdue:report:samr:2023"));
    for (const SlotChange& change : changes.slots) EXPECT_FALSE(change.verdict);
    EXPECT_THAT(notices(course_.to("2023-11-20 00:00")), Contains(HasSubstr("overdue:report:samr:2023")));
    course_.file("2023-11-20 09:00", "samr", "report", "2023");
    EXPECT_EQ(course_.state("report", "2023", "samr"), SlotState::late);
}

TEST_P(AdoptAndBack, AReminderGoesOn)
{
    course_.to("2023-10-31 12:00");
    ASSERT_TRUE(course_.firing("due_soon:report:samr:2023"));
    there_and_back(mistyped("11-20"), plan_due("11-20"), "2023-10-31 12:00");
    EXPECT_TRUE(course_.firing("due_soon:report:samr:2023"));
    EXPECT_THAT(transitions(course_.to("2023-11-21 00:00")), Contains("2023-11-21 00:00 fired overdue:report:samr:2023"));
}

TEST_P(AdoptAndBack, AnExtensionCountsAgain)
{
    course_.extend("2023-10-20 00:00", "report", "samr", "2023", "2023-11-08");
    there_and_back(mistyped("11-01"), plan_due("11-01"), "2023-10-21 00:00");
    course_.to("2023-11-05 00:00");
    EXPECT_EQ(course_.state("report", "2023", "agri"), SlotState::overdue);
    EXPECT_EQ(course_.state("report", "2023", "samr"), SlotState::due_soon);
    course_.to("2023-11-09 00:00");
    EXPECT_EQ(course_.state("report", "2023", "samr"), SlotState::overdue);
}

TEST_P(AdoptAndBack, AUnitThatLeftComesBackWithAllOfIt)
{
    course_.submit("2023-10-01 00:00", "samr", "2023-09", {{"batches", 5}});
    course_.file("2023-10-05 09:00", "samr", "report", "2023");
    PlanBuilder smaller;
    smaller.units({"agri"});
    smaller.duty("report", Cadence::yearly, "11-01", {"agri"});
    there_and_back(smaller, plan_due("11-01"), "2023-11-05 00:00");
    EXPECT_EQ(course_.state("report", "2023", "samr"), SlotState::on_time);
    EXPECT_EQ(course_.assessment("batches").figure.numerator, Decimal{5});
}

TEST_P(AdoptAndBack, ADoubtIsRaisedAgain)
{
    const auto plan = [](const char* id) {
        PlanBuilder made;
        made.units({"samr"});
        made.indicator(id, {"samr"}).measure = Measure::ratio;
        return made;
    };
    course_ = Course{plan("kitchens")};
    course_.submit("2023-10-01 00:00", "samr", "2023-09", {{"kitchens", 12, 10}});
    ASSERT_TRUE(course_.firing("implausible:kitchens:samr:2023-09"));
    const Changes changes = there_and_back(plan("kitchen"), plan("kitchens"), "2023-10-02 00:00");
    EXPECT_THAT(transitions(changes), ElementsAre("2023-10-02 00:00 fired implausible:kitchens:samr:2023-09"));
    course_.submit("2023-10-03 00:00", "samr", "2023-09", {{"kitchens", 9, 10}});
    EXPECT_FALSE(course_.firing("implausible:kitchens:samr:2023-09"));
}

TEST(Restart, BeforeTheOfficeBeginsKeepsItsBeginning)
{
    Course course{plan_due("11-01"), at("2023-10-28 12:00")};
    course.to("2023-10-25 00:00");
    Engine again{course.engine.policy_ptr(), course.engine.snapshot()};
    EXPECT_THAT(notices(again.advance(at("2023-10-31 00:00"))), ElementsAre("2023-10-28 12:00 -3wd → unit:samr: due_soon:report:samr:2023",
                                                                           "2023-10-28 12:00 -3wd → unit:agri: due_soon:report:agri:2023"));
}

TEST(Restart, TakesFiguresInAnyOrder)
{
    Course course{plan_due("11-01")};
    for (const char* month : {"2023-03", "2023-07", "2023-05", "2023-09"}) course.submit("2023-10-01 00:00", "samr", month, {{"batches", 5}});
    Snapshot rows = course.engine.snapshot();
    std::reverse(rows.figures.begin(), rows.figures.end());
    const Engine again{course.engine.policy_ptr(), rows};
    EXPECT_EQ(again.figures_of(0).back().period, period("2023-09"));
    EXPECT_EQ(again.assessment(0).figure.numerator, Decimal{20});
    EXPECT_EQ(again.snapshot().figures.front().period, course.engine.snapshot().figures.front().period);
}

}  // namespace
}  // namespace planwatch
