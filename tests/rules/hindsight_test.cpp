#include "rules/hindsight.hpp"

#include "tests/rules/engine_plan.hpp"

#include <random>

namespace planwatch {
namespace {

using namespace planwatch::testing;

PlanBuilder two_units()
{
    PlanBuilder plan;
    plan.units({"a", "b"});
    Indicator& batches = plan.indicator("batches", {"a", "b"});
    batches.target = at_least(120, "批次");
    batches.pace = linear();
    plan.duty("monthly", Cadence::monthly, "period_end + 10d", {"a", "b"}, {"batches"});
    return plan;
}

double value_at(const Course& course, const char* end) { return Hindsight{course.engine}.assessment(0, day(end), course.engine.now()).value; }

TEST(Hindsight, counts_figures_for_the_days_they_are_about)
{
    Course course{two_units()};
    course.submit("2023-03-05 00:00", "a", "2023-01", {{"batches", 10}});
    course.submit("2023-03-05 00:00", "b", "2023-01", {{"batches", 20}});
    course.submit("2023-03-05 00:00", "a", "2023-02", {{"batches", 5}});
    EXPECT_EQ(value_at(course, "2023-01-30"), 0);
    EXPECT_EQ(value_at(course, "2023-01-31"), 30);
    EXPECT_EQ(value_at(course, "2023-02-28"), 35);
    course.submit("2023-04-20 00:00", "a", "2023-01", {{"batches", 15}});  // a correction counts where the figure did
    EXPECT_EQ(value_at(course, "2023-01-31"), 35);
}

TEST(Hindsight, counts_a_running_period_from_the_day_its_figure_came_in)
{
    Course course{two_units()};
    course.submit("2023-03-20 08:00", "a", "2023-03", {{"batches", 7}});
    course.to("2023-04-20 00:00");
    EXPECT_EQ(value_at(course, "2023-03-19"), 0);
    EXPECT_EQ(value_at(course, "2023-03-20"), 7);
}

TEST(Hindsight, knows_through_which_day_all_have_reported_or_should_have)
{
    Course course{two_units()};
    for (const char* unit : {"a", "b"}) course.submit("2023-03-05 00:00", unit, "2023-01", {{"batches", 10}});
    course.submit("2023-03-05 00:00", "a", "2023-02", {{"batches", 5}});
    const Hindsight hindsight{course.engine};
    EXPECT_EQ(hindsight.whole_through(0, day("2023-02-28"), at("2023-03-08 00:00")), day("2023-01-31"));
    EXPECT_EQ(hindsight.whole_through(0, day("2023-02-28"), at("2023-03-12 00:00")), day("2023-02-28"));
    EXPECT_EQ(hindsight.whole_through(0, day("2023-01-15"), at("2023-03-12 00:00")), std::nullopt);
    EXPECT_EQ(hindsight.newest_figure(0, day("2023-12-31")), day("2023-02-28"));
    EXPECT_EQ(hindsight.figure_within(0, 0, day("2023-02-01"), day("2023-02-28"))->numerator, Decimal{5});
    EXPECT_EQ(hindsight.figure_within(0, 1, day("2023-02-01"), day("2023-02-28")), std::nullopt);
}

// Of every kind of indicator, whole and by unit, whatever came in: with nothing left out it says what the engine says.
TEST(Hindsight, says_of_today_what_the_engine_says)
{
    PlanBuilder plan;
    plan.units({"a", "b", "c"});
    Indicator& sum = plan.indicator("sum", {"a", "b", "c"});
    sum.target = at_least(300, "批次");
    sum.pace = linear();
    Indicator& level = plan.indicator("level", {"a", "b"});
    level.measure = Measure::ratio;
    level.reported = Reported::level;
    level.target = at_least(90, "%");
    level.each = true;
    Indicator& held = plan.indicator("held", {"b", "c"});
    held.measure = Measure::ratio;
    held.target = held_at_least(95, "%");
    plan.indicator("other", {"a", "c"}).target = at_least(50, "批次");
    Indicator& total = plan.indicator("total", {"a", "b", "c"});
    total.reported = Reported::derived;
    total.parts = {0, 3};
    total.target = at_least(350, "批次");
    total.pace = linear();
    plan.duty("monthly", Cadence::monthly, "period_end + 10d", {"a", "b", "c"}, {"sum", "level", "held"});

    std::mt19937 random{20231122};
    Course course{plan};
    Instant now = at("2023-03-02 09:00");
    for (int step = 0; step < 120; ++step, now += std::chrono::hours{40}) {
        const Indicator& indicator = course.engine.policy().plan.indicators[random() % 4];
        const std::string unit = course.engine.policy().plan.units[indicator.units[random() % indicator.units.size()]].id;
        const Period month = Period::containing(Period::Kind::month, course.engine.policy().zone.day_of(now) - std::chrono::days{random() % 60});
        const auto whole = static_cast<std::int64_t>(random() % 50);
        const bool divides = indicator.measure == Measure::ratio;
        RawSubmission raw{.plan = "here-2023", .unit = unit, .period = month.to_string()};
        if (divides) raw.values.push_back({indicator.id, {}, Decimal{whole}, Decimal{50}});
        else raw.values.push_back({indicator.id, Decimal{whole}, {}, {}});
        course.submit(now, raw);
        const Hindsight hindsight{course.engine};
        const Day today = course.engine.policy().zone.day_of(now);
        for (IndicatorIndex i = 0; i < 5; ++i) {
            std::vector<std::optional<UnitIndex>> parts{std::nullopt};
            for (const UnitIndex each : course.engine.policy().plan.indicators[i].units) parts.push_back(each);
            for (const auto& part : parts) {
                const Assessment mine = hindsight.assessment(i, today, now, part), engines = course.engine.assessment(i, part);
                ASSERT_EQ(mine.status, engines.status) << i << " step " << step;
                ASSERT_EQ(mine.figure, engines.figure) << i << " step " << step;
                ASSERT_EQ(mine.through, engines.through) << i << " step " << step;
                ASSERT_EQ(mine.expected, engines.expected) << i << " step " << step;
            }
        }
    }
}

}  // namespace
}  // namespace planwatch
