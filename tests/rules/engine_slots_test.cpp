// What is owed, when it is whole, and how it is judged.
#include "tests/rules/engine_plan.hpp"

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using std::chrono::milliseconds;

// A report by 1 November from two units: due at the midnight that ends that day.
PlanBuilder report_a_year()
{
    PlanBuilder plan;
    plan.units({"samr", "agri"});
    plan.duty("report", Cadence::yearly, "11-01", {"samr", "agri"});
    return plan;
}

const Instant due = at("2023-11-02 00:00");

// Monthly batches that a quarterly duty collects, and how things stand.
PlanBuilder quarterly_figures()
{
    PlanBuilder plan;
    plan.units({"samr"});
    plan.indicator("batches", {"samr"});
    plan.indicator("kitchens", {"samr"}).reported = Reported::level;
    plan.duty("batches_duty", Cadence::quarterly, "period_end + 10d", {"samr"}, {"batches"});
    plan.duty("kitchens_duty", Cadence::quarterly, "period_end + 10d", {"samr"}, {"kitchens"});
    return plan;
}

std::vector<int> counts(const Engine& engine)
{
    std::vector<int> by_state(6);
    for (std::uint32_t d = 0; d < engine.deadlines().size(); ++d)
        for (const Slot& slot : engine.slots_of(d)) ++by_state[static_cast<std::size_t>(slot.state)];
    return by_state;
}

TEST(Slots, CountsOfTheirStatesAlwaysAddUpToTheWhole)
{
    PlanBuilder plan;
    plan.units({"samr", "agri", "edu", "town"});
    plan.duty("report", Cadence::yearly, "11-01", {"samr", "agri", "edu", "town"});
    Course course{plan};
    EXPECT_THAT(counts(course.engine), ElementsAre(4, 0, 0, 0, 0, 0));
    course.file("2023-10-01 09:00", "samr", "report", "2023");
    EXPECT_THAT(counts(course.engine), ElementsAre(3, 0, 0, 1, 0, 0));
    course.to("2023-10-24 00:00");
    EXPECT_THAT(counts(course.engine), ElementsAre(0, 3, 0, 1, 0, 0));
    course.file("2023-10-30 09:00", "agri", "report", "2023");
    course.to("2023-11-02 00:00");
    EXPECT_THAT(counts(course.engine), ElementsAre(0, 0, 2, 2, 0, 0));
    course.file("2023-11-05 09:00", "edu", "report", "2023");
    EXPECT_THAT(counts(course.engine), ElementsAre(0, 0, 1, 2, 1, 0));
}

TEST(Verdicts, TurnOnTheMillisecondOfTheDueMoment)
{
    const struct { const char* name; Instant handed_in; SlotState want; std::int32_t seconds; } cases[] = {
        {"days before", due - std::chrono::days{3}, SlotState::on_time, -3 * 86'400},
        {"a millisecond before", due - milliseconds{1}, SlotState::on_time, -1},
        {"at the moment itself", due, SlotState::late, 0},
        {"a day after", due + std::chrono::days{1}, SlotState::late, 86'400},
    };
    for (const auto& c : cases) {
        Course course{report_a_year()};
        course.file(c.handed_in, "samr", "report", "2023");
        EXPECT_EQ(course.state("report", "2023", "samr"), c.want) << c.name;
        EXPECT_EQ(course.slot("report", "2023", "samr").handed_in, c.seconds) << c.name;
    }
}

TEST(Verdicts, OnTimeAreStampedAtCompletion)
{
    Course course{report_a_year()};
    const Changes changes = course.file("2023-10-30 09:00", "samr", "report", "2023");
    ASSERT_EQ(changes.slots.back().slot.state, SlotState::on_time);
    EXPECT_EQ(changes.slots.back().at, at("2023-10-30 09:00"));
    ASSERT_TRUE(changes.slots.back().verdict);
    EXPECT_TRUE(changes.slots.back().verdict->on_time);
    EXPECT_THAT(changes.slots.back().verdict->why, HasSubstr("2023-10-30T09:00:00+08:00 报齐，截止 2023-11-02T00:00:00+08:00"));
}

TEST(Verdicts, LateAreStampedAtTheDueMomentHoweverLateItIsNoticed)
{
    Course course{report_a_year()};
    const Changes changes = course.to("2023-12-25 08:00");
    int judged = 0;
    for (const SlotChange& change : changes.slots) {
        if (!change.verdict) continue;
        ++judged;
        EXPECT_FALSE(change.verdict->on_time);
        EXPECT_EQ(change.at, due);
        EXPECT_EQ(change.slot.state, SlotState::overdue);
        EXPECT_THAT(change.verdict->why, HasSubstr("截止 2023-11-02T00:00:00+08:00 未报齐"));
    }
    EXPECT_EQ(judged, 2);
}

TEST(Verdicts, AreNeverStampedTwice)
{
    PlanBuilder plan = quarterly_figures();
    Course course{plan};
    int verdicts = 0;
    const auto count = [&](const Changes& changes) {
        for (const SlotChange& change : changes.slots) verdicts += change.verdict ? 1 : 0;
    };
    course.to("2023-06-30 00:00");
    count(course.submit("2023-10-08 09:00", "samr", "2023-Q3", {{"batches", 10}}));
    EXPECT_EQ(verdicts, 4 - 1);  // Q2 of both late at its due moment, Q3 of the batches on time
    verdicts = 0;
    count(course.submit("2023-10-09 09:00", "samr", "2023-Q3", {{"batches", 0}}));
    count(course.submit("2023-10-20 09:00", "samr", "2023-Q3", {{"batches", 12}}));
    EXPECT_EQ(verdicts, 1);  // the kitchens' Q3, at its own due moment; a corrected figure judges nothing again
    EXPECT_EQ(course.state("batches_duty", "2023-Q3", "samr"), SlotState::on_time);
    verdicts = 0;
    count(course.submit("2023-10-21 09:00", "samr", "2023-Q3", {{"kitchens", 12}}));
    EXPECT_EQ(verdicts, 0);
    EXPECT_EQ(course.state("kitchens_duty", "2023-Q3", "samr"), SlotState::late);
}

TEST(FiguresDuty, IsWholeWhenIncrementsCoverThePeriodAndLevelsReachItsEnd)
{
    const struct { const char* name; const char* indicator; std::vector<const char*> periods; bool whole; } cases[] = {
        {"three months make a quarter", "batches", {"2023-07", "2023-08", "2023-09"}, true},
        {"in any order", "batches", {"2023-09", "2023-07", "2023-08"}, true},
        {"two months do not", "batches", {"2023-07", "2023-09"}, false},
        {"the quarter itself does", "batches", {"2023-Q3"}, true},
        {"the half-year covers it", "batches", {"2023-H2"}, true},
        {"another quarter does not", "batches", {"2023-Q2"}, false},
        {"a level at the quarter's end counts", "kitchens", {"2023-09"}, true},
        {"a level before it does not", "kitchens", {"2023-07", "2023-08"}, false},
        {"a level of the quarter counts", "kitchens", {"2023-Q3"}, true},
        {"a level beyond the quarter does not", "kitchens", {"2023-10"}, false},
    };
    for (const auto& c : cases) {
        Course course{quarterly_figures()};
        for (const char* which : c.periods) course.submit("2023-10-05 09:00", "samr", which, {{c.indicator, 1}});
        const std::string duty = std::string{c.indicator} + "_duty";
        EXPECT_EQ(course.state(duty, "2023-Q3", "samr") == SlotState::on_time, c.whole) << c.name;
    }
}

TEST(FiguresDuty, WaitsForEveryIndicatorThatTheUnitReports)
{
    PlanBuilder plan;
    plan.units({"samr", "agri"});
    plan.indicator("batches", {"samr", "agri"});
    plan.indicator("fines", {"samr"});
    plan.duty("figures", Cadence::quarterly, "period_end + 10d", {"samr", "agri"}, {"batches", "fines"});
    Course course{plan};
    course.submit("2023-10-02 09:00", "samr", "2023-Q3", {{"batches", 1}});
    course.submit("2023-10-02 09:00", "agri", "2023-Q3", {{"batches", 1}});
    EXPECT_EQ(course.state("figures", "2023-Q3", "samr"), SlotState::due_soon);
    EXPECT_EQ(course.state("figures", "2023-Q3", "agri"), SlotState::on_time);
    course.submit("2023-10-03 09:00", "samr", "2023-Q3", {{"fines", 0}});
    EXPECT_EQ(course.state("figures", "2023-Q3", "samr"), SlotState::on_time);
}

TEST(FilingDuty, WithFiguresNeedsBothInEitherOrder)
{
    PlanBuilder plan = quarterly_figures();
    plan.plan().duties[0].filing = true;
    Course filed_first{plan};
    const Changes filed = filed_first.file("2023-10-02 09:00", "samr", "batches_duty", "2023-Q3");
    EXPECT_TRUE(filed.slots.back().slot.filed);
    EXPECT_FALSE(filed.slots.back().verdict);
    EXPECT_EQ(filed_first.state("batches_duty", "2023-Q3", "samr"), SlotState::due_soon);
    filed_first.submit("2023-10-03 09:00", "samr", "2023-Q3", {{"batches", 5}});
    EXPECT_EQ(filed_first.state("batches_duty", "2023-Q3", "samr"), SlotState::on_time);

    Course figures_first{plan};
    figures_first.submit("2023-10-03 09:00", "samr", "2023-Q3", {{"batches", 5}});
    EXPECT_EQ(figures_first.state("batches_duty", "2023-Q3", "samr"), SlotState::due_soon);
    figures_first.file("2023-10-04 09:00", "samr", "batches_duty", "2023-Q3");
    EXPECT_EQ(figures_first.state("batches_duty", "2023-Q3", "samr"), SlotState::on_time);
}

TEST(FilingDuty, FiguresOfAFiledSlotThatIsNotYetWholeChangeNoSlot)
{
    PlanBuilder plan = quarterly_figures();
    plan.plan().duties[0].filing = true;
    Course course{plan};
    course.file("2023-10-02 09:00", "samr", "batches_duty", "2023-Q3");
    EXPECT_THAT(course.submit("2023-10-03 09:00", "samr", "2023-07", {{"batches", 5}}).slots, IsEmpty());
}

TEST(FilingDuty, ASecondDocumentLeavesTheVerdict)
{
    Course course{report_a_year()};
    course.file("2023-10-30 09:00", "samr", "report", "2023");
    course.to("2023-11-05 09:00");
    EXPECT_TRUE(course.file("2023-11-05 09:00", "samr", "report", "2023").empty());
    EXPECT_EQ(course.state("report", "2023", "samr"), SlotState::on_time);
}

TEST(FilingDuty, ALateDocumentResolvesTheAlertAndTheSlotStaysLate)
{
    Course course{report_a_year()};
    course.to("2023-11-03 08:00");
    const Changes changes = course.file("2023-11-03 09:00", "samr", "report", "2023");
    EXPECT_THAT(transitions(changes), ElementsAre("2023-11-03 09:00 resolved overdue:report:samr:2023"));
    course.to("2023-12-31 00:00");
    EXPECT_EQ(course.state("report", "2023", "samr"), SlotState::late);
    EXPECT_TRUE(course.firing("overdue:report:agri:2023"));
}

TEST(Slots, BeforeThePlanWasIssuedAreNotOwed)
{
    const Course course{quarterly_figures()};
    for (const Deadline& deadline : course.engine.deadlines()) EXPECT_GE(deadline.due.moment, at("2023-03-01 00:00"));
    EXPECT_EQ(course.engine.deadlines().size(), 8U);  // Q1 is due on 10 April, after the issue
}

TEST(Time, NeverRunsBackwards)
{
    Course course{report_a_year()};
    course.to("2023-11-02 00:00");
    course.file("2023-10-30 09:00", "samr", "report", "2023");
    EXPECT_EQ(course.engine.now(), due);
    EXPECT_EQ(course.state("report", "2023", "samr"), SlotState::late);
    EXPECT_TRUE(course.to("2023-05-01 00:00").empty());
    EXPECT_EQ(course.engine.now(), due);
}

TEST(Time, NextWakeIsTheInstantAtWhichSomethingHappens)
{
    Course course{report_a_year()};
    ASSERT_EQ(course.engine.next_wake(), at("2023-10-23 09:00"));
    EXPECT_TRUE(course.engine.advance(*course.engine.next_wake() - milliseconds{1}).empty());
    EXPECT_FALSE(course.engine.advance(*course.engine.next_wake()).empty());
    course.to("2024-06-01 00:00");
    EXPECT_FALSE(course.engine.next_wake());
}

}  // namespace
}  // namespace planwatch
