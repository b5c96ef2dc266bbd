#include "rules/hindsight.hpp"

#include <algorithm>
#include <map>

namespace planwatch {

namespace {

// Of two periods that end on one day the longer one counts as the newer, as in the engine.
bool is_newer(const Period& period, const Period& other)
{
    const Day last = period.last(), other_last = other.last();
    return last != other_last ? last > other_last : period.kind() > other.kind();
}

bool is_held(const Indicator& indicator) { return indicator.target && indicator.target->hold; }

}  // namespace

Hindsight::Hindsight(const Engine& engine)
    : engine_{engine}, plan_{engine.policy().plan}, series_(engine.series_count()), wholes_(plan_.indicators.size()), dues_(plan_.indicators.size())
{
    const Zone& zone = engine.policy().zone;
    std::uint32_t next = 0;
    for (IndicatorIndex i = 0; i < plan_.indicators.size(); ++i) {
        first_series_.push_back(next);
        std::map<Period, std::pair<std::size_t, Day>> periods;  // how many units, and the day on which the last of them counts
        for (std::size_t unit = 0; unit < plan_.indicators[i].units.size(); ++unit, ++next) {
            for (const StoredFigure& stored : engine.figures_of(next)) {
                const Day counts_from = std::min(stored.period.last(), zone.day_of(stored.at));
                series_[next].push_back({counts_from, stored.period, stored.figure});
                auto& [units, day] = periods.try_emplace(stored.period, 0, counts_from).first->second;
                ++units;
                day = std::max(day, counts_from);
            }
        }
        for (const auto& [period, whole] : periods)
            if (whole.first == plan_.indicators[i].units.size()) wholes_[i].push_back(whole.second);
    }
    first_series_.push_back(next);
    for (const Deadline& deadline : engine.deadlines())
        for (const IndicatorIndex i : plan_.duties[deadline.duty].indicators) dues_[i].push_back({deadline.period.last(), deadline.due.moment});
}

// As the engine sums them up: increments add up, of the others the newest counts, and of a target to be held that of the newest period.
std::optional<Figure> Hindsight::sum_of(IndicatorIndex indicator, Day end, std::optional<UnitIndex> unit, bool hold) const
{
    const bool adds = plan_.indicators[indicator].reported == Reported::increment && !hold;
    std::uint32_t first = first_series_[indicator], last = first_series_[indicator + 1];
    if (unit) {
        const auto own = engine_.series_of(indicator, *unit);
        if (!own) return std::nullopt;
        first = *own;
        last = *own + 1;
    }
    std::optional<Figure> sum;
    std::optional<Period> newest;  // of the whole, held
    for (std::uint32_t series = first; series < last; ++series) {
        const Counted* latest = nullptr;
        for (const Counted& counted : series_[series]) {
            if (counted.day > end) continue;
            latest = &counted;
            if (adds) sum = sum.value_or(Figure{}) += counted.figure;
        }
        if (adds || !latest) continue;
        if (hold && newest && *newest != latest->period) {
            if (is_newer(*newest, latest->period)) continue;
            sum.reset();
        }
        newest = latest->period;
        sum = sum.value_or(Figure{}) += latest->figure;
    }
    return sum;
}

std::optional<Figure> Hindsight::figure(IndicatorIndex indicator, Day end, std::optional<UnitIndex> unit) const
{
    const Indicator& what = plan_.indicators[indicator];
    if (what.reported != Reported::derived) return sum_of(indicator, end, unit, is_held(what));
    std::optional<Figure> sum;
    for (const IndicatorIndex part : what.parts)
        if (const auto figure = sum_of(part, end, unit, is_held(what))) sum = sum.value_or(Figure{}) += *figure;
    return sum;
}

// What no duty collects is held against its pace at each month's end.
std::optional<Day> Hindsight::due_through(IndicatorIndex indicator, Day end, Instant at) const
{
    std::optional<Day> through;
    for (const DueFigures& due : dues_[indicator])
        if (due.through <= end && due.moment <= at) through = std::max(through, std::optional{due.through});
    const Indicator& what = plan_.indicators[indicator];
    if (!dues_[indicator].empty() || !what.parts.empty() || what.pace.kind == Pace::Kind::none) return through;
    Period month = Period::containing(Period::Kind::month, end);
    while (month.last() > end || engine_.policy().zone.start_of(month.last() + std::chrono::days{1}) > at) month = month.previous();
    return month.last() >= plan_.issued ? std::optional{month.last()} : std::nullopt;
}

std::optional<Day> Hindsight::known_through(IndicatorIndex indicator, Day end, Instant at, std::optional<UnitIndex> unit) const
{
    std::optional<Day> through = due_through(indicator, end, at);
    if (!unit) {
        for (const Day whole : wholes_[indicator])
            if (whole <= end) through = std::max(through, std::optional{whole});
        return through;
    }
    const auto own = engine_.series_of(indicator, *unit);
    if (!own) return through;
    for (const Counted& counted : series_[*own])
        if (counted.day <= end) through = std::max(through, std::optional{counted.day});
    return through;
}

std::optional<Day> Hindsight::through(IndicatorIndex indicator, Day end, Instant at, std::optional<UnitIndex> unit) const
{
    const Indicator& what = plan_.indicators[indicator];
    if (what.reported != Reported::derived) return known_through(indicator, end, at, unit);
    std::optional<Day> through;
    for (const IndicatorIndex part : what.parts)
        if (const auto known = known_through(part, end, at, unit)) through = std::min(through.value_or(*known), *known);
    return std::max(through, due_through(indicator, end, at));
}

std::optional<Day> Hindsight::whole_through(IndicatorIndex indicator, Day end, Instant at) const { return through(indicator, end, at, {}); }

Assessment Hindsight::assessment(IndicatorIndex indicator, Day end, Instant at, std::optional<UnitIndex> unit) const
{
    const Indicator& what = plan_.indicators[indicator];
    const Day known = through(indicator, end, at, unit).value_or(plan_.starts - std::chrono::days{1});
    return assess(engine_.policy(), what, figure(indicator, end, unit), unit ? 1 : what.units.size(), known, at);
}

std::optional<double> Hindsight::expected(IndicatorIndex indicator, Day end, Instant at) const
{
    return assess(engine_.policy(), plan_.indicators[indicator], {}, 0, end, at).expected;
}

bool Hindsight::amid_a_period(IndicatorIndex indicator, Day end, std::optional<UnitIndex> unit) const
{
    const Indicator& what = plan_.indicators[indicator];
    if (what.reported == Reported::derived) return std::ranges::any_of(what.parts, [&](IndicatorIndex part) { return amid_a_period(part, end, unit); });
    std::uint32_t first = first_series_[indicator], last = first_series_[indicator + 1];
    if (unit) {
        const auto own = engine_.series_of(indicator, *unit);
        if (!own) return false;
        first = *own;
        last = *own + 1;
    }
    return std::any_of(series_.begin() + first, series_.begin() + last, [&](const std::vector<Counted>& figures) {
        const auto later = std::ranges::find_if(figures, [&](const Counted& counted) { return counted.day > end; });
        if (later != figures.end()) return later->period.first() <= end;
        if (figures.empty() || figures.back().day == end) return false;
        return Period::containing(figures.back().period.kind(), end).last() > end;
    });
}

std::optional<Figure> Hindsight::figure_within(IndicatorIndex indicator, UnitIndex unit, Day first, Day end) const
{
    const auto own = engine_.series_of(indicator, unit);
    if (!own) return std::nullopt;
    const bool adds = plan_.indicators[indicator].reported == Reported::increment;
    std::optional<Figure> within;
    for (const Counted& counted : series_[*own]) {
        if (counted.day < first || counted.day > end) continue;
        within = adds && within ? *within += counted.figure : counted.figure;
    }
    return within;
}

std::optional<Day> Hindsight::newest_figure(IndicatorIndex indicator, Day end) const
{
    const Indicator& what = plan_.indicators[indicator];
    std::optional<Day> newest;
    if (what.reported == Reported::derived) {
        for (const IndicatorIndex part : what.parts) newest = std::max(newest, newest_figure(part, end));
        return newest;
    }
    for (std::uint32_t series = first_series_[indicator]; series < first_series_[indicator + 1]; ++series)
        for (const Counted& counted : series_[series])
            if (counted.day <= end) newest = std::max(newest, std::optional{counted.day});
    return newest;
}

}  // namespace planwatch
