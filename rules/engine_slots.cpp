// Slots: who owes what, when it is whole, and what the ladder does about it until then.
#include "rules/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace planwatch {

std::vector<Slot>& Engine::touch(std::uint32_t deadline)
{
    std::vector<Slot>& slots = slots_[deadline];
    if (slots.empty()) slots.resize(policy_->plan.duties[deadlines_[deadline].duty].units.size());
    return slots;
}

std::vector<Slot> Engine::slots_of(std::uint32_t deadline) const
{
    if (!slots_[deadline].empty()) return slots_[deadline];
    return std::vector<Slot>(policy_->plan.duties[deadlines_[deadline].duty].units.size());
}

bool Engine::owes_figures(const Duty& duty, UnitIndex unit) const
{
    return std::any_of(duty.indicators.begin(), duty.indicators.end(), [&](IndicatorIndex i) {
        return policy_->plan.indicators[i].reported != Reported::derived && indicators_[i].positions.find(unit);
    });
}

bool Engine::owes_filing(const Duty& duty, UnitIndex unit) const { return duty.filing || !owes_figures(duty, unit); }

// Increments must cover every day of the period (three months make a quarter); of the others the figure at its end counts.
bool Engine::has_figures(const Duty& duty, UnitIndex unit, const Period& period) const
{
    for (const IndicatorIndex i : duty.indicators) {
        const Reported reported = policy_->plan.indicators[i].reported;
        const auto series = reported == Reported::derived ? std::nullopt : series_of(i, unit);
        if (!series) continue;
        auto missing = (period.last() - period.first()).count() + 1;
        for (const StoredFigure& stored : series_[*series].figures) {
            if (reported != Reported::increment && stored.period.last() == period.last()) missing = 0;
            if (reported != Reported::increment || !stored.period.overlaps(period)) continue;
            const Day from = std::max(stored.period.first(), period.first());
            missing -= (std::min(stored.period.last(), period.last()) - from).count() + 1;
        }
        if (missing > 0) return false;
    }
    return true;
}

void Engine::complete_if_whole(std::uint32_t deadline, std::uint32_t position, Changes& changes)
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    const UnitIndex unit = duty.units[position];
    Slot& slot = touch(deadline)[position];
    if (slot.state == SlotState::on_time || slot.state == SlotState::late || slot.state == SlotState::waived) return;
    if ((owes_filing(duty, unit) && !slot.filed) || !has_figures(duty, unit, owed.period)) {
        if (slot.filed) changes.slots.push_back({deadline, unit, slot, now_, {}});
        return;
    }
    const bool on_time = slot.state != SlotState::overdue;
    slot.state = on_time ? SlotState::on_time : SlotState::late;
    slot.handed_in = static_cast<std::int32_t>(std::chrono::floor<std::chrono::seconds>(now_ - owed.due.moment).count());
    SlotChange change{deadline, unit, slot, now_, {}};
    if (on_time)
        change.verdict = Verdict{true, fmt::format("{} 报齐，早于截止 {}；{}", format_instant(now_, policy_->zone),
                                                   format_instant(owed.due.moment, policy_->zone), owed.due.why)};
    changes.slots.push_back(std::move(change));
    resolve(slot_key(AlertKind::due_soon, deadline, unit), changes);
    resolve(slot_key(AlertKind::overdue, deadline, unit), changes);
}

// The moment itself: every slot that is not whole is judged late, once, and becomes overdue.
void Engine::fall_due(std::uint32_t deadline, Changes& changes)
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    std::vector<Slot>& slots = touch(deadline);
    for (std::size_t position = 0; position < slots.size(); ++position) {
        Slot& slot = slots[position];
        if (slot.state != SlotState::upcoming && slot.state != SlotState::due_soon) continue;
        const UnitIndex unit = duty.units[position];
        slot.state = SlotState::overdue;
        changes.slots.push_back({deadline, unit, slot, now_,
                                 Verdict{false, fmt::format("截止 {} 未报齐；{}", format_instant(owed.due.moment, policy_->zone), owed.due.why)}});
        resolve(slot_key(AlertKind::due_soon, deadline, unit), changes);
        const AlertKey key = slot_key(AlertKind::overdue, deadline, unit);
        Alert alert = slot_alert(AlertKind::overdue, deadline, unit, Severity::warning);
        alert.state = step({}, true, now_, std::chrono::seconds{0}).state;
        changes.transitions.push_back({now_, AlertEvent::fired, alert});
        alerts_.insert_or_assign(key, std::move(alert));
    }
    for (const IndicatorIndex i : duty.indicators) {
        auto& through = indicators_[i].due_through;
        through = std::max(through.value_or(owed.period.last()), owed.period.last());
        judge_indicator(i, changes);
    }
}

// One step of the ladder, for those slots that are still owed. A reminder whose moment comes after the due moment (a due
// time early in the day) has lost its sense and is left out.
void Engine::climb(std::uint32_t deadline, std::uint32_t index, Changes& changes)
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    const LadderStep& rung = policy_->ladder_of(duty).steps[index];
    const bool before = rung.offset < 0 || (rung.offset == 0 && rung.time);
    if (before && now_ >= owed.due.moment) return;
    std::vector<Slot>& slots = touch(deadline);
    for (std::size_t position = 0; position < slots.size(); ++position) {
        Slot& slot = slots[position];
        const UnitIndex unit = duty.units[position];
        if (slot.state == SlotState::upcoming) {
            slot.state = SlotState::due_soon;
            changes.slots.push_back({deadline, unit, slot, now_, {}});
            Alert alert = slot_alert(AlertKind::due_soon, deadline, unit, rung.severity);
            alert.state = {Phase::firing, now_};
            changes.transitions.push_back({now_, AlertEvent::fired, alert});
            alerts_.insert_or_assign(alert.key, std::move(alert));
        } else if (slot.state != SlotState::due_soon && slot.state != SlotState::overdue) {
            continue;
        }
        const AlertKind kind = slot.state == SlotState::overdue ? AlertKind::overdue : AlertKind::due_soon;
        Alert& alert = alerts_.at(slot_key(kind, deadline, unit));
        std::vector<Recipient> recipients;
        for (const Audience audience : rung.audiences)
            for (Recipient& person : policy_->directory.reach(policy_->plan, audience, &policy_->plan.units[unit]))
                if (std::find(recipients.begin(), recipients.end(), person) == recipients.end()) recipients.push_back(std::move(person));
        tell(alert, rung.name(), rung.severity, recipients, changes);
    }
}

AlertKey Engine::slot_key(AlertKind kind, std::uint32_t deadline, UnitIndex unit) const
{
    const Deadline& owed = deadlines_[deadline];
    return {kind, policy_->plan.duties[owed.duty].id, policy_->plan.units[unit].id, owed.period.to_string()};
}

std::string Engine::why_of(std::uint32_t deadline, UnitIndex unit) const
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    return fmt::format("{} 应报“{}”（{}，{}）：{}", policy_->plan.units[unit].name, duty.name, owed.period.to_string(),
                       policy_->plan.clauses[duty.clause].id, owed.due.why);
}

Alert Engine::slot_alert(AlertKind kind, std::uint32_t deadline, UnitIndex unit, Severity severity) const
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    const bool figures = owes_figures(duty, unit) && !has_figures(duty, unit, owed.period);
    const bool document = owes_filing(duty, unit);
    const char* lacking = figures && document ? "指标数据和报送材料" : figures ? "指标数据" : "报送材料";

    Alert alert{.key = slot_key(kind, deadline, unit), .severity = severity};
    alert.why = fmt::format("{}；尚缺{}", why_of(deadline, unit), lacking);
    alert.facts = {{"due", format_instant(owed.due.moment, policy_->zone)},
                   {"due_date", format_day(owed.due.date)},
                   {"missing", lacking},
                   {"clause", policy_->plan.clauses[duty.clause].id}};
    return alert;
}

}  // namespace planwatch
