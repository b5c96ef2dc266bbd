#include "rules/ladder.hpp"

#include "rules/names.hpp"

#include <fmt/format.h>

namespace planwatch {

std::string LadderStep::name() const
{
    if (offset == 0) return time ? "0" : "due";
    return fmt::format("{:+}{}", offset, working ? "wd" : "d");
}

Ladder default_ladder(Cadence cadence)
{
    using enum Audience;
    constexpr std::chrono::minutes nine = std::chrono::hours{9};
    if (cadence == Cadence::daily) return {"daily", {{0, true, std::nullopt, Severity::warning, {reporter}}}};
    if (cadence == Cadence::weekly) return {"weekly", {{0, true, std::nullopt, Severity::warning, {reporter, office}}}};
    return {"default",
            {
                {-7, true, nine, Severity::info, {reporter}},
                {-3, true, nine, Severity::info, {reporter}},
                {-1, true, nine, Severity::info, {reporter, unit_head}},
                {0, true, nine, Severity::info, {reporter, unit_head}},
                {0, true, std::nullopt, Severity::warning, {reporter, unit_head, office}},
                {1, true, nine, Severity::warning, {reporter, office}},
                {3, true, nine, Severity::warning, {reporter, unit_head, office}},
                {7, true, nine, Severity::critical, {reporter, unit_head, office, leaders}},
            }};
}

Ladder default_ladder(AlertKind kind)
{
    using enum Audience;
    constexpr std::chrono::minutes nine = std::chrono::hours{9};
    const bool critical = kind == AlertKind::target_missed || kind == AlertKind::below_hold;
    const Severity severity = critical ? Severity::critical : kind == AlertKind::silence_ending ? Severity::info : Severity::warning;
    if (kind == AlertKind::undeliverable || kind == AlertKind::silence_ending) return {"default", {{0, true, std::nullopt, severity, {office}}}};
    if (kind == AlertKind::implausible) return {"default", {{0, true, std::nullopt, severity, {reporter, office}}, {5, true, nine, severity, {reporter, office}}}};
    return {"default",
            {
                {0, true, std::nullopt, severity, {reporter, office}},
                {5, true, nine, Severity::warning, {reporter, unit_head}},
                {10, true, nine, severity, {unit_head, office, leaders}},
            }};
}

Instant step_instant(const LadderStep& step, Day date, Instant moment, const Calendar& calendar, const Zone& zone)
{
    if (step.offset == 0 && !step.time) return moment;
    const Day day = step.working ? calendar.add_working_days(date, step.offset).day : date + std::chrono::days{step.offset};
    return zone.to_instant(day + step.time.value_or(std::chrono::minutes{0}));
}

std::string_view to_string(Severity severity) { return name_in({"info", "warning", "critical"}, severity); }

std::string_view severity_name(Severity severity) { return name_in({"提示", "警告", "紧急"}, severity); }

}  // namespace planwatch
