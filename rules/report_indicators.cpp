// What a report says of indicators.
#include "rules/report_parts.hpp"

#include <algorithm>

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
        line.assumed = assumed_of(plan, indicator);
        line.why = explain(indicator, line.now);
        report.indicators.push_back(std::move(line));
    }
    std::stable_sort(report.indicators.begin(), report.indicators.end(),
                     [](const IndicatorLine& a, const IndicatorLine& b) { return a.standing < b.standing; });
}

}  // namespace planwatch
