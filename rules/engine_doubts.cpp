// Implausible figures: one that contradicts itself or its neighbours is stored, and questioned until a correction cures it.
#include "rules/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace planwatch {

// The figure itself; the one after it, which may have to be larger; and the totals stated for its days.
void Engine::check_doubts(std::uint32_t index, const Period& period, Changes& changes)
{
    const SeriesState& series = series_[index];
    const auto& figures = series.figures;
    const auto at = std::find_if(figures.begin(), figures.end(), [&](const StoredFigure& f) { return f.period == period; });
    question(index, *at, changes);
    if (at + 1 != figures.end()) question(index, at[1], changes);
    for (const IndicatorIndex total : indicators_[series.id.indicator].dependents) {
        if (indicators_[total].reporting == 0) continue;
        for (std::uint32_t s = 0; s < policy_->plan.indicators[total].units.size(); ++s) question_around(indicators_[total].first_series + s, period.last(), changes);
    }
}

// Whatever rhythm its unit keeps, a figure in which the day counts is of one of these periods.
void Engine::question_around(std::uint32_t index, Day of, Changes& changes)
{
    using enum Period::Kind;
    if (series_[index].figures.empty()) return;
    for (const Period::Kind kind : {Period::Kind::day, week, month, quarter, half_year, year})
        if (const StoredFigure* told = stored(index, Period::containing(kind, of))) question(index, *told, changes);
}

void Engine::question(std::uint32_t index, const StoredFigure& figure, Changes& changes)
{
    SeriesState& series = series_[index];
    const auto doubt = doubt_about(index, figure);
    if (!doubt && series.doubts == 0) return;

    const Plan& plan = policy_->plan;
    const AlertKey key{AlertKind::implausible, plan.indicators[series.id.indicator].id, plan.units[series.id.unit].id, figure.period.to_string()};
    const bool was = alerts_.contains(key);
    const bool is = follow(key, doubt.has_value(), std::chrono::seconds{0}, [&] { return doubt_alert(key, index, *doubt); }, changes);
    if (is && !was) ++series.doubts;
    if (was && !is) --series.doubts;
}

Alert Engine::doubt_alert(AlertKey key, std::uint32_t index, std::string_view doubt) const
{
    const Plan& plan = policy_->plan;
    const Indicator& what = plan.indicators[series_[index].id.indicator];
    const Clause& clause = plan.clauses[what.clause];
    Alert alert{.key = std::move(key)};
    alert.why = fmt::format("{} {} {}（{}）：{}", plan.units[series_[index].id.unit].name, what.name, alert.key.period, clause.id, doubt);
    alert.facts = {{"clause", clause.id}, {"responsible", responsible_units(what.clause)}};
    return alert;
}

// Empty where nothing is wrong with the figure any more.
std::optional<Alert> Engine::doubt_alert_now(const AlertKey& key) const
{
    const auto indicator = indicator_names_.find(key.subject);
    const auto unit = unit_names_.find(key.unit);
    const auto series = indicator && unit ? series_of(*indicator, *unit) : std::nullopt;
    const auto period = Period::parse(key.period);
    const StoredFigure* figure = series && period ? stored(*series, *period) : nullptr;
    const auto doubt = figure ? doubt_about(*series, *figure) : std::nullopt;
    return doubt ? std::optional{doubt_alert(key, *series, *doubt)} : std::nullopt;
}

// The first thing that is wrong with it, for people; nothing where it may be right.
std::optional<std::string> Engine::doubt_about(std::uint32_t index, const StoredFigure& figure) const
{
    const SeriesState& series = series_[index];
    const Indicator& what = policy_->plan.indicators[series.id.indicator];
    const Decimal value = figure.figure.numerator;
    if (what.measure == Measure::ratio && value > figure.figure.denominator)
        return fmt::format("分子 {} 大于分母 {}", value.to_string(), figure.figure.denominator.to_string());

    const bool never_falls = what.reported == Reported::cumulative && what.measure != Measure::ratio && what.measure != Measure::average;
    const StoredFigure* begin = series.figures.data();
    const StoredFigure* before = &figure == begin ? nullptr : &figure - 1;
    if (never_falls && before && value < before->figure.numerator)
        return fmt::format("累计数 {} 小于 {} 的 {}", value.to_string(), before->period.to_string(), before->figure.numerator.to_string());

    const auto parts = what.reported == Reported::derived ? sum_of_parts(series.id.indicator, figure.period) : std::nullopt;
    if (parts && value != *parts) return fmt::format("所报合计 {} 不等于各分项之和 {}", value.to_string(), parts->to_string());
    return std::nullopt;
}

// As a total of that period would be stated: of increments what came in within it, of the others how they stand at its end. Empty until
// every unit of every part has reported that, and where the parts do not come in alike.
std::optional<Decimal> Engine::sum_of_parts(IndicatorIndex total, const Period& period) const
{
    const Plan& plan = policy_->plan;
    const auto& parts = plan.indicators[total].parts;
    const auto adds = [&](IndicatorIndex part) { return plan.indicators[part].reported == Reported::increment; };
    const auto increments = std::ranges::count_if(parts, adds);
    if (increments != 0 && increments != std::ssize(parts)) return std::nullopt;
    Decimal sum;
    for (const IndicatorIndex part : parts) {
        const auto whole = sum_reported(part, period);
        if (!whole) return std::nullopt;
        sum += *whole;
    }
    return sum;
}

// Over all its units. Most keep one rhythm, and their sum is at hand.
std::optional<Decimal> Engine::sum_reported(IndicatorIndex indicator, const Period& period) const
{
    const std::vector<PeriodSum>& all = indicators_[indicator].periods;
    const auto from = std::ranges::partition_point(all, [&](const PeriodSum& p) { return p.period.last() < period.first(); });
    const auto to = std::partition_point(from, all.end(), [&](const PeriodSum& p) { return p.period.last() <= period.last(); });
    const std::span<const PeriodSum> within{from, to};
    const Indicator& what = policy_->plan.indicators[indicator];
    const auto same = std::find_if(within.rbegin(), within.rend(), [&](const PeriodSum& p) { return p.period == period; });
    if (same != within.rend() && same->units == what.units.size()) return same->sum.numerator;
    return what.reported == Reported::increment ? sum_of_shorter(what.units.size(), period, within) : sum_at_end(indicator, period, within);
}

// Increments of one unit never overlap, so each day counts once a unit: where all days are there, every unit has told of the whole period.
std::optional<Decimal> Engine::sum_of_shorter(std::size_t units, const Period& period, std::span<const PeriodSum> within)
{
    const auto days_of = [](const Period& p) { return (p.last() - p.first()).count() + 1; };
    auto missing = static_cast<std::int64_t>(units) * days_of(period);
    Decimal sum;
    for (const PeriodSum& shorter : within) {
        if (shorter.period.first() < period.first()) continue;
        missing -= std::int64_t{shorter.units} * days_of(shorter.period);
        sum += shorter.sum.numerator;
    }
    return missing == 0 && !within.empty() ? std::optional{sum} : std::nullopt;
}

// Periods of several kinds end on one day, and a unit may have told of it twice: unit by unit, once enough are in.
std::optional<Decimal> Engine::sum_at_end(IndicatorIndex indicator, const Period& period, std::span<const PeriodSum> within) const
{
    const std::size_t units = policy_->plan.indicators[indicator].units.size();
    std::size_t told = 0;
    for (auto p = within.rbegin(); p != within.rend() && p->period.last() == period.last(); ++p) told += p->units;
    if (told == 0 || told < units) return std::nullopt;
    Decimal sum;
    for (std::size_t s = 0; s < units; ++s) {
        const auto& figures = series_[indicators_[indicator].first_series + s].figures;
        const auto later = std::ranges::partition_point(figures, [&](const StoredFigure& f) { return f.period.last() <= period.last(); });
        if (later == figures.begin() || (later - 1)->period.last() != period.last()) return std::nullopt;
        sum += (later - 1)->figure.numerator;
    }
    return sum;
}

}  // namespace planwatch
