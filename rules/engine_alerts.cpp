// Alerts of indicators, and the life of any alert.
#include "rules/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace planwatch {

namespace {

constexpr std::uint32_t bit(AlertKind kind) { return 1U << static_cast<unsigned>(kind); }

// How an indicator stands can be told at any time, so at its end too.
bool speaks_of_figures(AlertKind kind)
{
    return kind == AlertKind::behind_pace || kind == AlertKind::target_missed || kind == AlertKind::below_hold;
}

}  // namespace

// "区市场监管局（牵头）、区农委（配合）"; of a crowd the first, and how many they are.
std::string Engine::responsible_units(ClauseIndex clause) const
{
    constexpr std::size_t most = 50;
    const Plan& plan = policy_->plan;
    const auto& units = plan.clauses[clause].units;
    std::string text;
    for (std::size_t i = 0; i < std::min(units.size(), most); ++i)
        text += fmt::format("{}{}（{}）", text.empty() ? "" : "、", plan.units[units[i].unit].name, role_name(units[i].role));
    if (units.size() > most) text += fmt::format("等 {} 个单位", units.size());
    return text;
}

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
        bool fails;
        std::chrono::seconds hold;
    } conditions[] = {
        {AlertKind::behind_pace, now.known && !over && !now.meets_pace, what.pace.grace},
        {AlertKind::target_missed, over && !now.meets_target, std::chrono::seconds{0}},
        {AlertKind::below_hold, what.target->hold && now.known && !now.meets_target, std::chrono::seconds{0}},
    };
    std::uint32_t& active = unit ? series_[*series_of(indicator, *unit)].alerts : indicators_[indicator].alerts;
    for (const auto& [kind, fails, hold] : conditions) {
        // Broken is not resolved: what is doubtful begins no alert and ends none.
        const bool breached = now.status == Status::doubtful ? (active & bit(kind)) != 0 : fails;
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
        case AlertEvent::resolved: resolve(key, changes, speaks_of_figures(key.kind) ? make().why : SharedText{}); break;
        case AlertEvent::lapsed: resolve(key, changes); break;
        case AlertEvent::pending:
        case AlertEvent::fired: {
            Alert alert = make();
            alert.state = state;
            const LadderStep& first = policy_->ladder_of(key.kind).steps.front();
            alert.severity = first.severity;
            if (event == AlertEvent::fired) {
                notify(alert, "fired", first.severity, recipients_of(first, alert), changes);
                climb_from(alert);
            }
            changes.transitions.push_back({now_, event, alert});
            alerts_.insert_or_assign(key, std::move(alert));
        }
    }
    return state.phase != Phase::inactive;
}

// Ends it.
void Engine::resolve(const AlertKey& key, Changes& changes, SharedText cure)
{
    const auto found = alerts_.find(key);
    if (found == alerts_.end()) return;
    Alert alert = std::move(found->second);
    alerts_.erase(found);
    if (!cure.empty()) alert.why = std::move(cure);
    stop_climbing(alert);
    if (alert.acknowledged_until) openings_.erase({*alert.acknowledged_until, key});
    notify_of_end(alert, changes);
    const AlertEvent end = alert.state.phase == Phase::pending ? AlertEvent::lapsed : AlertEvent::resolved;
    changes.transitions.push_back({now_, end, std::move(alert)});
}

// The steps that an alert of this kind goes through while it lasts; those of slots stand in the agenda.
void Engine::climb_from(const Alert& alert)
{
    if (is_about_slot(alert.key.kind) || alert.state.phase != Phase::firing) return;
    const auto& steps = policy_->ladder_of(alert.key.kind).steps;
    const Day day = policy_->zone.day_of(alert.state.since);
    for (std::uint32_t i = 1; i < steps.size(); ++i) {
        const Instant at = step_instant(steps[i], day, alert.state.since, policy_->calendar, policy_->zone);
        if (at <= now_) continue;
        climbs_.insert({at, alert.key, i});
        return;
    }
}

void Engine::stop_climbing(const Alert& alert)
{
    if (is_about_slot(alert.key.kind) || alert.state.phase != Phase::firing) return;
    const auto& steps = policy_->ladder_of(alert.key.kind).steps;
    const Day day = policy_->zone.day_of(alert.state.since);
    for (std::uint32_t i = 1; i < steps.size(); ++i)
        climbs_.erase({step_instant(steps[i], day, alert.state.since, policy_->calendar, policy_->zone), alert.key, i});
}

void Engine::climb_kind(const Climb& climb, Changes& changes)
{
    Alert& alert = alerts_.at(climb.key);
    const LadderStep& step = policy_->ladder_of(climb.key.kind).steps[climb.step];
    alert.severity = std::max(alert.severity, step.severity);
    reword(alert, alert_now(alert), changes);
    tell(alert, step.name(), step.severity, recipients_of(step, alert), changes);
    climb_from(alert);
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
    alert.facts.emplace_back("responsible", responsible_units(what.clause));
    return alert;
}

std::optional<Alert> Engine::slot_alert_now(const Alert& alert) const
{
    const auto duty = duty_names_.find(alert.key.subject);
    const auto unit = unit_names_.find(alert.key.unit);
    const auto deadline = duty ? deadline_of(*duty, Period::parse(alert.key.period)) : std::nullopt;
    const auto circle = deadline && unit ? circle_told_as(*duty, *unit) : std::nullopt;
    if (!circle) return std::nullopt;
    return slot_alert(slot_pattern(alert.key.kind, *deadline, alert.severity), *deadline, *circle);
}

std::optional<Alert> Engine::indicator_alert_now(const AlertKey& key) const
{
    const auto indicator = indicator_names_.find(key.subject);
    if (!indicator) return std::nullopt;
    const bool each = policy_->plan.indicators[*indicator].each;
    return indicator_alert(key, *indicator, assessment(*indicator, each ? unit_names_.find(key.unit) : std::nullopt));
}

Alert Engine::alert_now(Alert alert) const
{
    std::optional<Alert> now;
    switch (alert.key.kind) {
        case AlertKind::due_soon:
        case AlertKind::overdue: now = slot_alert_now(alert); break;
        case AlertKind::behind_pace:
        case AlertKind::target_missed:
        case AlertKind::below_hold: now = indicator_alert_now(alert.key); break;
        case AlertKind::implausible: now = doubt_alert_now(alert.key); break;
        case AlertKind::undeliverable:
        case AlertKind::silence_ending: break;
    }
    if (!now) return alert;
    alert.why = std::move(now->why);
    alert.facts = std::move(now->facts);
    return alert;
}

}  // namespace planwatch
