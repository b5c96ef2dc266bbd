#include "rules/composite.hpp"

#include "tests/rules/engine_plan.hpp"

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr auto on_time = CompositePart::Kind::on_time;
constexpr auto businesses = CompositePart::Kind::businesses_on_time;

// Three markets with marks every month, two of them with a share of stalls that are in order; one clerk files nothing.
struct Markets {
    Markets()
    {
        plan.units({"one", "two", "three"});
        Indicator& marks = plan.indicator("marks", {"one", "two", "three"});
        marks.reported = Reported::level;
        Indicator& stalls = plan.indicator("stalls", {"one", "two"});
        stalls.measure = Measure::ratio;
        stalls.reported = Reported::level;
        stalls.target = at_least(80, "%");
        plan.duty("monthly", Cadence::monthly, "next day 5", {"one", "two", "three"}, {"marks"});
        composite.id = "score";
        composite.name = "评分";
        composite.units = {0, 1, 2};
        composite.cadence = Cadence::monthly;
        composite.ranked = Cadence::quarterly;
        composite.graded = Cadence::yearly;
        composite.parts = {{CompositePart::Kind::indicator, 0, Decimal{75}}, {CompositePart::Kind::indicator, 1, Decimal{25}}};
        composite.grades = {{"A", Decimal{90}}, {"B", Decimal{60}}};
    }

    ScoreTable table(const Course& course, const char* which) const
    {
        return score_table(course.engine, Hindsight{course.engine}, composite, period(which), course.engine.now());
    }

    PlanBuilder plan;
    Composite composite;
};

const ScoreLine& line_of(const ScoreTable& table, UnitIndex unit)
{
    return *std::find_if(table.lines.begin(), table.lines.end(), [&](const ScoreLine& line) { return line.unit == unit; });
}

TEST(Composite, weighs_what_is_known_and_says_where_it_is_not_whole)
{
    Markets markets;
    Course course{markets.plan};
    course.submit("2023-05-02 00:00", "one", "2023-04", {{"marks", 90}, {"stalls", 4, 10}});
    course.submit("2023-05-02 00:00", "two", "2023-04", {{"marks", 80}});
    course.submit("2023-05-02 00:00", "three", "2023-03", {{"marks", 70}});
    const ScoreTable table = markets.table(course, "2023-04");
    EXPECT_NEAR(*line_of(table, 0).score, 0.75 * 90 + 0.25 * 50, 1e-9);  // 40 % of 80 %: half of the way
    EXPECT_TRUE(line_of(table, 0).whole);
    EXPECT_NEAR(*line_of(table, 1).score, 80, 1e-9);
    EXPECT_FALSE(line_of(table, 1).whole);
    EXPECT_EQ(line_of(table, 2).score, std::nullopt);  // March's marks are not April's, and none are no zero
    EXPECT_EQ(line_of(table, 2).before, 70);
    EXPECT_EQ(line_of(table, 0).rank, std::nullopt);   // places are given by the quarter
    EXPECT_EQ(line_of(table, 0).grade, "");
    EXPECT_EQ(table.lines.back().unit, 2U);
    EXPECT_EQ(line_of(table, 2).parts.at(0).why, "本期未报");
    EXPECT_THAT(table.note, HasSubstr("指标marks（75%）、指标stalls（25%）"));
}

TEST(Composite, of_a_quarter_is_the_mean_of_its_months_and_ranks)
{
    Markets markets;
    markets.composite.parts.pop_back();
    Course course{markets.plan};
    for (const auto& [month, marks] : {std::pair{"2023-04", 80}, std::pair{"2023-05", 90}, std::pair{"2023-06", 100}}) {
        course.submit("2023-07-03 00:00", "one", month, {{"marks", marks}});
        course.submit("2023-07-03 00:00", "two", month, {{"marks", 95}});
    }
    course.submit("2023-07-03 00:00", "three", "2023-04", {{"marks", 120}});  // held within 100
    course.to("2023-07-06 00:00");
    const ScoreTable table = markets.table(course, "2023-Q2");
    EXPECT_NEAR(*line_of(table, 0).score, 90, 1e-9);
    EXPECT_EQ(line_of(table, 0).rank, 3U);
    EXPECT_EQ(line_of(table, 1).rank, 2U);
    EXPECT_EQ(line_of(table, 2).rank, 1U);
    EXPECT_EQ(line_of(table, 2).score, 100);
    EXPECT_FALSE(line_of(table, 2).whole);
    EXPECT_EQ(table.lines[0].unit, 2U);
    EXPECT_EQ(line_of(table, 0).parts.at(0).why, "2023-04 80.0，2023-05 90.0，2023-06 100.0");
    EXPECT_EQ(line_of(table, 0).grade, "");
    course.to("2024-01-06 00:00");
    EXPECT_EQ(line_of(markets.table(course, "2023"), 0).grade, "A");
    EXPECT_EQ(line_of(markets.table(course, "2023"), 1).rank, 2U);
}

// A week is of the month, and of the year, in which it ends: 2023-W35 (to 3 September) is September's, 2023-W39 (to 1 October) is not.
TEST(Composite, of_weeks_is_scored_by_the_week_ranked_by_the_month_and_graded_by_the_year)
{
    Markets markets;
    markets.composite.parts.pop_back();
    markets.composite.cadence = Cadence::weekly;
    markets.composite.ranked = Cadence::monthly;
    markets.plan.duty("weekly", Cadence::weekly, "period_end + 3d", {"one", "two", "three"}, {"marks"});
    Course course{markets.plan};
    for (const auto& [week, marks] : {std::pair{"2023-W34", 10}, std::pair{"2023-W35", 80}, std::pair{"2023-W36", 90}, std::pair{"2023-W37", 100}, std::pair{"2023-W39", 20}})
        course.submit("2023-10-03 00:00", "one", week, {{"marks", marks}});
    course.submit("2023-10-03 00:00", "two", "2023-W36", {{"marks", 95}});
    course.to("2023-10-06 00:00");
    const ScoreTable week = markets.table(course, "2023-W36");
    EXPECT_EQ(line_of(week, 0).score, 90);
    EXPECT_EQ(line_of(week, 0).before, 80);
    EXPECT_EQ(line_of(week, 1).score, 95);
    EXPECT_EQ(line_of(week, 1).before, std::nullopt);
    EXPECT_EQ(line_of(week, 2).score, std::nullopt);
    EXPECT_EQ(line_of(week, 1).rank, std::nullopt) << "places are the month's";
    EXPECT_EQ(line_of(markets.table(course, "2023-W38"), 0).score, std::nullopt);

    const ScoreTable month = markets.table(course, "2023-09");
    EXPECT_NEAR(*line_of(month, 0).score, 90, 1e-9);
    EXPECT_EQ(line_of(month, 0).parts.at(0).why, "2023-W35 80.0，2023-W36 90.0，2023-W37 100.0");
    EXPECT_FALSE(line_of(month, 0).whole) << "W38 was not reported";
    EXPECT_NEAR(*line_of(month, 0).before, 10, 1e-9);
    EXPECT_EQ(line_of(month, 0).rank, 2U);
    EXPECT_EQ(line_of(month, 1).rank, 1U);
    EXPECT_EQ(line_of(month, 0).grade, "");
    EXPECT_EQ(line_of(markets.table(course, "2023-10"), 0).score, 20);

    course.to("2024-01-10 00:00");
    const ScoreTable year = markets.table(course, "2023");
    EXPECT_NEAR(*line_of(year, 0).score, 60, 1e-9);
    EXPECT_EQ(line_of(year, 0).grade, "B");
    EXPECT_EQ(line_of(year, 1).grade, "A");
}

TEST(Composite, of_what_is_due_to_come_in_counts_what_came_on_time)
{
    Markets markets;
    markets.composite.parts = {{on_time, 0, Decimal{1}}};
    Course course{markets.plan};
    course.submit("2023-05-02 00:00", "one", "2023-04", {{"marks", 90}});
    course.extend("2023-05-04 00:00", "monthly", "three", "2023-04", "2023-06-02");
    course.submit("2023-05-20 00:00", "two", "2023-04", {{"marks", 90}});
    course.to("2023-05-25 00:00");
    const ScoreTable may = markets.table(course, "2023-05");  // April's, due on 5 May
    EXPECT_EQ(line_of(may, 0).score, 100);
    EXPECT_EQ(line_of(may, 1).score, 0);
    EXPECT_EQ(line_of(may, 2).score, std::nullopt);  // has until June
    course.submit("2023-06-01 00:00", "three", "2023-04", {{"marks", 90}});
    course.to("2023-06-03 00:00");
    EXPECT_EQ(line_of(markets.table(course, "2023-06"), 2).score, 100);
}

TEST(Composite, of_a_town_counts_its_businesses)
{
    PlanBuilder plan;
    plan.units({"town", "shop", "kitchen"});
    for (const UnitIndex i : {1U, 2U}) {
        plan.plan().units[i].kind = UnitKind::business;
        plan.plan().units[i].parent = 0;
    }
    plan.duty("review", Cadence::monthly, "period_end", {"shop", "kitchen"});
    Composite composite;
    composite.units = {0};
    composite.cadence = composite.ranked = composite.graded = Cadence::quarterly;
    composite.parts = {{on_time, 0, Decimal{40}}, {businesses, 0, Decimal{60}}};
    Course course{plan};
    course.file("2023-04-20 00:00", "shop", "review", "2023-04");
    course.file("2023-05-20 00:00", "shop", "review", "2023-05");
    course.file("2023-05-20 00:00", "kitchen", "review", "2023-05");
    course.to("2023-07-05 00:00");
    const ScoreTable table = score_table(course.engine, Hindsight{course.engine}, composite, period("2023-Q2"), course.engine.now());
    ASSERT_THAT(table.lines, SizeIs(1));
    EXPECT_NEAR(*table.lines[0].score, 50, 1e-9);  // three of six
    EXPECT_FALSE(table.lines[0].whole);            // the town itself owed nothing
    EXPECT_EQ(table.lines[0].parts.at(1).why, "应报6项，按时3项");
}

}  // namespace
}  // namespace planwatch
