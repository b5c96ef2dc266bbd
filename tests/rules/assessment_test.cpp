#include "rules/assessment.hpp"

#include "tests/rules/values.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;

Policy policy()
{
    Policy policy;
    policy.plan.starts = day("2023-01-01");
    policy.plan.ends = day("2023-12-31");
    policy.plan.population = Decimal{950'000};
    policy.zone = shanghai();
    return policy;
}

Target by(Comparator comparator, Decimal value, std::string unit, std::string_view last = "2023-12-31")
{
    return {.comparator = comparator, .value = value, .unit = std::move(unit), .by = day(last)};
}

Target hold(Comparator comparator, Decimal value, std::string unit)
{
    return {.comparator = comparator, .value = value, .unit = std::move(unit), .hold = true};
}

Indicator indicator(Measure measure, std::optional<Target> target, Pace::Kind pace = Pace::Kind::none)
{
    Indicator made;
    made.id = "it";
    made.measure = measure;
    made.target = std::move(target);
    made.pace.kind = pace;
    made.pace.from = day("2023-01-01");
    return made;
}

// At the end of the third quarter, and once the year is over.
const Day september_end = day("2023-09-30");
const Instant october = instant("2023-10-01T00:00:00+08:00");
const Instant new_year = instant("2024-01-01T00:00:00+08:00");

Assessment assessed(const Indicator& indicator, std::optional<Figure> figure, Instant now = october, std::size_t reporters = 8)
{
    return assess(policy(), indicator, figure, reporters, september_end, now);
}

const Indicator count_of_batches = indicator(Measure::count, by(Comparator::at_least, 5225, "批次"), Pace::Kind::linear);
const Indicator ratio_of_kitchens = indicator(Measure::ratio, by(Comparator::at_least, 100, "%"));

TEST(Values, AreInTheTargetsUnit)
{
    const Target per_thousand = by(Comparator::at_least, Decimal::from_micros(6'500'000), "批次/千人");
    Indicator own_population = indicator(Measure::per_thousand, per_thousand);
    own_population.population = Decimal{500'000};
    const struct { const char* name; Indicator indicator; Figure figure; double value; Decimal base; } cases[] = {
        {"a count is what was counted", count_of_batches, {1520, 0}, 1520, 1},
        {"a ratio in percent", ratio_of_kitchens, {37, 40}, 92.5, 40},
        {"a plain ratio", indicator(Measure::ratio, by(Comparator::at_least, Decimal::from_micros(910'000), "")), {37, 40}, 0.925, 40},
        {"per thousand of the plan's people", indicator(Measure::per_thousand, per_thousand), {6175, 0}, 6.5, 950},
        {"per thousand of its own people", own_population, {6175, 0}, 12.35, 500},
        {"an average", indicator(Measure::average, by(Comparator::at_least, 40, "学时")), {330, 10}, 33, 10},
        {"how many have done it", indicator(Measure::done, by(Comparator::at_least, 1, "项")), {3, 0}, 3, 1},
        {"which share has done it", indicator(Measure::done, by(Comparator::at_least, 100, "%")), {6, 0}, 75, 8},
        {"without a target a ratio is plain", indicator(Measure::ratio, {}), {37, 40}, 0.925, 40},
    };
    for (const auto& c : cases) {
        const Assessment found = assessed(c.indicator, c.figure);
        EXPECT_TRUE(found.known) << c.name;
        EXPECT_DOUBLE_EQ(found.value, c.value) << c.name;
        EXPECT_EQ(found.base, c.base) << c.name;
        EXPECT_EQ(found.figure, c.figure) << c.name;
    }
}

TEST(Values, WithNothingToDivideByAreUnknown)
{
    EXPECT_FALSE(assessed(ratio_of_kitchens, Figure{0, 0}).known);
    EXPECT_FALSE(assessed(ratio_of_kitchens, std::nullopt).known);
    EXPECT_FALSE(assessed(indicator(Measure::done, by(Comparator::at_least, 100, "%")), Figure{0, 0}, october, 0).known);
    Policy nobody = policy();
    nobody.plan.population.reset();
    const Indicator batches = indicator(Measure::per_thousand, by(Comparator::at_least, 6, "批次/千人"));
    EXPECT_FALSE(assess(nobody, batches, Figure{6000, 0}, 1, september_end, october).known);
}

TEST(Values, OfAnOccasionThatNeverCameAreNotMissed)
{
    const Indicator disposal = indicator(Measure::ratio, by(Comparator::at_least, 100, "%"));
    EXPECT_EQ(assessed(disposal, Figure{0, 0}, october).status, Status::on_track);
    EXPECT_EQ(assessed(disposal, Figure{0, 0}, new_year).status, Status::reached);
    EXPECT_EQ(assessed(disposal, std::nullopt, new_year).status, Status::missed) << "nothing reported is another thing";
    EXPECT_EQ(assessed(indicator(Measure::ratio, hold(Comparator::at_least, 100, "%")), Figure{0, 0}).status, Status::held);
    EXPECT_EQ(explain(disposal, assessed(disposal, Figure{0, 0})), "无此类事项（0/0），目标 ≥ 100%（至 2023-12-31）");
    EXPECT_EQ(assessed(count_of_batches, Figure{0, 0}, new_year).status, Status::missed) << "none of a count is none";
}

TEST(Statuses, FollowFromValuePaceAndTime)
{
    const Indicator ceiling = indicator(Measure::count, by(Comparator::at_most, 4, "起"));
    const Indicator paced_ceiling = indicator(Measure::count, by(Comparator::at_most, 100, "起"), Pace::Kind::linear);
    const Indicator exact = indicator(Measure::done, by(Comparator::exactly, 8, "个"));
    const Indicator held = indicator(Measure::ratio, hold(Comparator::at_least, 100, "%"));
    const struct { const char* name; Indicator indicator; std::optional<Figure> figure; Instant now; Status want; } cases[] = {
        {"nothing yet", count_of_batches, {}, october, Status::no_data},
        {"nothing at the end is missed", count_of_batches, {}, new_year, Status::missed},
        {"too little for the time gone", count_of_batches, Figure{1520, 0}, october, Status::behind},
        {"enough for the time gone", count_of_batches, Figure{4000, 0}, october, Status::on_track},
        {"all of it, early", count_of_batches, Figure{5225, 0}, october, Status::reached},
        {"one short at the end", count_of_batches, Figure{5224, 0}, new_year, Status::missed},
        {"one short a moment before the end", count_of_batches, Figure{5224, 0}, new_year - std::chrono::milliseconds{1}, Status::on_track},
        {"99.9999 % of kitchens is not all of them", ratio_of_kitchens, Figure{999'999, 1'000'000}, new_year, Status::missed},
        {"a ceiling kept so far", ceiling, Figure{4, 0}, october, Status::on_track},
        {"a ceiling kept to the end", ceiling, Figure{4, 0}, new_year, Status::reached},
        {"a ceiling broken", ceiling, Figure{5, 0}, october, Status::behind},
        {"a ceiling broken at the end", ceiling, Figure{5, 0}, new_year, Status::missed},
        {"a ceiling used up too early", paced_ceiling, Figure{90, 0}, october, Status::behind},
        {"a ceiling used up in good time", paced_ceiling, Figure{80, 0}, october, Status::on_track},
        {"exactly that many", exact, Figure{8, 0}, october, Status::reached},
        {"one too many is not exactly", exact, Figure{9, 0}, new_year, Status::missed},
        {"held", held, Figure{38, 38}, october, Status::held},
        {"not held", held, Figure{37, 38}, october, Status::not_held},
        {"39 of 38 are no share", held, Figure{39, 38}, october, Status::doubtful},
        {"nor at the end", ratio_of_kitchens, Figure{12, 10}, new_year, Status::doubtful},
        {"nor is something of nothing", ratio_of_kitchens, Figure{1, 0}, new_year, Status::doubtful},
        {"nor without a target", indicator(Measure::ratio, {}), Figure{12, 10}, october, Status::doubtful},
        {"an average may be above one", indicator(Measure::average, by(Comparator::at_least, 40, "学时")), Figure{400, 10}, october, Status::reached},
        {"nothing to hold yet, even past the year", held, {}, new_year, Status::no_data},
        {"no target to fall behind", indicator(Measure::count, {}), Figure{3, 0}, new_year, Status::on_track},
    };
    for (const auto& c : cases) EXPECT_EQ(assessed(c.indicator, c.figure, c.now).status, c.want) << c.name;
}

TEST(LinearPace, IsTheShareOfDaysThatAreOver)
{
    const struct { const char* name; const char* from; const char* through; int gone; int total; double expected; } cases[] = {
        {"the eve of the first day", "2023-01-01", "2022-12-31", 0, 365, 0},
        {"long before", "2023-01-01", "2022-06-30", 0, 365, 0},
        {"the first day is over", "2023-01-01", "2023-01-01", 1, 365, 10},
        {"after September", "2023-01-01", "2023-09-30", 273, 365, 2730},
        {"the last day is over", "2023-01-01", "2023-12-31", 365, 365, 3650},
        {"long after", "2023-01-01", "2024-05-01", 365, 365, 3650},
        {"from the day of issue", "2023-12-22", "2023-12-26", 5, 10, 1825},
    };
    for (const auto& c : cases) {
        Indicator paced = indicator(Measure::count, by(Comparator::at_least, 3650, "批次"), Pace::Kind::linear);
        paced.pace.from = day(c.from);
        const Assessment found = assess(policy(), paced, Figure{0, 0}, 1, day(c.through), october);
        EXPECT_EQ(found.days_gone, c.gone) << c.name;
        EXPECT_EQ(found.days_total, c.total) << c.name;
        EXPECT_EQ(found.expected, c.expected) << c.name;
    }
}

TEST(Pace, AllowsForItsToleranceToTheLastBatch)
{
    Indicator paced = indicator(Measure::count, by(Comparator::at_least, 3650, "批次"), Pace::Kind::linear);
    EXPECT_TRUE(assessed(paced, Figure{2457, 0}).meets_pace);  // 2730 × 0.9
    EXPECT_FALSE(assessed(paced, Figure{2456, 0}).meets_pace);
    paced.pace.tolerance = Decimal{0};
    EXPECT_TRUE(assessed(paced, Figure{2730, 0}).meets_pace);
    EXPECT_FALSE(assessed(paced, Figure{2729, 0}).meets_pace);
    Indicator ceiling = indicator(Measure::count, by(Comparator::at_most, 365, "起"), Pace::Kind::linear);
    EXPECT_TRUE(assessed(ceiling, Figure{300, 0}).meets_pace);  // 273 × 1.1 = 300.3
    EXPECT_FALSE(assessed(ceiling, Figure{301, 0}).meets_pace);
}

TEST(Pace, OfWhatIsUnknownIsNotJudged)
{
    EXPECT_TRUE(assessed(count_of_batches, std::nullopt).meets_pace);
    EXPECT_TRUE(assessed(count_of_batches, std::nullopt).expected.has_value());
}

TEST(MilestonePace, ExpectsTheLatestMilestoneThatIsOver)
{
    Indicator paced = indicator(Measure::ratio, by(Comparator::at_least, 100, "%"), Pace::Kind::milestones);
    paced.pace.tolerance = Decimal{0};
    paced.pace.milestones = {{day("2023-06-30"), 40}, {day("2023-09-30"), 70}};
    const auto through = [&](const char* last, Figure figure) { return assess(policy(), paced, figure, 1, day(last), october); };
    EXPECT_EQ(through("2023-06-29", {0, 10}).expected, std::nullopt);
    EXPECT_EQ(through("2023-06-29", {0, 10}).status, Status::on_track);
    EXPECT_EQ(through("2023-06-30", {4, 10}).expected, 40.0);
    EXPECT_EQ(through("2023-06-30", {4, 10}).status, Status::on_track);
    EXPECT_EQ(through("2023-09-30", {4, 10}).expected, 70.0);
    EXPECT_EQ(through("2023-09-30", {4, 10}).status, Status::behind);
}

TEST(Missing, IsCountedInWhatIsReported)
{
    const Target per_thousand = by(Comparator::at_least, Decimal::from_micros(6'500'000), "批次/千人");
    const Indicator hours = indicator(Measure::average, by(Comparator::at_least, 40, "学时"));
    const struct { const char* name; Indicator indicator; std::optional<Figure> figure; double want; } cases[] = {
        {"batches", count_of_batches, Figure{1520, 0}, 3705},
        {"none when reached", count_of_batches, Figure{6000, 0}, 0},
        {"kitchens", ratio_of_kitchens, Figure{37, 38}, 1},
        {"91 % of 38 kitchens are 35 of them", indicator(Measure::ratio, by(Comparator::at_least, 91, "%")), Figure{30, 38}, 5},
        {"91 % of 100 kitchens are 91 of them", indicator(Measure::ratio, by(Comparator::at_least, 91, "%")), Figure{90, 100}, 1},
        {"batches for so many people", indicator(Measure::per_thousand, per_thousand), Figure{6000, 0}, 175},
        {"hours over all heads", hours, Figure{Decimal::from_micros(350'500'000), 10}, 49.5},
        {"units", indicator(Measure::done, by(Comparator::at_least, 90, "%")), Figure{6, 0}, 2},
        {"tons", indicator(Measure::count, by(Comparator::at_least, 10, "吨")), Figure{Decimal::from_micros(7'250'000), 0}, 2.75},
        {"nothing lacks below a ceiling, nor above", indicator(Measure::count, by(Comparator::at_most, 4, "起")), Figure{5, 0}, 0},
        {"what is unknown lacks nothing that is known", count_of_batches, {}, 0},
    };
    for (const auto& c : cases) EXPECT_DOUBLE_EQ(assessed(c.indicator, c.figure).missing, c.want) << c.name;
}

TEST(WeeklyRates, SpreadWhatIsMissingOverTheWeeksLeft)
{
    const Instant four_weeks_left = new_year - std::chrono::weeks{4};
    EXPECT_DOUBLE_EQ(assessed(count_of_batches, Figure{5125, 0}, four_weeks_left).weekly_rate.value(), 25);
    EXPECT_EQ(assessed(count_of_batches, Figure{5125, 0}, new_year).weekly_rate, std::nullopt);
    EXPECT_EQ(assessed(count_of_batches, Figure{5225, 0}, four_weeks_left).weekly_rate, std::nullopt);
    EXPECT_EQ(assessed(indicator(Measure::ratio, hold(Comparator::at_least, 100, "%")), Figure{37, 38}).weekly_rate, std::nullopt);
}

TEST(TargetMoments, AreTheEndOfTheLastDay)
{
    EXPECT_EQ(target_moment(policy(), indicator(Measure::count, by(Comparator::at_least, 1, "次", "2023-11-20"))),
              instant("2023-11-21T00:00:00+08:00"));
    EXPECT_EQ(target_moment(policy(), indicator(Measure::ratio, hold(Comparator::at_least, 100, "%"))), std::nullopt);
    EXPECT_EQ(target_moment(policy(), indicator(Measure::count, {})), std::nullopt);
}

TEST(Explanations, GiveTheWholeArithmeticInOneLine)
{
    const Target per_thousand = by(Comparator::at_least, Decimal::from_micros(6'500'000), "批次/千人");
    Indicator steps = indicator(Measure::done, by(Comparator::at_least, 100, "%"), Pace::Kind::milestones);
    steps.pace.milestones = {{day("2023-06-30"), 40}};
    const struct { const char* name; Indicator indicator; std::optional<Figure> figure; const char* want; } cases[] = {
        {"a count behind its pace", count_of_batches, Figure{1520, 0},
         "已完成 1520 批次，目标 ≥ 5225 批次（至 2023-12-31），序时应达 3908 批次（截至 2023-09-30，273/365天），尚差 3705 批次，每周需 281.9 批次"},
        {"a ratio", ratio_of_kitchens, Figure{37, 38}, "现为 37/38 = 97.4%，目标 ≥ 100%（至 2023-12-31），尚差 1，每周需 0.1"},
        {"a ratio to be held", indicator(Measure::ratio, hold(Comparator::at_least, 100, "%")), Figure{37, 38},
         "现为 37/38 = 97.4%，目标 ≥ 100%（每期保持），尚差 1"},
        {"people", indicator(Measure::per_thousand, per_thousand), Figure{6000, 0},
         "现为 6000/950千人 = 6.3 批次/千人，目标 ≥ 6.5 批次/千人（至 2023-12-31），尚差 175 批次，每周需 13.3 批次"},
        {"milestones", steps, Figure{3, 0},
         "现为 3/8 = 37.5%，目标 ≥ 100%（至 2023-12-31），节点应达 40%（截至 2023-09-30），尚差 5 个单位，每周需 0.4 个单位"},
        {"a ceiling", indicator(Measure::count, by(Comparator::at_most, 4, "起")), Figure{5, 0}, "现为 5 起，目标 ≤ 4 起（至 2023-12-31）"},
        {"nothing known", ratio_of_kitchens, {}, "尚无数据，目标 ≥ 100%（至 2023-12-31）"},
        {"no target", indicator(Measure::ratio, {}), Figure{1, 3}, "现为 1/3 = 0.33"},
        {"more than the whole", ratio_of_kitchens, Figure{12, 10}, "所报 12/10 存疑（分子大于分母），目标 ≥ 100%（至 2023-12-31）"},
    };
    for (const auto& c : cases) EXPECT_EQ(explain(c.indicator, assessed(c.indicator, c.figure)), c.want) << c.name;
}

TEST(Explanations, NeverShowATargetMetThatIsNot)
{
    const auto shown = [](Comparator comparator, Decimal target, Figure figure) {
        const Indicator ratio = indicator(Measure::ratio, by(comparator, target, "%"));
        const std::string text = explain(ratio, assessed(ratio, figure));
        const auto begin = text.find("= ") + 2;
        return text.substr(begin, text.find('%') + 1 - begin);
    };
    EXPECT_EQ(shown(Comparator::at_least, 100, {99'996, 100'000}), "99.99%");
    EXPECT_EQ(shown(Comparator::at_least, 100, {9'999'999, 10'000'000}), "99.99%");
    EXPECT_EQ(shown(Comparator::at_least, 100, {10, 10}), "100%");
    EXPECT_EQ(shown(Comparator::at_least, 91, {9096, 10'000}), "90.96%");
    EXPECT_EQ(shown(Comparator::at_most, 5, {50'004, 1'000'000}), "5.01%");
    EXPECT_EQ(shown(Comparator::exactly, 50, {50'001, 100'000}), "50.01%");
    EXPECT_EQ(shown(Comparator::at_least, Decimal::from_micros(97'500'000), {974, 999}), "97.49%");
}

TEST(Statuses, HaveAWordForProgramsAndOneForPeople)
{
    EXPECT_EQ(to_string(Status::no_data), "no_data");
    EXPECT_EQ(to_string(Status::not_held), "not_held");
    EXPECT_EQ(to_string(Status::doubtful), "doubtful");
    EXPECT_EQ(status_name(Status::doubtful), "存疑");
    EXPECT_EQ(status_name(Status::on_track), "达序时");
    EXPECT_EQ(status_name(Status::missed), "未达标");
}

}  // namespace
}  // namespace planwatch
