#include "rules/plan.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

TEST(Plans, FindTheirPartsByName)
{
    Plan plan;
    plan.units = {{.id = "samr"}, {.id = "agri"}};
    plan.indicators = {{.id = "batches"}};
    plan.duties = {{.id = "scheme"}, {.id = "progress"}};
    EXPECT_EQ(plan.unit("agri"), 1U);
    EXPECT_EQ(plan.unit("batches"), std::nullopt);
    EXPECT_EQ(plan.indicator("batches"), 0U);
    EXPECT_EQ(plan.indicator(""), std::nullopt);
    EXPECT_EQ(plan.duty("progress"), 1U);
    EXPECT_EQ(plan.duty("Progress"), std::nullopt);
}

TEST(Assumptions, OfThePopulationStandByEveryFigureThatIsCountedPerThousand)
{
    Plan plan;
    plan.population_assumed = "a round figure";
    Indicator batches{.id = "batches", .measure = Measure::per_thousand, .assumed = "both labs"};
    EXPECT_EQ(assumed_of(plan, batches), "both labs；人口：a round figure");
    batches.assumed.clear();
    EXPECT_EQ(assumed_of(plan, batches), "人口：a round figure");
    batches.population = Decimal{1000};
    EXPECT_EQ(assumed_of(plan, batches), "") << "it has a population of its own";
    EXPECT_EQ(assumed_of(plan, Indicator{.id = "kitchens", .measure = Measure::ratio}), "");
}

TEST(Cadences, ReportOnAPeriodOfTheirOwnLength)
{
    using Kind = Period::Kind;
    EXPECT_EQ(period_kind(Cadence::once), Kind::year);
    EXPECT_EQ(period_kind(Cadence::daily), Kind::day);
    EXPECT_EQ(period_kind(Cadence::weekly), Kind::week);
    EXPECT_EQ(period_kind(Cadence::monthly), Kind::month);
    EXPECT_EQ(period_kind(Cadence::quarterly), Kind::quarter);
    EXPECT_EQ(period_kind(Cadence::half_yearly), Kind::half_year);
    EXPECT_EQ(period_kind(Cadence::yearly), Kind::year);
}

TEST(PlanWords, AreSpelledAsInThePlanFile)
{
    EXPECT_EQ(to_string(Role::by_duty), "by_duty");
    EXPECT_EQ(role_name(Role::lead), "牵头");
    EXPECT_EQ(role_name(Role::cooperate), "配合");
    EXPECT_EQ(role_name(Role::by_duty), "按职责分工");
    EXPECT_EQ(role_name(Role::responsible), "负责");
    EXPECT_EQ(to_string(UnitKind::department), "department");
    EXPECT_EQ(to_string(UnitKind::group), "group");
    EXPECT_EQ(to_string(Measure::per_thousand), "per_thousand");
    EXPECT_EQ(to_string(Measure::done), "done");
    EXPECT_EQ(to_string(Reported::increment), "increment");
    EXPECT_EQ(to_string(Reported::derived), "derived");
    EXPECT_EQ(to_string(Cadence::once), "once");
    EXPECT_EQ(to_string(Cadence::half_yearly), "half_yearly");
    EXPECT_EQ(to_string(Comparator::at_most), "at_most");
    EXPECT_EQ(comparator_sign(Comparator::at_least), ">=");
    EXPECT_EQ(comparator_sign(Comparator::at_most), "<=");
    EXPECT_EQ(comparator_sign(Comparator::exactly), "=");
}

}  // namespace
}  // namespace planwatch
