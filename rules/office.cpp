#include "rules/office.hpp"

#include <algorithm>

namespace planwatch {

namespace {

template <class Value>
bool admits(const std::vector<Value>& named, const Value& value)
{
    return named.empty() || std::find(named.begin(), named.end(), value) != named.end();
}

bool admits_unit(const Route& route, const Plan& plan, std::optional<UnitIndex> unit)
{
    if (route.units.empty()) return true;
    for (; unit; unit = plan.units[*unit].parent)
        if (admits(route.units, plan.units[*unit].id)) return true;
    return false;
}

}  // namespace

bool matches(const Route& route, const Plan& plan, std::optional<UnitIndex> unit, AlertKind kind, Severity severity)
{
    return severity >= route.least && admits(route.kinds, kind) && admits(route.plans, plan.id) && admits_unit(route, plan, unit);
}

}  // namespace planwatch
