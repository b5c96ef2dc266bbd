// What a report says of indicators.
#include "rules/forecast.hpp"
#include "rules/report_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace planwatch {

namespace {

// In a letter to one unit: its own part of what every unit must reach by itself.
std::optional<UnitIndex> own_part(const Making& making, const Indicator& indicator)
{
    return indicator.each ? making.task.unit : std::nullopt;
}

bool is_wanted(const Making& making, const Indicator& indicator)
{
    return !making.task.unit || std::find(indicator.units.begin(), indicator.units.end(), *making.task.unit) != indicator.units.end();
}

void compare(const Making& making, const Indicator& indicator, IndicatorLine& line)
{
    if (!making.earlier || making.task.unit) return;
    const auto index = making.earlier->policy->plan.indicator(indicator.id);
    if (!index) return;
    line.before = making.earlier->assessments[*index];
    line.attainment_before = attainment(making.earlier->policy->plan.indicators[*index], *line.before);
}

std::vector<TrendPoint> trend_of(const Making& making, IndicatorIndex index)
{
    const auto unit = own_part(making, making.plan().indicators[index]);
    std::vector<TrendPoint> trend;
    for (Period month = Period::containing(Period::Kind::month, making.plan().starts); month.first() <= making.end; month = month.next()) {
        const Day day = std::min(month.last(), making.end);
        const Assessment then = making.hindsight.assessment(index, day, making.judged, unit);
        TrendPoint point{.day = day, .value = {}, .expected = making.hindsight.expected(index, day, making.judged)};
        if (then.known) point.value = then.value;
        trend.push_back(point);
    }
    return trend;
}

// Sums of what comes in, as against how things stand and means of all that came in.
bool accumulates(const Plan& plan, const Indicator& indicator)
{
    if (indicator.measure != Measure::count && indicator.measure != Measure::per_thousand) return false;
    const auto grows = [](Reported reported) { return reported == Reported::increment || reported == Reported::cumulative; };
    if (indicator.reported != Reported::derived) return grows(indicator.reported);
    return std::all_of(indicator.parts.begin(), indicator.parts.end(), [&](IndicatorIndex part) { return grows(plan.indicators[part].reported); });
}

// Of what is divided and comes in by and by, the value is a mean of all of it.
bool averages(const Plan& plan, const Indicator& indicator)
{
    if (indicator.measure != Measure::ratio && indicator.measure != Measure::average) return false;
    if (indicator.reported != Reported::derived) return indicator.reported == Reported::increment;
    return std::any_of(indicator.parts.begin(), indicator.parts.end(), [&](IndicatorIndex part) { return plan.indicators[part].reported == Reported::increment; });
}

Day eve_of(const Plan& plan) { return plan.starts - std::chrono::days{1}; }

// At the ends of months, as far as figures are in or were due: a month that only some have reported yet would look like a poor one, and one
// amid the quarter that others report would leave its share to the next.
std::vector<KnownValue> known_values(const Making& making, IndicatorIndex index)
{
    const Plan& plan = making.plan();
    const Indicator& indicator = plan.indicators[index];
    const auto unit = own_part(making, indicator);
    std::vector<KnownValue> known;
    if (accumulates(plan, indicator)) known.push_back({eve_of(plan), 0});
    for (Period month = Period::containing(Period::Kind::month, plan.starts); month.first() <= making.end; month = month.next()) {
        const auto day = making.hindsight.whole_through(index, std::min(month.last(), making.end), making.judged);
        const auto newest = day ? making.hindsight.newest_figure(index, *day) : std::nullopt;
        if (!newest || (!known.empty() && *newest <= known.back().day) || making.hindsight.amid_a_period(index, *day, unit)) continue;
        const Assessment then = making.hindsight.assessment(index, *day, making.judged, unit);
        if (then.known) known.push_back({*day, then.value});
    }
    return known;
}

ForecastRule forecast_rule(const Making& making, const Indicator& indicator, const Assessment& now)
{
    ForecastRule rule{.mean_since = {}, .least = 0, .most = {}};
    if (averages(making.plan(), indicator)) rule.mean_since = eve_of(making.plan());
    if (accumulates(making.plan(), indicator)) rule.least = now.value;
    if (indicator.target->unit == "%") rule.most = 100;
    return rule;
}

// What begins at nothing has its first step before the first figure.
std::size_t fewest_figures(const Plan& plan, const Indicator& indicator)
{
    return accumulates(plan, indicator) || averages(plan, indicator) ? fewest_steps : fewest_steps + 1;
}

bool meets(const Target& target, double value)
{
    const double bound = target.value.to_double();
    const double slack = 1e-9 * std::max(1.0, std::abs(bound));
    switch (target.comparator) {
        case Comparator::at_least: return value >= bound - slack;
        case Comparator::at_most: return value <= bound + slack;
        case Comparator::exactly: break;
    }
    return std::abs(value - bound) <= slack;
}

void look_ahead(const Making& making, IndicatorLine& line)
{
    const Indicator& indicator = making.plan().indicators[line.indicator];
    const auto moment = target_moment(making.engine.policy(), indicator);
    if (!moment || making.judged >= *moment) return;
    if (line.now.status == Status::doubtful) {
        line.no_forecast = "所报数据存疑，不作推算";
        return;
    }
    const std::vector<KnownValue> known = known_values(making, line.indicator);
    if (!line.now.known) {
        line.no_forecast = "尚无数据，无法推算";
        return;
    }
    line.forecast = forecast(known, indicator.target->by, forecast_rule(making, indicator, line.now));
    if (line.forecast)
        line.forecast->reaches = meets(*indicator.target, line.forecast->value);
    else if (known.empty() || known.back().day < indicator.target->by)
        line.no_forecast = fmt::format("只有{}次完整数据，少于{}次，不足以推算", known.size() - (accumulates(making.plan(), indicator) ? 1 : 0), fewest_figures(making.plan(), indicator));
}

}  // namespace

void add_indicators(const Making& making, Report& report)
{
    const Plan& plan = making.plan();
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
        const Indicator& indicator = plan.indicators[i];
        if (!is_wanted(making, indicator)) continue;
        IndicatorLine line;
        line.indicator = i;
        line.now = making.hindsight.assessment(i, making.end, making.judged, own_part(making, indicator));
        line.standing = standing_of(line.now.status);
        line.attainment = attainment(indicator, line.now);
        compare(making, indicator, line);
        line.trend = trend_of(making, i);
        look_ahead(making, line);
        line.assumed = assumed_of(plan, indicator);
        line.why = explain(indicator, line.now);
        report.indicators.push_back(std::move(line));
    }
    std::stable_sort(report.indicators.begin(), report.indicators.end(),
                     [](const IndicatorLine& a, const IndicatorLine& b) { return a.standing < b.standing; });
}

}  // namespace planwatch
