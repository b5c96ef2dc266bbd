// Alerts of indicators, and who is told of any alert.
#include "rules/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace planwatch {

namespace {

constexpr std::uint32_t bit(AlertKind kind) { return 1U << static_cast<unsigned>(kind); }

Severity severity_of(AlertKind kind)
{
    switch (kind) {
        case AlertKind::target_missed:
        case AlertKind::below_hold:
        case AlertKind::undeliverable: return Severity::critical;
        case AlertKind::due_soon:
        case AlertKind::silence_ending: return Severity::info;
        case AlertKind::overdue:
        case AlertKind::behind_pace:
        case AlertKind::implausible: break;
    }
    return Severity::warning;
}

// Its words can be made anew at any time from the figures as they stand.
bool speaks_of_figures(AlertKind kind)
{
    return kind == AlertKind::behind_pace || kind == AlertKind::target_missed || kind == AlertKind::below_hold;
}

// Those of `more` (each of them once) who are not there yet, in order. An indicator may have tens of thousands of reporters.
void add_new(std::vector<Recipient>& all, std::vector<Recipient> more)
{
    if (all.empty()) {
        all = std::move(more);
        return;
    }
    constexpr std::size_t few = 16;
    if (all.size() + more.size() <= few) {
        for (const Recipient& person : more)
            if (std::find(all.begin(), all.end(), person) == all.end()) all.push_back(person);
        return;
    }
    std::set<Recipient> known{all.begin(), all.end()};
    for (const Recipient& person : more)
        if (known.insert(person).second) all.push_back(person);
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
        case AlertEvent::resolved: resolve(key, changes, speaks_of_figures(key.kind) ? make().why : std::string{}); break;
        case AlertEvent::lapsed: resolve(key, changes); break;
        case AlertEvent::pending:
        case AlertEvent::fired: {
            Alert alert = make();
            alert.state = state;
            alert.severity = severity_of(key.kind);
            if (event == AlertEvent::fired) notify(alert, "fired", alert.severity, recipients_of(alert), changes);
            changes.transitions.push_back({now_, event, alert});
            alerts_.insert_or_assign(key, std::move(alert));
        }
    }
    return state.phase != Phase::inactive;
}

// Ends it. Everyone who was told of a problem learns of its end; a reminder that did its work needs no second mail.
void Engine::resolve(const AlertKey& key, Changes& changes, std::string cure)
{
    const auto found = alerts_.find(key);
    if (found == alerts_.end()) return;
    Alert alert = std::move(found->second);
    alerts_.erase(found);
    if (!cure.empty()) alert.why = std::move(cure);
    if (key.kind != AlertKind::due_soon) notify_of_end(alert, changes);
    const AlertEvent end = alert.state.phase == Phase::pending ? AlertEvent::lapsed : AlertEvent::resolved;
    changes.transitions.push_back({now_, end, std::move(alert)});
}

void Engine::notify_of_end(const Alert& alert, Changes& changes)
{
    const std::string id = alert.key.id(policy_->plan.id);
    for (const Recipient& person : alert.told) changes.notices.push_back({++last_notice_, now_, id, "resolved", Severity::info, person, alert.why});
}

bool Engine::notify(Alert& alert, std::string_view step_name, Severity severity, std::vector<Recipient> recipients, Changes& changes)
{
    if (now_ < begins_) return false;
    if (alert.acknowledged_until && now_ < *alert.acknowledged_until) return false;
    const std::string id = alert.key.id(policy_->plan.id);
    for (const Recipient& person : recipients)
        changes.notices.push_back({++last_notice_, now_, id, std::string{step_name}, severity, person, alert.why});
    const std::size_t knew = alert.told.size();
    add_new(alert.told, std::move(recipients));
    return alert.told.size() > knew;
}

void Engine::tell(Alert& alert, std::string_view step_name, Severity severity, std::vector<Recipient> recipients, Changes& changes)
{
    if (notify(alert, step_name, severity, std::move(recipients), changes)) changes.transitions.push_back({now_, AlertEvent::none, alert});
}

std::vector<Recipient> Engine::recipients_of(const Alert& alert) const
{
    const Plan& plan = policy_->plan;
    const auto indicator = indicator_names_.find(alert.key.subject);
    const auto unit = unit_names_.find(alert.key.unit);
    std::vector<UnitIndex> units;
    if (unit)
        units = {*unit};
    else if (indicator && alert.key.kind != AlertKind::undeliverable)
        units = plan.indicators[*indicator].units;

    std::vector<Recipient> all = policy_->directory.reach(plan, Audience::office, nullptr);
    std::set<Recipient> known{all.begin(), all.end()};
    std::vector<Recipient> reporters;
    for (const UnitIndex one : units)
        for (Recipient& person : policy_->directory.reach(plan, Audience::reporter, &plan.units[one]))
            if (known.insert(person).second) reporters.push_back(std::move(person));
    all.insert(all.begin(), std::move_iterator{reporters.begin()}, std::move_iterator{reporters.end()});
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
    alert.facts.emplace_back("responsible", responsible_units(what.clause));
    return alert;
}

std::optional<Alert> Engine::slot_alert_now(const Alert& alert) const
{
    if (alert.key.kind != AlertKind::due_soon && alert.key.kind != AlertKind::overdue) return std::nullopt;
    const auto duty = duty_names_.find(alert.key.subject);
    const auto unit = unit_names_.find(alert.key.unit);
    const auto deadline = duty ? deadline_of(*duty, Period::parse(alert.key.period)) : std::nullopt;
    const auto circle = deadline && unit ? circle_told_as(*duty, *unit) : std::nullopt;
    if (!circle) return std::nullopt;
    return slot_alert(slot_pattern(alert.key.kind, *deadline, alert.severity), *deadline, *circle);
}

std::string Engine::why_now(const Alert& alert) const
{
    if (const auto slot = slot_alert_now(alert)) return slot->why;
    const auto indicator = indicator_names_.find(alert.key.subject);
    if (!indicator || !speaks_of_figures(alert.key.kind)) return alert.why;
    const bool each = policy_->plan.indicators[*indicator].each;
    return indicator_alert(alert.key, *indicator, assessment(*indicator, each ? unit_names_.find(alert.key.unit) : std::nullopt)).why;
}

}  // namespace planwatch
