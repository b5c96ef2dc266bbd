// [[duty]]: who owes what by when.
#include "config/plan_reader.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch::reading {
namespace {

const std::vector<std::pair<std::string_view, Cadence>> cadences{
    {"once", Cadence::once},           {"daily", Cadence::daily},             {"weekly", Cadence::weekly}, {"monthly", Cadence::monthly},
    {"quarterly", Cadence::quarterly}, {"half_yearly", Cadence::half_yearly}, {"yearly", Cadence::yearly}};

std::string_view example_of(Cadence cadence)
{
    switch (cadence) {
        case Cadence::daily: return "2023-09-14";
        case Cadence::weekly: return "2023-W36";
        case Cadence::monthly: return "2023-09";
        case Cadence::quarterly: return "2023-Q3";
        case Cadence::half_yearly: return "2023-H2";
        case Cadence::once:
        case Cadence::yearly: break;
    }
    return "2023";
}

}  // namespace

void PlanReader::read_duty(Section& section)
{
    Duty duty;
    duty.id = read_id(section, "duty", duties_);
    duty.name = section.text("name", "what is handed in, for people");
    duty.clause = read_clause_of(section).value_or(0);
    duty.cadence = section.word("cadence", cadences, Cadence::once, "once, daily, weekly, monthly, quarterly, half_yearly or yearly");
    read_due(section, duty);
    duty.units = read_units(section);
    read_duty_indicators(section, duty);
    duty.filing = section.flag("filing");
    read_periods(section, duty);
    read_duty_ladder(section, duty);
    duty.assumed = read_assumed(section, "duty/" + duty.id);
    section.refuse_unknown_keys();
    plan_.duties.push_back(std::move(duty));
}

void PlanReader::read_due(Section& section, Duty& duty)
{
    const std::string text = section.text("due", "when it falls due, such as \"period_end + 10d\"");
    if (text.empty()) return;
    Result<DueRule> rule = DueRule::parse(text);
    if (rule) {
        duty.due = *rule;
        return;
    }
    for (const Problem& problem : rule.error()) report_.add(*section.get("due"), fmt::format("'due': {}", problem.message));
}

void PlanReader::read_duty_indicators(Section& section, Duty& duty)
{
    for (const TextAt& text : section.texts("indicators")) {
        const auto index = indicators_.resolve(report_, text);
        if (!index) continue;
        const Indicator& indicator = plan_.indicators[*index];
        const bool is_reported = std::any_of(indicator.units.begin(), indicator.units.end(), [&](UnitIndex unit) {
            return std::find(duty.units.begin(), duty.units.end(), unit) != duty.units.end();
        });
        if (std::find(duty.indicators.begin(), duty.indicators.end(), *index) != duty.indicators.end())
            report_.add(*text.node, fmt::format("the indicator '{}' is listed twice", text.text));
        if (!is_reported) report_.add(*text.node, fmt::format("no unit of this duty reports '{}'; expected one of its units here", text.text));
        duty.indicators.push_back(*index);
    }
}

// The periods whose last day lies in the plan, from `first` to `last`; a duty of once reports on the plan's year.
void PlanReader::read_periods(Section& section, Duty& duty)
{
    const auto first = read_period(section, "first", duty);
    const auto last = read_period(section, "last", duty);
    if (!knows_days_) return;
    if (duty.cadence == Cadence::once) {
        duty.periods = {Period::containing(Period::Kind::year, Day{std::chrono::year{plan_.year} / 1 / 1})};
        return;
    }
    if (first && last && *last < *first) {
        report_.add(*section.get("last"), fmt::format("'last' is {}, before 'first', {}", last->to_string(), first->to_string()));
        return;
    }
    duty.periods = periods_between(period_kind(duty.cadence), plan_.starts, plan_.ends);
    std::erase_if(duty.periods, [&](const Period& period) { return (first && period < *first) || (last && *last < period); });
    if (!duty.periods.empty()) return;
    const toml::node* const where = first ? section.get("first") : last ? section.get("last") : section.get("cadence");
    report_.add(where ? *where : section.table(), fmt::format("{} reports on no period that ends from {} to {}", section.what(),
                                                              format_day(plan_.starts), format_day(plan_.ends)));
}

std::optional<Period> PlanReader::read_period(Section& section, std::string_view key, const Duty& duty)
{
    const std::string text = section.text(key);
    const toml::node* const node = section.get(key);
    if (!node || !node->is_string()) return {};
    const auto period = Period::parse(text);
    if (duty.cadence == Cadence::once) {
        report_.add(*node, fmt::format("a duty of once has no '{}' period", key));
    } else if (!period || period->kind() != period_kind(duty.cadence)) {
        report_.add(*node, fmt::format("'{}' is '{}'; expected a {} period such as \"{}\"", key, text, to_string(duty.cadence),
                                       example_of(duty.cadence)));
    } else {
        return period;
    }
    return {};
}

}  // namespace planwatch::reading
