// What people are told: the ladder, acknowledgements, indicators off their pace or target, and notices that do not arrive.
#include "tests/rules/engine_plan.hpp"

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

Contact contact(const char* id, std::vector<Audience> audiences, std::vector<std::string> units = {})
{
    return {.id = id, .name = id, .units = std::move(units), .audiences = std::move(audiences), .addresses = {{"mail", std::string{id} + "@example.org"}}};
}

// A report by 1 November; samr has a reporter and a head, agri nobody.
PlanBuilder yearly_report()
{
    PlanBuilder plan;
    plan.units({"samr", "agri"});
    plan.duty("report", Cadence::yearly, "11-01", {"samr"});
    plan.policy().directory = Directory{{contact("li", {Audience::reporter}, {"samr"}), contact("wang", {Audience::unit_head}, {"samr"}),
                                         contact("zhao", {Audience::office}), contact("qian", {Audience::leaders})}};
    return plan;
}

TEST(Ladder, RemindsThenEscalatesStepByStep)
{
    Course course{yearly_report()};
    EXPECT_THAT(notices(course.to("2023-12-31 00:00")),
                ElementsAre("2023-10-23 09:00 -7wd → li: due_soon:report:samr:2023",    //
                            "2023-10-27 09:00 -3wd → li: due_soon:report:samr:2023",    //
                            "2023-10-31 09:00 -1wd → li: due_soon:report:samr:2023",    //
                            "2023-10-31 09:00 -1wd → wang: due_soon:report:samr:2023",  //
                            "2023-11-01 09:00 0 → li: due_soon:report:samr:2023",       //
                            "2023-11-01 09:00 0 → wang: due_soon:report:samr:2023",     //
                            "2023-11-02 00:00 due → li: overdue:report:samr:2023",      //
                            "2023-11-02 00:00 due → wang: overdue:report:samr:2023",    //
                            "2023-11-02 00:00 due → zhao: overdue:report:samr:2023",    //
                            "2023-11-02 09:00 +1wd → li: overdue:report:samr:2023",     //
                            "2023-11-02 09:00 +1wd → zhao: overdue:report:samr:2023",   //
                            "2023-11-06 09:00 +3wd → li: overdue:report:samr:2023",     //
                            "2023-11-06 09:00 +3wd → wang: overdue:report:samr:2023",   //
                            "2023-11-06 09:00 +3wd → zhao: overdue:report:samr:2023",   //
                            "2023-11-10 09:00 +7wd → li: overdue:report:samr:2023",     //
                            "2023-11-10 09:00 +7wd → wang: overdue:report:samr:2023",   //
                            "2023-11-10 09:00 +7wd → zhao: overdue:report:samr:2023",   //
                            "2023-11-10 09:00 +7wd → qian: overdue:report:samr:2023"));
}

TEST(DueSoon, FiresAtTheFirstStepAndTurnsIntoOverdueAtTheDueMoment)
{
    Course course{yearly_report()};
    EXPECT_THAT(transitions(course.to("2023-12-31 00:00")),
                ElementsAre("2023-10-23 09:00 fired due_soon:report:samr:2023",     //
                            "2023-11-02 00:00 resolved due_soon:report:samr:2023",  //
                            "2023-11-02 00:00 fired overdue:report:samr:2023"));
}

TEST(DueSoon, EndsAtTheFilingWithoutAnotherMail)
{
    Course course{yearly_report()};
    course.to("2023-10-29 00:00");
    const Changes changes = course.file("2023-10-30 09:00", "samr", "report", "2023");
    EXPECT_THAT(transitions(changes), ElementsAre("2023-10-30 09:00 resolved due_soon:report:samr:2023"));
    EXPECT_THAT(changes.notices, IsEmpty());
    EXPECT_TRUE(course.to("2024-06-01 00:00").empty());
}

TEST(DueSoon, NeverFiresForWhatWasFiledBeforeTheFirstStep)
{
    Course course{yearly_report()};
    course.file("2023-10-01 09:00", "samr", "report", "2023");
    EXPECT_TRUE(course.to("2024-06-01 00:00").empty());
}

TEST(Overdue, ItsEndIsToldToEveryoneWhoWasToldOfItOnce)
{
    Course course{yearly_report()};
    course.to("2023-11-07 00:00");
    EXPECT_THAT(notices(course.file("2023-11-07 09:00", "samr", "report", "2023")),
                ElementsAre("2023-11-07 09:00 resolved → li: overdue:report:samr:2023", "2023-11-07 09:00 resolved → wang: overdue:report:samr:2023",
                            "2023-11-07 09:00 resolved → zhao: overdue:report:samr:2023"));
}

TEST(SlotAlerts, SayClauseDutyAndArithmetic)
{
    Course course{yearly_report()};
    const Changes changes = course.to("2023-11-02 00:00");
    const Alert& alert = changes.transitions.back().alert;
    EXPECT_THAT(alert.why, AllOf(HasSubstr("单位samr 应报“报送report”（2023，三（十二））"), HasSubstr("截止 2023-11-02T00:00:00+08:00"), HasSubstr("尚缺报送材料")));
    EXPECT_THAT(alert.facts, ElementsAre(Pair("due", "2023-11-02T00:00:00+08:00"), Pair("due_date", "2023-11-01"), Pair("missing", "报送材料"),
                                         Pair("clause", "三（十二）"), Pair("responsible", "单位samr（牵头）、单位agri（牵头）")));
}

TEST(SlotAlerts, NameWhatIsStillLacking)
{
    PlanBuilder plan;
    plan.units({"samr"});
    plan.indicator("batches", {"samr"});
    plan.duty("both", Cadence::quarterly, "period_end + 10d", {"samr"}, {"batches"}).filing = true;
    const struct { const char* name; bool figures; bool document; const char* lacking; } cases[] = {
        {"nothing came in", false, false, "尚缺指标数据和报送材料"},
        {"only the document came in", false, true, "尚缺指标数据"},
        {"only the figures came in", true, false, "尚缺报送材料"},
    };
    for (const auto& c : cases) {
        Course course{plan};
        if (c.figures) course.submit("2023-10-09 10:00", "samr", "2023-Q3", {{"batches", 1}});
        if (c.document) course.file("2023-10-09 10:00", "samr", "both", "2023-Q3");
        const Changes changes = course.to("2023-10-11 00:00");
        EXPECT_THAT(changes.transitions.back().alert.why, ::testing::EndsWith(c.lacking)) << c.name;
    }
}

TEST(Acknowledgement, StopsTheClimbUntilItExpires)
{
    Course course{yearly_report()};
    course.to("2023-11-02 08:00");
    const Changes taken = course.acknowledge("2023-11-02 08:30", "overdue:report:samr:2023", "2023-11-07 00:00");
    ASSERT_EQ(taken.transitions.size(), 1U);
    EXPECT_EQ(taken.transitions[0].alert.acknowledged_by, "zhang");
    EXPECT_THAT(messages(course.to("2023-11-06 23:59")), IsEmpty());  // +1wd and +3wd
    EXPECT_THAT(messages(course.to("2023-11-09 00:00")), ElementsAre("2023-11-07 00:00 → li: +3wd overdue:report:samr:2023",    //
                                                                     "2023-11-07 00:00 → wang: +3wd overdue:report:samr:2023",  //
                                                                     "2023-11-07 00:00 → zhao: +3wd overdue:report:samr:2023"));
    EXPECT_THAT(notices(course.to("2023-11-10 09:00")), Contains("2023-11-10 09:00 +7wd → qian: overdue:report:samr:2023"));
}

TEST(Acknowledgement, OfAReminderDoesNotSilenceWhatFollowsIt)
{
    Course course{yearly_report()};
    course.to("2023-10-23 09:00");
    course.acknowledge("2023-10-23 10:00", "due_soon:report:samr:2023", "2023-12-31 00:00");
    EXPECT_THAT(messages(course.to("2023-11-01 23:00")), IsEmpty());
    EXPECT_EQ(messages(course.to("2023-11-02 00:00")).size(), 3U);
}

TEST(Acknowledgement, DoesNotKeepAnyoneFromLearningOfTheEnd)
{
    Course course{yearly_report()};
    course.acknowledge("2023-11-02 08:30", "overdue:report:samr:2023", "2023-12-31 00:00");
    EXPECT_EQ(messages(course.file("2023-11-05 09:00", "samr", "report", "2023")).size(), 3U);
}

TEST(Acknowledgement, OfNothingChangesNothing)
{
    Course course{yearly_report()};
    EXPECT_TRUE(course.acknowledge("2023-04-01 00:00", "overdue:report:samr:2023", "2023-12-31 00:00").empty());
    EXPECT_TRUE(course.acknowledge("2023-04-01 00:00", "nonsense", "2023-12-31 00:00").empty());
}

// ---- before the office begins

TEST(Begins, NobodyIsToldAnythingEarlierAndWhatStillFiresIsToldOnce)
{
    Course course{yearly_report(), at("2023-10-28 12:00")};
    const Changes early = course.to("2023-10-28 11:59");
    EXPECT_THAT(transitions(early), ElementsAre("2023-10-23 09:00 fired due_soon:report:samr:2023"));
    EXPECT_THAT(early.notices, IsEmpty());
    EXPECT_THAT(notices(course.to("2023-10-31 08:00")), ElementsAre("2023-10-28 12:00 -3wd → li: due_soon:report:samr:2023"));
}

TEST(Begins, AtAStepOfTheLadderTellsThatStepAlone)
{
    Course course{yearly_report(), at("2023-10-27 09:00")};
    EXPECT_THAT(notices(course.to("2023-10-27 09:00")), ElementsAre("2023-10-27 09:00 -3wd → li: due_soon:report:samr:2023"));
}

TEST(Begins, WhatEndedEarlierIsNeverTold)
{
    Course course{yearly_report(), at("2023-11-05 00:00")};
    course.file("2023-11-03 09:00", "samr", "report", "2023");
    EXPECT_THAT(course.to("2023-12-31 00:00").notices, IsEmpty());
}

TEST(Begins, IndicatorsThatAreOffTheirTargetAreToldToo)
{
    PlanBuilder plan;
    plan.units({"samr"});
    Indicator& kitchens = plan.indicator("kitchens", {"samr"});
    kitchens.measure = Measure::ratio;
    kitchens.reported = Reported::level;
    kitchens.target = held_at_least(100, "%");
    Course course{plan, at("2023-10-01 00:00")};
    EXPECT_THAT(course.submit("2023-08-01 09:00", "samr", "2023-07", {{"kitchens", 37, 38}}).notices, IsEmpty());
    EXPECT_THAT(notices(course.to("2023-10-01 00:00")), ElementsAre("2023-10-01 00:00 fired → unit:samr: below_hold:kitchens:samr:-",
                                                                   "2023-10-01 00:00 fired → office: below_hold:kitchens:samr:-"));
}

// ---- indicators

// 365 batches in the year, one a day, reported each month by the 15th of the next.
PlanBuilder sampling_plan(std::chrono::days grace = std::chrono::days{0})
{
    PlanBuilder plan;
    plan.units({"samr"});
    Indicator& batches = plan.indicator("batches", {"samr"});
    batches.target = at_least(365, "批次");
    batches.pace = linear();
    batches.pace.grace = grace;
    plan.duty("monthly", Cadence::monthly, "next day 15", {"samr"}, {"batches"});
    return plan;
}

std::vector<std::string> of_kind(const std::vector<std::string>& lines, const char* kind)
{
    std::vector<std::string> found;
    for (const std::string& line : lines)
        if (line.find(kind) != std::string::npos) found.push_back(line);
    return found;
}

TEST(BehindPace, FiresBelowTheToleranceAndNotAtIt)
{
    // Nine months are 273 days: with a tenth of tolerance 245.7.
    const struct { const char* name; Decimal value; bool fires; } cases[] = {
        {"all that is expected", 273, false},
        {"just within the tolerance", 246, false},
        {"just below it", 245, true},
        {"nothing at all", 0, true},
    };
    for (const auto& c : cases) {
        Course course{sampling_plan()};
        const Changes changes = course.submit("2023-10-01 09:00", "samr", "2023-09", {{"batches", c.value}});
        EXPECT_EQ(course.firing("behind_pace:batches:samr:-"), c.fires) << c.name;
        EXPECT_EQ(of_kind(notices(changes), "behind_pace").size(), c.fires ? 2U : 0U) << c.name;
    }
}

TEST(BehindPace, IsResolvedByWhatCuresIt)
{
    Course course{sampling_plan()};
    course.submit("2023-10-01 09:00", "samr", "2023-09", {{"batches", 200}});
    const Changes cured = course.submit("2023-10-02 09:00", "samr", "2023-08", {{"batches", 50}});
    EXPECT_THAT(of_kind(transitions(cured), "behind"), ElementsAre("2023-10-02 09:00 resolved behind_pace:batches:samr:-"));
    EXPECT_THAT(of_kind(notices(cured), "behind"), ElementsAre("2023-10-02 09:00 resolved → unit:samr: behind_pace:batches:samr:-",
                                            "2023-10-02 09:00 resolved → office: behind_pace:batches:samr:-"));
}

TEST(BehindPace, WaitsForItsGraceAndFiresIfItLasts)
{
    Course course{sampling_plan(std::chrono::days{5})};
    course.to("2023-09-30 00:00");
    const Changes reported = course.submit("2023-10-01 09:00", "samr", "2023-09", {{"batches", 200}});
    EXPECT_THAT(of_kind(transitions(reported), "behind"), ElementsAre("2023-10-01 09:00 pending behind_pace:batches:samr:-"));
    EXPECT_THAT(of_kind(notices(reported), "behind"), IsEmpty());
    EXPECT_THAT(of_kind(transitions(course.to("2023-10-06 08:59:59")), "behind"), IsEmpty());
    const Changes fired = course.to("2023-10-06 09:00");
    EXPECT_THAT(of_kind(transitions(fired), "behind"), ElementsAre("2023-10-06 09:00 fired behind_pace:batches:samr:-"));
    EXPECT_EQ(of_kind(notices(fired), "behind").size(), 2U);
}

TEST(BehindPace, LapsesUntoldWhenCuredWithinItsGrace)
{
    Course course{sampling_plan(std::chrono::days{5})};
    course.submit("2023-10-01 09:00", "samr", "2023-09", {{"batches", 200}});
    const Changes cured = course.submit("2023-10-03 09:00", "samr", "2023-08", {{"batches", 60}});
    EXPECT_THAT(of_kind(transitions(cured), "behind"), ElementsAre("2023-10-03 09:00 lapsed behind_pace:batches:samr:-"));
    EXPECT_THAT(of_kind(notices(cured), "behind"), IsEmpty());
    EXPECT_THAT(of_kind(transitions(course.to("2023-10-10 00:00")), "behind"), IsEmpty());
}

TEST(BehindPace, ABreachThatComesAgainWaitsAgain)
{
    Course course{sampling_plan(std::chrono::days{5})};
    course.submit("2023-10-01 09:00", "samr", "2023-09", {{"batches", 200}});
    course.submit("2023-10-03 09:00", "samr", "2023-09", {{"batches", 273}});
    course.submit("2023-10-04 09:00", "samr", "2023-09", {{"batches", 200}});
    EXPECT_THAT(of_kind(transitions(course.to("2023-10-09 09:00")), "behind"), ElementsAre("2023-10-09 09:00 fired behind_pace:batches:samr:-"));
}

TEST(BehindPace, MissingFiguresAreOverdueAndNotBehind)
{
    Course course{sampling_plan()};
    EXPECT_THAT(of_kind(transitions(course.to("2023-12-31 00:00")), "behind"), IsEmpty());
}

TEST(BehindPace, IsJudgedWhenFiguresFallDueEvenIfNoneCame)
{
    Course course{sampling_plan()};
    course.submit("2023-10-01 09:00", "samr", "2023-09", {{"batches", 273}});
    // October falls due at the end of 15 November: 304 days are gone, nothing was added.
    EXPECT_THAT(of_kind(transitions(course.to("2023-11-16 00:00")), "behind"), ElementsAre("2023-11-16 00:00 fired behind_pace:batches:samr:-"));
}

TEST(BehindPace, OneUnitsEarlyFigureDoesNotMakeTheOthersLate)
{
    PlanBuilder plan;
    plan.units({"east", "west"});
    Indicator& batches = plan.indicator("batches", {"east", "west"});
    batches.target = at_least(365, "批次");
    batches.pace = linear();
    plan.duty("monthly", Cadence::monthly, "next day 15", {"east", "west"}, {"batches"});
    Course course{plan};
    course.submit("2023-09-01 09:00", "east", "2023-08", {{"batches", 122}});
    course.submit("2023-09-01 09:00", "west", "2023-08", {{"batches", 121}});
    course.to("2023-09-20 00:00");
    // West's September is neither in nor due: with tolerance 245.7 would be asked for, and 228 are there.
    course.submit("2023-09-30 23:00", "west", "2023-08", {{"batches", 91}});
    course.submit("2023-10-01 09:00", "east", "2023-09", {{"batches", 15}});
    EXPECT_FALSE(course.firing("behind_pace:batches:-:-"));
    EXPECT_EQ(course.assessment("batches").through, day("2023-08-31"));
    course.submit("2023-10-02 09:00", "west", "2023-09", {{"batches", 15}});
    EXPECT_EQ(course.assessment("batches").through, day("2023-09-30"));
    EXPECT_TRUE(course.firing("behind_pace:batches:-:-"));
}

TEST(BehindPace, UncollectedIndicatorsAreJudgedAtEachMonthsEnd)
{
    PlanBuilder plan = sampling_plan();
    plan.plan().duties.clear();
    Course course{plan};
    course.submit("2023-04-02 09:00", "samr", "2023-03", {{"batches", 90}});
    EXPECT_THAT(transitions(course.to("2023-06-30 00:00")), ElementsAre("2023-05-01 00:00 fired behind_pace:batches:samr:-"));
}

TEST(TargetMissed, FiresAtTheEndOfItsDayAndIsCuredByLateFigures)
{
    Course course{sampling_plan()};
    course.submit("2023-12-30 09:00", "samr", "2023-12", {{"batches", 364}});
    EXPECT_THAT(of_kind(transitions(course.to("2023-12-31 23:59:59")), "target"), IsEmpty());
    EXPECT_THAT(of_kind(transitions(course.to("2024-01-01 00:00")), "batches"), ElementsAre("2024-01-01 00:00 fired target_missed:batches:samr:-"));
    EXPECT_THAT(of_kind(transitions(course.submit("2024-01-05 09:00", "samr", "2023-12", {{"batches", 365}})), "batches"),
                ElementsAre("2024-01-05 09:00 resolved target_missed:batches:samr:-"));
}

TEST(TargetMissed, TakesThePlaceOfBehindPace)
{
    Course course{sampling_plan()};
    course.submit("2023-10-01 09:00", "samr", "2023-09", {{"batches", 10}});
    EXPECT_THAT(of_kind(transitions(course.to("2024-01-01 00:00")), "batches"),
                ElementsAre("2024-01-01 00:00 resolved behind_pace:batches:samr:-", "2024-01-01 00:00 fired target_missed:batches:samr:-"));
}

TEST(TargetMissed, IsWhatNoDataBecomes)
{
    Course course{sampling_plan()};
    EXPECT_THAT(of_kind(transitions(course.to("2024-01-01 00:00")), "target"), ElementsAre("2024-01-01 00:00 fired target_missed:batches:samr:-"));
}

TEST(TargetAlerts, CarryTheArithmetic)
{
    Course course{sampling_plan()};
    const Changes changes = course.submit("2023-10-01 00:00", "samr", "2023-09", {{"batches", 200}});
    const auto fired = std::find_if(changes.transitions.begin(), changes.transitions.end(),
                                    [](const Transition& t) { return t.alert.key.kind == AlertKind::behind_pace; });
    ASSERT_NE(fired, changes.transitions.end());
    EXPECT_THAT(fired->alert.facts,
                ElementsAre(Pair("value", "200"), Pair("target", ">= 365 批次"), Pair("expected", "273"), Pair("through", "2023-09-30"),
                            Pair("days_gone", "273/365"), Pair("missing", "165"), Pair("weekly_rate", "12.5543"), Pair("clause", "三（十二）"),
                            Pair("responsible", "单位samr（牵头）")));
}

TEST(BelowHold, FollowsTheNewestPeriodOfAllUnits)
{
    PlanBuilder plan;
    plan.units({"east", "west"});
    Indicator& kitchens = plan.indicator("kitchens", {"east", "west"});
    kitchens.measure = Measure::ratio;
    kitchens.reported = Reported::level;
    kitchens.target = held_at_least(100, "%");
    Course course{plan};
    course.submit("2023-08-01 09:00", "east", "2023-07", {{"kitchens", 20, 20}});
    EXPECT_THAT(transitions(course.submit("2023-08-02 09:00", "west", "2023-07", {{"kitchens", 17, 18}})),
                ElementsAre("2023-08-02 09:00 fired below_hold:kitchens:-:-"));
    EXPECT_THAT(transitions(course.submit("2023-08-10 09:00", "west", "2023-06", {{"kitchens", 18, 18}})), IsEmpty());  // an older period cures nothing
    EXPECT_THAT(transitions(course.submit("2023-08-20 09:00", "west", "2023-08", {{"kitchens", 18, 18}})),
                ElementsAre("2023-08-20 09:00 resolved below_hold:kitchens:-:-"));
}

TEST(Each, UnitIsJudgedByItself)
{
    PlanBuilder plan;
    plan.units({"east", "west"});
    Indicator& batches = plan.indicator("batches", {"east", "west"});
    batches.target = at_least(365, "批次");
    batches.pace = linear();
    batches.each = true;
    Course course{plan};
    course.to("2023-09-15 00:00");
    EXPECT_THAT(transitions(course.submit("2023-10-01 09:00", "east", "2023-09", {{"batches", 1}})),
                ElementsAre("2023-10-01 09:00 fired behind_pace:batches:east:-"));
    EXPECT_THAT(transitions(course.submit("2023-10-01 09:00", "west", "2023-09", {{"batches", 310}})), IsEmpty());
    EXPECT_THAT(transitions(course.to("2024-01-01 00:00")),
                ElementsAre("2024-01-01 00:00 resolved behind_pace:batches:east:-", "2024-01-01 00:00 fired target_missed:batches:east:-",
                            "2024-01-01 00:00 fired target_missed:batches:west:-"));
}

TEST(Each, GraceRipensForEveryUnitAtItsOwnTime)
{
    PlanBuilder plan;
    plan.units({"east", "west"});
    Indicator& batches = plan.indicator("batches", {"east", "west"});
    batches.target = at_least(365, "批次");
    batches.pace = linear();
    batches.pace.grace = std::chrono::days{3};
    batches.each = true;
    Course course{plan};
    course.to("2023-10-01 00:00");
    course.submit("2023-10-01 09:00", "east", "2023-09", {{"batches", 1}});
    course.submit("2023-10-02 09:00", "west", "2023-09", {{"batches", 1}});
    EXPECT_THAT(transitions(course.to("2023-10-20 00:00")),
                ElementsAre("2023-10-04 09:00 fired behind_pace:batches:east:-", "2023-10-05 09:00 fired behind_pace:batches:west:-"));
}

TEST(Sums, OverUnitsAddNumeratorsAndDenominators)
{
    PlanBuilder plan;
    plan.units({"east", "west"});
    Indicator& disposal = plan.indicator("disposal", {"east", "west"});
    disposal.measure = Measure::ratio;
    disposal.target = at_least(90, "%");
    Course course{plan};
    course.submit("2023-10-01 09:00", "east", "2023-09", {{"disposal", 1, 2}});
    course.submit("2023-10-01 09:00", "west", "2023-09", {{"disposal", 9, 10}});
    const Assessment whole = course.assessment("disposal");
    EXPECT_EQ(whole.figure, (Figure{10, 12}));
    EXPECT_DOUBLE_EQ(whole.value, 1000.0 / 12);
    const UnitIndex west = course.engine.policy().plan.unit("west").value();
    EXPECT_DOUBLE_EQ(course.engine.assessment(0, west).value, 90);
}

TEST(Sums, AreWhatTheNewestRevisionsSay)
{
    PlanBuilder plan;
    plan.units({"east", "west"});
    plan.indicator("batches", {"east", "west"}).target = at_least(100, "批次");
    Indicator& kitchens = plan.indicator("kitchens", {"east", "west"});
    kitchens.reported = Reported::cumulative;
    kitchens.target = at_least(100, "家");
    Course course{plan};
    course.submit("2023-10-01 09:00", "east", "2023-08", {{"batches", 5}, {"kitchens", 5}});
    course.submit("2023-10-02 09:00", "east", "2023-09", {{"batches", 7}, {"kitchens", 9}});
    course.submit("2023-10-03 09:00", "west", "2023-09", {{"batches", 1}, {"kitchens", 20}});
    course.submit("2023-10-04 09:00", "east", "2023-08", {{"batches", 6}, {"kitchens", 8}});
    EXPECT_EQ(course.assessment("batches").figure.numerator, Decimal{14});
    EXPECT_EQ(course.assessment("kitchens").figure.numerator, Decimal{29});
    course.submit("2023-10-05 09:00", "east", "2023-09", {{"batches", 0}, {"kitchens", 10}});
    EXPECT_EQ(course.assessment("batches").figure.numerator, Decimal{7});
    EXPECT_EQ(course.assessment("kitchens").figure.numerator, Decimal{30});
    EXPECT_EQ(course.engine.figures_of(0).back().revision, 2U);
}

TEST(Derived, IsTheSumOfItsPartsWhateverTotalIsStated)
{
    PlanBuilder plan;
    plan.units({"samr", "agri", "fso"});
    plan.indicator("samr_batches", {"samr"});
    plan.indicator("agri_batches", {"agri"});
    Indicator& all = plan.indicator("batches", {"fso"});
    all.reported = Reported::derived;
    all.parts = {0, 1};
    all.target = at_least(7125, "批次");
    all.pace = linear();
    plan.duty("yearly", Cadence::yearly, "12-20", {"samr", "agri"}, {"samr_batches", "agri_batches"});
    Course course{plan};
    course.submit("2023-12-19 09:00", "samr", "2023", {{"samr_batches", 5225}});
    course.submit("2023-12-19 09:00", "fso", "2023", {{"batches", 9999}});
    EXPECT_EQ(course.assessment("batches").figure.numerator, Decimal{5225});
    course.submit("2023-12-19 10:00", "agri", "2023", {{"agri_batches", 1800}});
    EXPECT_EQ(course.assessment("batches").figure.numerator, Decimal{7025});
    EXPECT_THAT(of_kind(transitions(course.to("2024-01-01 00:00")), "target"), ElementsAre("2024-01-01 00:00 fired target_missed:batches:fso:-"));
    EXPECT_THAT(of_kind(transitions(course.submit("2024-01-02 10:00", "agri", "2023", {{"agri_batches", 1900}})), "target"),
                ElementsAre("2024-01-02 10:00 resolved target_missed:batches:fso:-"));
}

// ---- notices that do not arrive

TEST(Undeliverable, TellsTheOfficeUntilANoticeToThePersonGetsThrough)
{
    Course course{yearly_report()};
    const Recipient li{"li", "李", "mail", "li@example.org"};
    const auto deliver = [&](const char* when, bool delivered) { return course.engine.apply(Delivery{1, li, delivered, "550 no such user"}, at(when)); };
    const Changes failed = deliver("2023-10-24 09:00", false);
    EXPECT_THAT(of_kind(transitions(failed), "undeliverable"), ElementsAre("2023-10-24 09:00 fired undeliverable:li:-:-"));
    EXPECT_THAT(of_kind(notices(failed), "undeliverable"), ElementsAre("2023-10-24 09:00 fired → zhao: undeliverable:li:-:-"));
    EXPECT_THAT(failed.notices.back().why, AllOf(HasSubstr("li@example.org"), HasSubstr("550 no such user")));
    EXPECT_TRUE(deliver("2023-10-24 10:00", false).empty());
    EXPECT_THAT(notices(deliver("2023-10-24 11:00", true)), ElementsAre("2023-10-24 11:00 resolved → zhao: undeliverable:li:-:-"));
    EXPECT_TRUE(deliver("2023-10-24 12:00", true).empty());
}

TEST(WhyNow, FollowsTheFiguresWhileTheAlertKeepsItsOwnLine)
{
    Course course{sampling_plan()};
    course.submit("2023-10-01 09:00", "samr", "2023-09", {{"batches", 100}});
    const auto& [key, alert] = *course.engine.alerts().find(AlertKey::parse("here-2023:behind_pace:batches:samr:-", "here-2023").value());
    course.submit("2023-10-02 09:00", "samr", "2023-08", {{"batches", 20}});
    EXPECT_THAT(alert.why, HasSubstr("已完成 100 批次"));
    EXPECT_THAT(course.engine.alert_now(alert).why.text(), AllOf(HasSubstr("已完成 120 批次"), Not(HasSubstr("已完成 100 批次"))));
}

}  // namespace
}  // namespace planwatch
