#include "rules/assessment.hpp"

#include "rules/names.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace planwatch {

namespace {

using std::chrono::days;

__extension__ using Wide = __int128;

// What is compared: `factor × figure.numerator / base`, in the target's unit.
struct Scale {
    Decimal base;
    int factor = 1;
};

bool in_percent(const Indicator& indicator) { return indicator.target && indicator.target->unit == "%"; }

// people / 1000
Decimal thousands(const Policy& policy, const Indicator& indicator)
{
    const auto population = indicator.population ? indicator.population : policy.plan.population;
    return population ? Decimal::from_micros(population->micros() / 1000) : Decimal{};
}

Scale scale_of(const Policy& policy, const Indicator& indicator, const Figure& figure, std::size_t reporters)
{
    const int factor = in_percent(indicator) ? 100 : 1;
    switch (indicator.measure) {
        case Measure::ratio: return {figure.denominator, factor};
        case Measure::average: return {figure.denominator, 1};
        case Measure::per_thousand: return {thousands(policy, indicator), 1};
        case Measure::done: return {in_percent(indicator) ? Decimal{static_cast<std::int64_t>(reporters)} : Decimal{1}, factor};
        case Measure::count: break;
    }
    return {Decimal{1}, 1};
}

bool satisfies(std::strong_ordering order, Comparator comparator)
{
    switch (comparator) {
        case Comparator::at_least: return order >= 0;
        case Comparator::at_most: return order <= 0;
        case Comparator::exactly: break;
    }
    return order == 0;
}

std::strong_ordering compare(const Figure& figure, const Scale& scale, Decimal bound)
{
    return compare_ratio(figure.numerator, scale.base, bound, scale.factor);
}

// a × b / c, to six places; 128 bits in between.
Decimal part_of(Decimal a, std::int64_t b, std::int64_t c)
{
    return Decimal::from_micros(static_cast<std::int64_t>(Wide{a.micros()} * b / c));
}

void measure_way(Assessment& assessment, const Indicator& indicator, const Plan& plan)
{
    const Day from = indicator.pace.kind == Pace::Kind::linear ? indicator.pace.from : plan.starts;
    const auto total = (indicator.target->by - from).count() + 1;
    assessment.days_total = static_cast<int>(std::max<std::int64_t>(total, 1));
    const auto gone = std::clamp<std::int64_t>((assessment.through - from).count() + 1, 0, assessment.days_total);
    assessment.days_gone = static_cast<int>(gone);
}

// What the value should be at the end of `through`; none before the first milestone.
std::optional<Decimal> expected_by(const Indicator& indicator, const Assessment& assessment)
{
    const Pace& pace = indicator.pace;
    if (pace.kind == Pace::Kind::linear) return part_of(indicator.target->value, assessment.days_gone, assessment.days_total);
    std::optional<Decimal> expected;
    if (pace.kind == Pace::Kind::milestones)
        for (const Milestone& milestone : pace.milestones)
            if (milestone.day <= assessment.through) expected = milestone.value;
    return expected;
}

// A ceiling that is broken already is off the pace, whatever the tolerance.
bool keeps_pace(const Indicator& indicator, const Figure& figure, const Scale& scale, std::optional<Decimal> expected)
{
    const bool ceiling = indicator.target->comparator == Comparator::at_most;
    if (ceiling && compare(figure, scale, indicator.target->value) > 0) return false;
    if (!expected) return true;
    const std::int64_t share = Decimal::scale + (ceiling ? 1 : -1) * indicator.pace.tolerance.micros();
    const auto order = compare(figure, scale, part_of(*expected, share, Decimal::scale));
    return ceiling ? order <= 0 : order >= 0;
}

// Things are lacked whole: batches, kitchens, units. Hours, tons and amounts are not things.
bool counts_things(const Indicator& indicator, const Figure& figure)
{
    if (indicator.measure == Measure::count || indicator.measure == Measure::average) return false;
    return figure.numerator.micros() % Decimal::scale == 0;
}

// The smallest numerator to be added, at the present base, for the value to reach `target`.
double missing_to(const Indicator& indicator, const Figure& figure, const Scale& scale)
{
    if (indicator.target->comparator == Comparator::at_most) return 0;
    const Wide divisor = Wide{Decimal::scale} * scale.factor;
    const Wide product = Wide{indicator.target->value.micros()} * scale.base.micros();
    const Wide needed = (product + divisor - 1) / divisor;  // micros, rounded up: a hair too little is too little
    const Wide lacking = std::max<Wide>(needed - figure.numerator.micros(), 0);
    if (!counts_things(indicator, figure)) return static_cast<double>(lacking) / static_cast<double>(Decimal::scale);
    const Wide things = (lacking + Decimal::scale - 1) / Decimal::scale;
    return static_cast<double>(things);
}

bool is_more_than_whole(const Indicator& indicator, const Figure& figure)
{
    return indicator.measure == Measure::ratio && figure.numerator > figure.denominator;
}

Status status_of(const Assessment& assessment, const Target& target, bool passed)
{
    if (target.hold) {
        if (!assessment.known && !assessment.idle) return Status::no_data;
        return assessment.meets_target ? Status::held : Status::not_held;
    }
    // A ceiling that holds today can still be broken tomorrow: it is reached when its time is over.
    // So can one whose occasion has not come yet.
    const bool settled = passed || (target.comparator != Comparator::at_most && !assessment.idle);
    if (assessment.meets_target && settled) return Status::reached;
    if (passed) return Status::missed;
    if (!assessment.known && !assessment.idle) return Status::no_data;
    return assessment.meets_pace ? Status::on_track : Status::behind;
}

void assess_value(Assessment& assessment, const Indicator& indicator, const Scale& scale)
{
    assessment.known = scale.base > Decimal{};
    const bool divides = indicator.measure == Measure::ratio || indicator.measure == Measure::average;
    assessment.idle = !assessment.known && divides && assessment.figure == Figure{};
    assessment.meets_target = assessment.idle;
    if (!assessment.known) return;
    assessment.base = scale.base;
    assessment.value = assessment.figure.numerator.to_double() * scale.factor / scale.base.to_double();
    if (!indicator.target) return;
    const Target& target = *indicator.target;
    assessment.meets_target = satisfies(compare(assessment.figure, scale, target.value), target.comparator);
    if (!assessment.meets_target) assessment.missing = missing_to(indicator, assessment.figure, scale);
}

void assess_way(Assessment& assessment, const Policy& policy, const Indicator& indicator, const Scale& scale, Instant now)
{
    measure_way(assessment, indicator, policy.plan);
    const auto expected = expected_by(indicator, assessment);
    if (expected) assessment.expected = expected->to_double();
    if (!assessment.known) return;
    assessment.meets_pace = keeps_pace(indicator, assessment.figure, scale, expected);
    const Instant moment = *target_moment(policy, indicator);
    if (assessment.missing <= 0 || now >= moment) return;
    using Weeks = std::chrono::duration<double, std::chrono::weeks::period>;
    assessment.weekly_rate = assessment.missing / Weeks{moment - now}.count();
}

// ---- the line for people

double rounded(double value, double places) { return std::round(value * places) / places; }

// At most `places` decimals, none of them a trailing zero.
std::string trimmed(double value, int places)
{
    std::string text = fmt::format("{:.{}f}", value, places);
    if (text.find('.') != std::string::npos) text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

std::strong_ordering side_of(double value, double target)
{
    return value < target ? std::strong_ordering::less : value > target ? std::strong_ordering::greater : std::strong_ordering::equal;
}

// What the numerator counts: 批次 of 批次/千人. The things behind a percentage have no name of their own.
std::string_view counted_unit(const Indicator& indicator)
{
    const std::string_view unit = unit_of(indicator);
    if (unit == "%") return indicator.measure == Measure::done ? "个单位" : "";
    return unit.substr(0, unit.find('/'));
}

std::string achieved_text(const Indicator& indicator, const Assessment& assessment)
{
    const bool counted = indicator.measure == Measure::count || indicator.measure == Measure::done;
    const bool ceiling = indicator.target && indicator.target->comparator == Comparator::at_most;
    const std::string numerator = assessment.figure.numerator.to_string();
    if (counted && !in_percent(indicator)) return (ceiling ? "现为 " : "已完成 ") + with_unit(numerator, unit_of(indicator));
    const std::string people = indicator.measure == Measure::per_thousand ? "千人" : "";
    return fmt::format("现为 {}/{}{} = {}", numerator, assessment.base.to_string(), people,
                       with_unit(value_text(indicator, assessment), unit_of(indicator)));
}

std::string target_text(const Target& target)
{
    const std::string_view sign = name_in({"≥", "≤", "="}, target.comparator);
    const std::string until = target.hold ? "每期保持" : "至 " + format_day(target.by);
    return fmt::format("，目标 {} {}（{}）", sign, with_unit(target.value.to_string(), target.unit), until);
}

std::string pace_text(const Indicator& indicator, const Assessment& assessment)
{
    const bool ceiling = indicator.target->comparator == Comparator::at_most;
    const bool linear = indicator.pace.kind == Pace::Kind::linear;
    std::string gone = linear ? fmt::format("，{}/{}天", assessment.days_gone, assessment.days_total) : "";
    return fmt::format("，{}{} {}（截至 {}{}）", linear ? "序时" : "节点", ceiling ? "不超过" : "应达",
                       with_unit(trimmed(*assessment.expected, 1), unit_of(indicator)), format_day(assessment.through), gone);
}

// What lacks, and what it takes a week.
std::string missing_text(const Indicator& indicator, const Assessment& assessment)
{
    if (assessment.missing <= 0) return {};
    const std::string_view unit = counted_unit(indicator);
    std::string text = "，尚差 " + with_unit(trimmed(assessment.missing, 2), unit);
    if (assessment.weekly_rate) text += "，每周需 " + with_unit(trimmed(*assessment.weekly_rate, 1), unit);
    return text;
}

}  // namespace

std::string with_unit(std::string number, std::string_view unit)
{
    if (unit.empty()) return number;
    if (unit != "%") number += ' ';
    return number.append(unit);
}

std::string_view unit_of(const Indicator& indicator)
{
    if (!indicator.target) return {};
    return indicator.target->unit;
}

Assessment assess(const Policy& policy, const Indicator& indicator, const std::optional<Figure>& figure, std::size_t reporters,
                  Day through, Instant now)
{
    Assessment assessment;
    assessment.through = through;
    assessment.figure = figure.value_or(Figure{});
    const Scale scale = scale_of(policy, indicator, assessment.figure, reporters);
    if (figure) assess_value(assessment, indicator, scale);
    if (indicator.target) {
        if (!indicator.target->hold) assess_way(assessment, policy, indicator, scale, now);
        const auto moment = target_moment(policy, indicator);
        assessment.status = status_of(assessment, *indicator.target, moment && now >= *moment);
    } else if (assessment.known) {
        assessment.status = Status::on_track;
    }
    if (is_more_than_whole(indicator, assessment.figure)) assessment.status = Status::doubtful;
    return assessment;
}

std::optional<double> attainment(const Indicator& indicator, const Assessment& assessment)
{
    if (!assessment.known || assessment.status == Status::doubtful || !indicator.target) return std::nullopt;
    const double target = indicator.target->value.to_double();
    if (target <= 0) return std::nullopt;
    if (indicator.target->comparator != Comparator::at_most) return assessment.value / target;
    return assessment.value <= target ? 1 : target / assessment.value;
}

std::string explain(const Indicator& indicator, const Assessment& assessment)
{
    std::string text = assessment.known ? achieved_text(indicator, assessment) : assessment.idle ? "无此类事项（0/0）" : "尚无数据";
    if (assessment.status == Status::doubtful)
        text = fmt::format("所报 {}/{} 存疑（分子大于分母）", assessment.figure.numerator.to_string(), assessment.figure.denominator.to_string());
    if (!indicator.target) return text;
    text += target_text(*indicator.target);
    if (assessment.expected) text += pace_text(indicator, assessment);
    return text + missing_text(indicator, assessment);
}

// One decimal, or two where one would put the value on the wrong side of its target; and where two would as well, cut off
// on the right side: 99.996 % is not shown as the 100 % that it is not.
std::string value_text(const Indicator& indicator, const Assessment& assessment)
{
    const double value = assessment.value;
    if (!indicator.target) return trimmed(value, 2);
    const double target = indicator.target->value.to_double();
    const auto agrees = [&](double shown) {
        return satisfies(side_of(shown, target), indicator.target->comparator) == assessment.meets_target;
    };
    if (agrees(rounded(value, 10))) return trimmed(value, 1);
    if (agrees(rounded(value, 100))) return trimmed(value, 2);
    return trimmed((value < target ? std::floor(value * 100) : std::ceil(value * 100)) / 100, 2);
}

std::string shown_value(const Indicator& indicator, const Assessment& assessment)
{
    if (assessment.idle) return "0/0";
    if (assessment.status == Status::doubtful) return "存疑";
    return assessment.known ? with_unit(value_text(indicator, assessment), unit_of(indicator)) : "无数据";
}

std::optional<Instant> target_moment(const Policy& policy, const Indicator& indicator)
{
    if (!indicator.target || indicator.target->hold) return std::nullopt;
    return policy.zone.start_of(indicator.target->by + days{1});
}

std::string_view to_string(Status status)
{
    return name_in({"no_data", "on_track", "behind", "reached", "missed", "held", "not_held", "doubtful"}, status);
}

std::string_view status_name(Status status)
{
    return name_in({"无数据", "达序时", "落后", "已达标", "未达标", "保持", "未保持", "存疑"}, status);
}

}  // namespace planwatch
