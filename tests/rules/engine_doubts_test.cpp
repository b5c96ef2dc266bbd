// Figures that contradict themselves or their neighbours.
#include "tests/rules/engine_plan.hpp"

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

PlanBuilder plan_with(Measure measure, Reported reported)
{
    PlanBuilder plan;
    plan.units({"samr"});
    Indicator& it = plan.indicator("it", {"samr"});
    it.measure = measure;
    it.reported = reported;
    return plan;
}

// 7125 stated by the office, of 5225 by one unit and 1900 by another.
PlanBuilder stated_total()
{
    PlanBuilder plan;
    plan.units({"samr", "agri", "fso"});
    plan.indicator("samr_batches", {"samr"});
    plan.indicator("agri_batches", {"agri"});
    Indicator& all = plan.indicator("batches", {"fso"});
    all.reported = Reported::derived;
    all.parts = {0, 1};
    return plan;
}

TEST(Implausible, NumeratorAboveDenominatorIsQuestionedUntilCorrected)
{
    Course course{plan_with(Measure::ratio, Reported::increment)};
    const Changes odd = course.submit("2023-10-01 09:00", "samr", "2023-09", {{"it", 39, 38}});
    EXPECT_THAT(transitions(odd), ElementsAre("2023-10-01 09:00 fired implausible:it:samr:2023-09"));
    EXPECT_THAT(notices(odd), ElementsAre("2023-10-01 09:00 fired → unit:samr: implausible:it:samr:2023-09",
                                          "2023-10-01 09:00 fired → office: implausible:it:samr:2023-09"));
    EXPECT_THAT(odd.notices[0].why, HasSubstr("单位samr 指标it 2023-09（三（十二））：分子 39 大于分母 38"));
    EXPECT_EQ(odd.figures.size(), 1U);  // stored all the same
    EXPECT_THAT(transitions(course.submit("2023-10-02 09:00", "samr", "2023-09", {{"it", 41, 38}})), IsEmpty());
    const Changes cured = course.submit("2023-10-03 09:00", "samr", "2023-09", {{"it", 38, 38}});
    EXPECT_THAT(transitions(cured), ElementsAre("2023-10-03 09:00 resolved implausible:it:samr:2023-09"));
    EXPECT_EQ(cured.notices.size(), 2U);
}

TEST(Implausible, WhatIsRepeatedSpeaksOfTheFigureAsItStands)
{
    Course course{plan_with(Measure::ratio, Reported::increment)};
    course.submit("2023-10-09 09:00", "samr", "2023-09", {{"it", 100, 10}});
    course.submit("2023-10-10 09:00", "samr", "2023-09", {{"it", 12, 10}});
    const Alert& alert = course.engine.alerts().begin()->second;
    EXPECT_THAT(alert.why, HasSubstr("分子 100 大于分母 10"));
    EXPECT_EQ(course.engine.alert_now(alert).why, "单位samr 指标it 2023-09（三（十二））：分子 12 大于分母 10");
    const Changes repeated = course.to("2023-10-20 00:00");
    ASSERT_FALSE(repeated.notices.empty());
    for (const Notice& notice : repeated.notices) EXPECT_THAT(notice.why, HasSubstr("分子 12 大于分母 10"));
    EXPECT_THAT(alert.why, HasSubstr("分子 12 大于分母 10"));
}

TEST(Implausible, AShareOfMoreThanTheWholeNeitherReachesATargetNorMissesIt)
{
    PlanBuilder plan = plan_with(Measure::ratio, Reported::level);
    plan.plan().indicators[0].target = at_least(90, "%", "2023-10-31");
    Course course{plan};
    course.submit("2023-10-05 09:00", "samr", "2023-09", {{"it", 12, 10}});
    EXPECT_EQ(course.assessment("it").status, Status::doubtful);
    EXPECT_EQ(attainment(plan.plan().indicators[0], course.assessment("it")), std::nullopt);
    EXPECT_THAT(explain(plan.plan().indicators[0], course.assessment("it")), HasSubstr("所报 12/10 存疑（分子大于分母），目标 ≥ 90%"));
    EXPECT_THAT(transitions(course.to("2023-11-02 00:00")), IsEmpty()) << "the target's day passes, and nothing can be said";
    EXPECT_THAT(transitions(course.submit("2023-11-03 09:00", "samr", "2023-09", {{"it", 8, 10}})),
                ElementsAre("2023-11-03 09:00 resolved implausible:it:samr:2023-09", "2023-11-03 09:00 fired target_missed:it:samr:-"));
    EXPECT_THAT(transitions(course.submit("2023-11-04 09:00", "samr", "2023-09", {{"it", 12, 10}})),
                ElementsAre("2023-11-04 09:00 fired implausible:it:samr:2023-09"))
        << "nor does it cure what was missed";
    EXPECT_THAT(transitions(course.submit("2023-11-05 09:00", "samr", "2023-09", {{"it", 9, 10}})),
                ElementsAre("2023-11-05 09:00 resolved implausible:it:samr:2023-09", "2023-11-05 09:00 resolved target_missed:it:samr:-"));
    EXPECT_EQ(course.assessment("it").status, Status::reached);
}

TEST(Implausible, WhatWaitsToFireGoesOnWaitingThroughADoubt)
{
    PlanBuilder plan = plan_with(Measure::ratio, Reported::level);
    Indicator& it = plan.plan().indicators[0];
    it.target = at_least(90, "%");
    it.pace = linear();
    it.pace.grace = std::chrono::days{7};
    Course course{plan};
    EXPECT_THAT(transitions(course.submit("2023-10-02 09:00", "samr", "2023-09", {{"it", 1, 10}})), ElementsAre("2023-10-02 09:00 pending behind_pace:it:samr:-"));
    EXPECT_THAT(transitions(course.submit("2023-10-03 09:00", "samr", "2023-09", {{"it", 12, 10}})), ElementsAre("2023-10-03 09:00 fired implausible:it:samr:2023-09"));
    EXPECT_THAT(transitions(course.to("2023-10-08 00:00")), IsEmpty());
    EXPECT_THAT(transitions(course.to("2023-10-10 00:00")), ElementsAre("2023-10-09 09:00 fired behind_pace:it:samr:-"));
}

TEST(Implausible, AnAverageMayBeAboveOne)
{
    Course course{plan_with(Measure::average, Reported::increment)};
    EXPECT_THAT(transitions(course.submit("2023-10-01 09:00", "samr", "2023-09", {{"it", 400, 10}})), IsEmpty());
}

TEST(Implausible, ACumulativeFigureMustNotFall)
{
    const struct { const char* name; std::vector<std::pair<const char*, Decimal>> figures; std::vector<const char*> doubted; } cases[] = {
        {"rising", {{"2023-07", 5}, {"2023-08", 7}}, {}},
        {"standing still", {{"2023-07", 5}, {"2023-08", 5}}, {}},
        {"falling", {{"2023-07", 5}, {"2023-08", 4}}, {"2023-08"}},
        {"falling, reported backwards", {{"2023-08", 4}, {"2023-07", 5}}, {"2023-08"}},
        {"falling twice", {{"2023-07", 5}, {"2023-08", 4}, {"2023-09", 3}}, {"2023-08", "2023-09"}},
        {"cured by a correction of the later one", {{"2023-07", 5}, {"2023-08", 4}, {"2023-08", 6}}, {}},
        {"cured by a correction of the earlier one", {{"2023-07", 5}, {"2023-08", 4}, {"2023-07", 4}}, {}},
        {"broken by a correction of the earlier one", {{"2023-07", 5}, {"2023-08", 6}, {"2023-07", 7}}, {"2023-08"}},
        {"a correction that moves the doubt", {{"2023-07", 5}, {"2023-08", 4}, {"2023-09", 6}, {"2023-08", 7}}, {"2023-09"}},
        {"a period that comes between", {{"2023-07", 5}, {"2023-09", 6}, {"2023-08", 7}}, {"2023-09"}},
        {"a period that comes between and ends a doubt", {{"2023-07", 8}, {"2023-09", 6}, {"2023-08", 5}}, {"2023-08"}},
    };
    for (const auto& c : cases) {
        Course course{plan_with(Measure::count, Reported::cumulative)};
        for (const auto& [when, value] : c.figures) course.submit("2023-10-01 09:00", "samr", when, {{"it", value}});
        std::vector<std::string> doubted;
        for (const auto& [key, alert] : course.engine.alerts()) doubted.push_back(key.period);
        EXPECT_EQ(doubted, std::vector<std::string>(c.doubted.begin(), c.doubted.end())) << c.name;
    }
}

TEST(Implausible, IncrementsAndLevelsMayFall)
{
    for (const Reported reported : {Reported::increment, Reported::level}) {
        Course course{plan_with(Measure::count, reported)};
        course.submit("2023-10-01 09:00", "samr", "2023-08", {{"it", 5}});
        EXPECT_THAT(transitions(course.submit("2023-10-01 09:00", "samr", "2023-09", {{"it", 4}})), IsEmpty()) << to_string(reported);
    }
}

TEST(Implausible, AStatedTotalMustBeTheSumOfItsParts)
{
    const struct { const char* name; Decimal stated; bool doubted; } cases[] = {
        {"5225 + 1900 is 7125", 7125, false},
        {"and not 7124", 7124, true},
        {"nor 7126", 7126, true},
    };
    for (const auto& c : cases) {
        Course course{stated_total()};
        course.submit("2023-10-01 09:00", "fso", "2023-09", {{"batches", c.stated}});
        course.submit("2023-10-01 10:00", "samr", "2023-09", {{"samr_batches", 5225}});
        EXPECT_THAT(course.engine.alerts(), IsEmpty()) << "while a part is missing nothing can be said";
        course.submit("2023-10-01 11:00", "agri", "2023-09", {{"agri_batches", 1900}});
        EXPECT_EQ(course.firing("implausible:batches:fso:2023-09"), c.doubted) << c.name;
    }
}

TEST(Implausible, ATotalIsCuredByItsOwnCorrectionOrByAParts)
{
    for (const bool by_part : {false, true}) {
        Course course{stated_total()};
        course.submit("2023-10-01 10:00", "samr", "2023-09", {{"samr_batches", 5225}});
        course.submit("2023-10-01 11:00", "agri", "2023-09", {{"agri_batches", 1900}});
        EXPECT_THAT(transitions(course.submit("2023-10-01 12:00", "fso", "2023-09", {{"batches", 7124}})),
                    ElementsAre("2023-10-01 12:00 fired implausible:batches:fso:2023-09"));
        const Changes cured = by_part ? course.submit("2023-10-02 12:00", "agri", "2023-09", {{"agri_batches", 1899}})
                                      : course.submit("2023-10-02 12:00", "fso", "2023-09", {{"batches", 7125}});
        EXPECT_THAT(transitions(cured), ElementsAre("2023-10-02 12:00 resolved implausible:batches:fso:2023-09"));
    }
}

struct Handed {
    const char* unit;
    const char* period;
    Decimal value;
};

// What `unit` reports of the parts and the total of stated_total().
const char* reported_by(std::string_view unit) { return unit == "samr" ? "samr_batches" : unit == "agri" ? "agri_batches" : "batches"; }

bool doubted(const PlanBuilder& plan, const std::vector<Handed>& figures, const char* alert = "implausible:batches:fso:2023-Q3")
{
    Course course{plan};
    for (const Handed& figure : figures) course.submit("2023-10-01 09:00", figure.unit, figure.period, {{reported_by(figure.unit), figure.value}});
    return course.firing(alert);
}

TEST(Implausible, ATotalIsHeldAgainstPartsOfAnyRhythm)
{
    const Handed total{"fso", "2023-Q3", 800}, wrong{"fso", "2023-Q3", 9999};
    const Handed july{"samr", "2023-07", 100}, august{"samr", "2023-08", 100}, september{"samr", "2023-09", 100}, quarter{"agri", "2023-Q3", 500};
    const struct { const char* name; std::vector<Handed> figures; bool doubted; } cases[] = {
        {"parts first, right", {july, august, september, quarter, total}, false},
        {"parts first, wrong", {july, august, september, quarter, wrong}, true},
        {"total first, right", {total, quarter, july, august, september}, false},
        {"total first, wrong", {wrong, quarter, july, august, september}, true},
        {"the gap in the middle closes last", {wrong, quarter, july, september, august}, true},
        {"a month is still to come", {wrong, quarter, july, august}, false},
        {"months that are not of the quarter", {wrong, quarter, july, august, {"samr", "2023-06", 100}}, false},
        {"a month and days", {wrong, quarter, july, august, {"samr", "2023-09-01", 100}}, false},
        {"weeks do not make a quarter", {wrong, quarter, {"samr", "2023-W27", 1}, {"samr", "2023-W28", 1}, {"samr", "2023-W39", 1}}, false},
        {"a half-year says nothing of its quarters", {wrong, {"samr", "2023-Q3", 300}, {"agri", "2023-H1", 500}}, false},
        {"one month is corrected, and heals it", {july, august, {"samr", "2023-09", 90}, quarter, total, september}, false},
        {"one month is corrected, and breaks it", {july, august, september, quarter, total, {"samr", "2023-08", 101}}, true},
        {"a month outside is corrected", {july, august, september, quarter, total, {"samr", "2023-06", 7}}, false},
    };
    for (const auto& c : cases) EXPECT_EQ(doubted(stated_total(), c.figures), c.doubted) << c.name;
}

TEST(Implausible, UnitsOfOnePartMayKeepRhythmsOfTheirOwn)
{
    PlanBuilder plan = stated_total();
    plan.plan().indicators[1].units = {plan.plan().unit("samr").value(), plan.plan().unit("agri").value()};
    Course course{plan};
    const char* const end = "2023-10-01 09:00";
    course.submit(end, "fso", "2023-Q3", {{"batches", 700}});
    for (const char* month : {"2023-07", "2023-08", "2023-09"}) course.submit(end, "samr", month, {{"samr_batches", 100}, {"agri_batches", 100}});
    EXPECT_THAT(course.engine.alerts(), IsEmpty()) << "one unit of the second part is to come";
    course.submit(end, "agri", "2023-Q3", {{"agri_batches", 99}});
    EXPECT_TRUE(course.firing("implausible:batches:fso:2023-Q3"));
    course.submit(end, "agri", "2023-Q3", {{"agri_batches", 100}});
    EXPECT_THAT(course.engine.alerts(), IsEmpty());
}

TEST(Implausible, OfWhatIsReportedAsItStandsTheEndCounts)
{
    PlanBuilder plan = stated_total();
    for (Indicator& indicator : plan.plan().indicators)
        if (indicator.reported != Reported::derived) indicator.reported = Reported::cumulative;
    const Handed total{"fso", "2023-Q3", 800}, june{"samr", "2023-06", 200}, august{"samr", "2023-08", 250}, september{"samr", "2023-09", 300}, quarter{"agri", "2023-Q3", 500};
    const struct { const char* name; std::vector<Handed> figures; bool doubted; } cases[] = {
        {"the year so far adds up", {june, august, september, quarter, total}, false},
        {"its end is not in", {june, august, quarter, {"fso", "2023-Q3", 1}}, false},
        {"it does not add up", {june, september, quarter, {"fso", "2023-Q3", 700}}, true},
        {"total first", {{"fso", "2023-Q3", 700}, quarter, september}, true},
        {"healed by the month at its end", {total, quarter, {"samr", "2023-09", 299}, september}, false},
        {"a month amid it changes nothing", {total, quarter, september, {"samr", "2023-08", 299}}, false},
    };
    for (const auto& c : cases) EXPECT_EQ(doubted(plan, c.figures), c.doubted) << c.name;

    plan.plan().indicators[1].reported = Reported::increment;
    EXPECT_FALSE(doubted(plan, {september, quarter, {"fso", "2023-Q3", 1}})) << "the year so far and what a quarter brought make no sum";
}

TEST(Implausible, AUnitThatTellsOfOneDayTwiceStandsForItselfAlone)
{
    PlanBuilder plan = stated_total();
    plan.plan().indicators[0].units = {plan.plan().unit("samr").value(), plan.plan().unit("agri").value()};
    for (const IndicatorIndex part : {0U, 1U}) plan.plan().indicators[part].reported = Reported::cumulative;
    Course course{plan};
    const char* const end = "2023-10-01 09:00";
    course.submit(end, "fso", "2023-Q3", {{"batches", 1}});
    course.submit(end, "agri", "2023-Q3", {{"agri_batches", 500}});
    course.submit(end, "samr", "2023-09", {{"samr_batches", 300}});
    course.submit(end, "samr", "2023-Q3", {{"samr_batches", 300}});
    EXPECT_THAT(course.engine.alerts(), IsEmpty()) << "the other unit of the first part is to come";
    course.submit(end, "agri", "2023-H2", {{"samr_batches", 5}});
    EXPECT_THAT(course.engine.alerts(), IsEmpty()) << "that is how it stands at the year's end";
    course.submit(end, "agri", "2023-09", {{"samr_batches", 5}});
    EXPECT_TRUE(course.firing("implausible:batches:fso:2023-Q3"));
}

TEST(Implausible, OfTwoReasonsTheOneLeftKeepsItFiring)
{
    PlanBuilder plan = stated_total();
    for (Indicator& indicator : plan.plan().indicators) indicator.measure = Measure::ratio;
    Course course{plan};
    course.submit("2023-10-01 10:00", "samr", "2023-09", {{"samr_batches", 5, 10}});
    course.submit("2023-10-01 11:00", "agri", "2023-09", {{"agri_batches", 5, 10}});
    EXPECT_THAT(transitions(course.submit("2023-10-01 12:00", "fso", "2023-09", {{"batches", 10, 9}})),
                ElementsAre("2023-10-01 12:00 fired implausible:batches:fso:2023-09"));
    EXPECT_THAT(transitions(course.submit("2023-10-02 12:00", "fso", "2023-09", {{"batches", 11, 20}})), IsEmpty());
    EXPECT_THAT(transitions(course.submit("2023-10-03 12:00", "fso", "2023-09", {{"batches", 10, 20}})),
                ElementsAre("2023-10-03 12:00 resolved implausible:batches:fso:2023-09"));
}

}  // namespace
}  // namespace planwatch
