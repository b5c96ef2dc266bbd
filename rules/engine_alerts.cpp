// Alerts of indicators, and who is told of any alert.
#include "rules/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace planwatch {

namespace {

constexpr std::uint32_t bit(AlertKind kind) { return 1U << static_cast<unsigned>(kind); }

Severity severity_of(AlertKind kind)
{
    switch (kind) {
        case AlertKind::target_missed:
        case AlertKind::below_hold:
        case AlertKind::undeliverable: return Severity::critical;
        case AlertKind::due_soon: return Severity::info;
        case AlertKind::overdue:
        case AlertKind::behind_pace:
        case AlertKind::implausible: break;
    }
    return Severity::warning;
}

void add(std::vector<Recipient>& all, std::vector<Recipient> more)
{
    for (Recipient& person : more)
        if (std::find(all.begin(), all.end(), person) == all.end()) all.push_back(std::move(person));
}

std::string responsible_units(const Plan& plan, ClauseIndex clause)
{
    std::string text;
    for (const Responsibility& r : plan.clauses[clause].units)
        text += fmt::format("{}{}（{}）", text.empty() ? "" : "、", plan.units[r.unit].name, role_name(r.role));
    return text;
}

}  // namespace

void Engine::judge_indicator(IndicatorIndex indicator, Changes& changes, std::optional<UnitIndex> unit)
{
    const Indicator& what = policy_->plan.indicators[indicator];
    if (what.target && !what.each) judge_part(indicator, {}, changes);
    if (what.target && what.each)
        for (const UnitIndex one : unit ? std::span{&*unit, 1} : std::span{what.units})
            if (series_of(indicator, one)) judge_part(indicator, one, changes);
    for (const IndicatorIndex dependent : indicators_[indicator].dependents) judge_indicator(dependent, changes, unit);
}

void Engine::judge_part(IndicatorIndex indicator, std::optional<UnitIndex> unit, Changes& changes)
{
    const Indicator& what = policy_->plan.indicators[indicator];
    const Assessment now = assessment(indicator, unit);
    const auto target_at = indicators_[indicator].target_at;
    const bool over = target_at && now_ >= *target_at;
    const struct {
        AlertKind kind;
        bool breached;
        std::chrono::seconds hold;
    } conditions[] = {
        {AlertKind::behind_pace, now.known && !over && !now.meets_pace, what.pace.grace},
        {AlertKind::target_missed, over && !now.meets_target, std::chrono::seconds{0}},
        {AlertKind::below_hold, what.target->hold && now.known && !now.meets_target, std::chrono::seconds{0}},
    };
    std::uint32_t& active = unit ? series_[*series_of(indicator, *unit)].alerts : indicators_[indicator].alerts;
    for (const auto& [kind, breached, hold] : conditions) {
        if (!breached && (active & bit(kind)) == 0) continue;
        const AlertKey key = part_key(kind, indicator, unit);
        const auto ripens = [&, lasting = hold]() -> std::optional<Ripening> {
            const auto found = alerts_.find(key);
            if (found == alerts_.end() || found->second.state.phase != Phase::pending) return std::nullopt;
            return Ripening{found->second.state.since + lasting, indicator, unit};
        };
        if (const auto waiting = ripens()) ripening_.erase(*waiting);
        const bool goes_on = follow(key, breached, hold, [&] { return indicator_alert(key, indicator, now); }, changes);
        active = goes_on ? active | bit(kind) : active & ~bit(kind);
        if (const auto waiting = ripens()) ripening_.insert(*waiting);
    }
}

// The alert hangs on the unit where one unit alone answers for the figure.
AlertKey Engine::part_key(AlertKind kind, IndicatorIndex indicator, std::optional<UnitIndex> unit) const
{
    const Indicator& what = policy_->plan.indicators[indicator];
    if (!unit && what.units.size() == 1) unit = what.units[0];
    return {kind, what.id, unit ? policy_->plan.units[*unit].id : "", ""};
}

bool Engine::follow(const AlertKey& key, bool breached, std::chrono::seconds hold, const std::function<Alert()>& make, Changes& changes)
{
    const auto found = alerts_.find(key);
    const auto [state, event] = step(found == alerts_.end() ? AlertState{} : found->second.state, breached, now_, hold);
    switch (event) {
        case AlertEvent::none: break;
        case AlertEvent::resolved: resolve(key, changes); break;
        case AlertEvent::lapsed:
            changes.transitions.push_back({now_, event, found->second});
            alerts_.erase(found);
            break;
        case AlertEvent::pending:
        case AlertEvent::fired: {
            Alert alert = make();
            alert.state = state;
            alert.severity = severity_of(key.kind);
            changes.transitions.push_back({now_, event, alert});
            Alert& kept = alerts_.insert_or_assign(key, std::move(alert)).first->second;
            if (event == AlertEvent::fired) tell(kept, "fired", kept.severity, recipients_of(kept), changes);
        }
    }
    return state.phase != Phase::inactive;
}

// Everyone who was told of a problem learns of its end; a reminder that did its work needs no second mail.
void Engine::resolve(const AlertKey& key, Changes& changes)
{
    const auto found = alerts_.find(key);
    if (found == alerts_.end()) return;
    Alert alert = std::move(found->second);
    alerts_.erase(found);
    changes.transitions.push_back({now_, AlertEvent::resolved, alert});
    if (key.kind != AlertKind::due_soon) tell(alert, "resolved", Severity::info, std::vector<Recipient>{alert.told}, changes);
}

void Engine::tell(Alert& alert, std::string_view step_name, Severity severity, const std::vector<Recipient>& recipients, Changes& changes)
{
    if (now_ < begins_) return;
    const bool resolved = step_name == "resolved";
    if (!resolved && alert.acknowledged_until && now_ < *alert.acknowledged_until) return;
    bool news = false;
    for (const Recipient& person : recipients) {
        changes.notices.push_back({++last_notice_, now_, alert.key.id(policy_->plan.id), std::string{step_name}, severity, person, alert.why});
        if (resolved || std::find(alert.told.begin(), alert.told.end(), person) != alert.told.end()) continue;
        alert.told.push_back(person);
        news = true;
    }
    if (news) changes.transitions.push_back({now_, AlertEvent::none, alert});
}

std::vector<Recipient> Engine::recipients_of(const Alert& alert) const
{
    const Plan& plan = policy_->plan;
    std::vector<Recipient> all;
    const auto indicator = indicator_names_.find(alert.key.subject);
    const auto unit = unit_names_.find(alert.key.unit);
    if (unit)
        add(all, policy_->directory.reach(plan, Audience::reporter, &plan.units[*unit]));
    else if (indicator && alert.key.kind != AlertKind::undeliverable)
        for (const UnitIndex u : plan.indicators[*indicator].units)
            add(all, policy_->directory.reach(plan, Audience::reporter, &plan.units[u]));
    add(all, policy_->directory.reach(plan, Audience::office, nullptr));
    return all;
}

// Told once, at the beginning: of slots, as the last step of the ladder that has passed; of the rest, that it fired.
void Engine::tell_what_fires(Changes& changes)
{
    climb_where_untold(changes);
    for (auto& [key, alert] : alerts_)
        if (alert.told.empty() && alert.state.phase == Phase::firing && key.kind != AlertKind::due_soon && key.kind != AlertKind::overdue)
            tell(alert, "fired", alert.severity, recipients_of(alert), changes);
}

Alert Engine::indicator_alert(AlertKey key, IndicatorIndex indicator, const Assessment& now) const
{
    const Indicator& what = policy_->plan.indicators[indicator];
    const Clause& clause = policy_->plan.clauses[what.clause];
    Alert alert{.key = std::move(key)};
    alert.why = fmt::format("{}（{}）：{}", what.name, clause.id, explain(what, now));
    const auto number = [](double value) { return fmt::format("{:.6g}", value); };
    if (now.known) alert.facts.emplace_back("value", number(now.value));
    if (what.target) alert.facts.emplace_back("target", fmt::format("{} {} {}", comparator_sign(what.target->comparator), what.target->value.to_string(), what.target->unit));
    if (now.expected) alert.facts.emplace_back("expected", number(*now.expected));
    alert.facts.emplace_back("through", format_day(now.through));
    if (now.days_total > 0) alert.facts.emplace_back("days_gone", fmt::format("{}/{}", now.days_gone, now.days_total));
    alert.facts.emplace_back("missing", number(now.missing));
    if (now.weekly_rate) alert.facts.emplace_back("weekly_rate", number(*now.weekly_rate));
    alert.facts.emplace_back("clause", clause.id);
    alert.facts.emplace_back("responsible", responsible_units(policy_->plan, what.clause));
    return alert;
}

std::string Engine::why_now(const Alert& alert) const
{
    const auto indicator = indicator_names_.find(alert.key.subject);
    const bool figures = alert.key.kind == AlertKind::behind_pace || alert.key.kind == AlertKind::target_missed || alert.key.kind == AlertKind::below_hold;
    if (!indicator || !figures) return alert.why;
    const bool each = policy_->plan.indicators[*indicator].each;
    return indicator_alert(alert.key, *indicator, assessment(*indicator, each ? unit_names_.find(alert.key.unit) : std::nullopt)).why;
}

}  // namespace planwatch
