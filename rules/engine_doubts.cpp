// Implausible figures: one that contradicts itself or its neighbours is stored, and questioned until a correction cures it.
#include "rules/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace planwatch {

// The figure itself; the one after it, which may have to be larger; and the totals that it is a part of.
void Engine::check_doubts(std::uint32_t index, const Period& period, Changes& changes)
{
    const SeriesState& series = series_[index];
    const auto& figures = series.figures;
    const auto at = std::find_if(figures.begin(), figures.end(), [&](const StoredFigure& f) { return f.period == period; });
    question(index, *at, changes);
    if (at + 1 != figures.end()) question(index, at[1], changes);
    for (const IndicatorIndex total : indicators_[series.id.indicator].dependents) {
        if (indicators_[total].reporting == 0) continue;
        for (std::uint32_t s = 0; s < policy_->plan.indicators[total].units.size(); ++s) {
            const std::uint32_t stating = indicators_[total].first_series + s;
            if (const StoredFigure* stated = stored(stating, period)) question(stating, *stated, changes);
        }
    }
}

void Engine::question(std::uint32_t index, const StoredFigure& figure, Changes& changes)
{
    SeriesState& series = series_[index];
    const auto doubt = doubt_about(index, figure);
    if (!doubt && series.doubts == 0) return;

    const Plan& plan = policy_->plan;
    const Indicator& what = plan.indicators[series.id.indicator];
    const Unit& unit = plan.units[series.id.unit];
    const AlertKey key{AlertKind::implausible, what.id, unit.id, figure.period.to_string()};
    const bool was = alerts_.contains(key);
    const auto make = [&] {
        Alert alert{.key = key};
        alert.why = fmt::format("{} {} {}（{}）：{}", unit.name, what.name, key.period, plan.clauses[what.clause].id, *doubt);
        alert.facts = {{"clause", plan.clauses[what.clause].id}, {"responsible", responsible_units(what.clause)}};
        return alert;
    };
    const bool is = follow(key, doubt.has_value(), std::chrono::seconds{0}, make, changes);
    if (is && !was) ++series.doubts;
    if (was && !is) --series.doubts;
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

// Of one period; empty until every unit of every part has reported it.
std::optional<Decimal> Engine::sum_of_parts(IndicatorIndex total, const Period& period) const
{
    Decimal sum;
    for (const IndicatorIndex part : policy_->plan.indicators[total].parts) {
        const std::vector<PeriodSum>& periods = indicators_[part].periods;
        const auto found = std::find_if(periods.rbegin(), periods.rend(), [&](const PeriodSum& p) { return p.period == period; });
        if (found == periods.rend() || found->units < policy_->plan.indicators[part].units.size()) return std::nullopt;
        sum += found->sum.numerator;
    }
    return sum;
}

}  // namespace planwatch
