#include "rules/plan.hpp"

#include "rules/names.hpp"

namespace planwatch {

namespace {

// A plan has tens to thousands of each; who looks names up by the million keeps an index of their own.
template <class T>
std::optional<std::uint32_t> position(const std::vector<T>& items, std::string_view id)
{
    for (std::uint32_t i = 0; i < items.size(); ++i)
        if (items[i].id == id) return i;
    return std::nullopt;
}

}  // namespace

std::string assumed_of(const Plan& plan, const Indicator& indicator)
{
    const bool counts_people = indicator.measure == Measure::per_thousand && !indicator.population;
    if (!counts_people || plan.population_assumed.empty()) return indicator.assumed;
    return indicator.assumed + (indicator.assumed.empty() ? "" : "；") + "人口：" + plan.population_assumed;
}

std::optional<UnitIndex> Plan::unit(std::string_view wanted) const { return position(units, wanted); }
std::optional<IndicatorIndex> Plan::indicator(std::string_view wanted) const { return position(indicators, wanted); }
std::optional<DutyIndex> Plan::duty(std::string_view wanted) const { return position(duties, wanted); }

Period::Kind period_kind(Cadence cadence)
{
    switch (cadence) {
        case Cadence::daily: return Period::Kind::day;
        case Cadence::weekly: return Period::Kind::week;
        case Cadence::monthly: return Period::Kind::month;
        case Cadence::quarterly: return Period::Kind::quarter;
        case Cadence::half_yearly: return Period::Kind::half_year;
        case Cadence::once:
        case Cadence::yearly: break;
    }
    return Period::Kind::year;
}

std::string_view to_string(Role role) { return name_in({"lead", "cooperate", "by_duty", "responsible"}, role); }

std::string_view to_string(UnitKind kind) { return name_in({"department", "town", "business", "office", "group"}, kind); }

std::string_view to_string(Measure measure) { return name_in({"count", "ratio", "per_thousand", "average", "done"}, measure); }

std::string_view to_string(Reported reported) { return name_in({"increment", "cumulative", "level", "derived"}, reported); }

std::string_view to_string(Cadence cadence)
{
    return name_in({"once", "daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly"}, cadence);
}

std::string_view to_string(CompositePart::Kind kind) { return name_in({"indicator", "on_time", "businesses_on_time"}, kind); }

std::string_view to_string(Comparator comparator) { return name_in({"at_least", "at_most", "exactly"}, comparator); }

std::string_view comparator_sign(Comparator comparator) { return name_in({">=", "<=", "="}, comparator); }

std::string_view role_name(Role role) { return name_in({"牵头", "配合", "按职责分工", "负责"}, role); }

}  // namespace planwatch
