#include "rules/alert.hpp"

#include "rules/names.hpp"

#include <initializer_list>

namespace planwatch {

namespace {

std::string_view or_dash(std::string_view part) { return part.empty() ? "-" : part; }

}  // namespace

Step step(AlertState state, bool breached, Instant now, std::chrono::seconds hold)
{
    if (!breached) {
        const AlertEvent ends[] = {AlertEvent::none, AlertEvent::lapsed, AlertEvent::resolved};
        return {.state = {}, .event = ends[static_cast<std::size_t>(state.phase)]};
    }
    if (state.phase == Phase::firing) return {.state = state};
    const bool begins = state.phase == Phase::inactive;
    const Instant since = begins ? now : state.since;
    if (now - since >= hold) return {.state = {Phase::firing, now}, .event = AlertEvent::fired};
    return {.state = {Phase::pending, since}, .event = begins ? AlertEvent::pending : AlertEvent::none};
}

std::string AlertKey::id(std::string_view plan) const
{
    std::string id;
    id.reserve(plan.size() + subject.size() + unit.size() + period.size() + 24);  // the longest kind, colons and dashes
    id.append(plan);
    for (const std::string_view part : {to_string(kind), or_dash(subject), or_dash(unit), or_dash(period)}) id.append(1, ':').append(part);
    return id;
}

// The subject may hold colons of its own ("unit:agri"); the other parts do not.
std::optional<AlertKey> AlertKey::parse(std::string_view id, std::string_view plan)
{
    if (!id.starts_with(plan) || id.size() <= plan.size() || id[plan.size()] != ':') return std::nullopt;
    id.remove_prefix(plan.size() + 1);
    const auto kind_end = id.find(':');
    const auto period_at = id.rfind(':');
    if (kind_end == id.npos || period_at <= kind_end) return std::nullopt;
    const auto unit_at = id.rfind(':', period_at - 1);
    const auto kind = parse_alert_kind(id.substr(0, kind_end));
    if (!kind || unit_at == id.npos || unit_at <= kind_end) return std::nullopt;
    const auto part = [](std::string_view text) { return std::string{text == "-" ? std::string_view{} : text}; };
    return AlertKey{*kind, part(id.substr(kind_end + 1, unit_at - kind_end - 1)), part(id.substr(unit_at + 1, period_at - unit_at - 1)),
                    part(id.substr(period_at + 1))};
}

std::string_view to_string(Phase phase) { return name_in({"inactive", "pending", "firing"}, phase); }

}  // namespace planwatch
