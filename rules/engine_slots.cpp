// Slots: who owes what, when it is whole, and what the ladder does about it until then.
#include "rules/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace planwatch {

namespace {

// Room for `more`, and not less than doubling: what grows in many steps must not be moved in each.
template <class T>
void make_room(std::vector<T>& rows, std::size_t more)
{
    if (rows.size() + more > rows.capacity()) rows.reserve(std::max(rows.size() + more, 2 * rows.capacity()));
}

}  // namespace

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
        const auto& figures = series_[*series].figures;
        if (figures.empty() || figures.back().period.last() < period.last()) return false;  // its end is not in: nothing to add up
        auto missing = (period.last() - period.first()).count() + 1;
        for (const StoredFigure& stored : figures) {
            if (reported != Reported::increment && stored.period.last() == period.last()) missing = 0;
            if (reported != Reported::increment || !stored.period.overlaps(period)) continue;
            const Day from = std::max(stored.period.first(), period.first());
            missing -= (std::min(stored.period.last(), period.last()) - from).count() + 1;
        }
        if (missing > 0) return false;
    }
    return true;
}

bool Engine::is_whole(std::uint32_t deadline, std::uint32_t position) const
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    const UnitIndex unit = duty.units[position];
    return (slot_at(deadline, position).filed || !owes_filing(duty, unit)) && has_figures(duty, unit, owed.period);
}

Slot Engine::slot_at(std::uint32_t deadline, std::uint32_t position) const
{
    return slots_[deadline].empty() ? Slot{} : slots_[deadline][position];
}

// True where the slot is complete now and was not before.
bool Engine::complete_if_whole(std::uint32_t deadline, std::uint32_t position, Changes& changes)
{
    const SlotState state = slot_at(deadline, position).state;
    const bool settled = state == SlotState::on_time || state == SlotState::late || state == SlotState::waived;
    if (settled || !is_whole(deadline, position)) return false;
    Slot& slot = touch(deadline)[position];
    const SlotState was = slot.state;
    const Deadline& owed = deadlines_[deadline];
    const UnitIndex unit = policy_->plan.duties[owed.duty].units[position];
    slot.state = was == SlotState::overdue ? SlotState::late : SlotState::on_time;
    slot.handed_in = static_cast<std::int32_t>(std::chrono::floor<std::chrono::seconds>(now_ - owed.due.moment).count());
    SlotChange change{deadline, unit, slot, now_, {}};
    if (slot.state == SlotState::on_time)
        change.verdict = Verdict{true, fmt::format("{} 报齐，截止 {}；{}", format_instant(now_, policy_->zone),
                                                   format_instant(owed.due.moment, policy_->zone), owed.due.why)};
    changes.slots.push_back(std::move(change));
    if (was == SlotState::due_soon) resolve(slot_key(AlertKind::due_soon, deadline, unit), changes);
    if (was == SlotState::overdue) resolve(slot_key(AlertKind::overdue, deadline, unit), changes);
    return true;
}

// The moment itself: what is not whole becomes overdue, and the figures that were to be in by now are held against the pace.
void Engine::fall_due(std::uint32_t deadline, Changes& changes)
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    const auto& rungs = policy_->ladder_of(duty).steps;
    const auto due = std::find_if(rungs.begin(), rungs.end(), std::mem_fn(&LadderStep::stands_at_due));
    mark_overdue(deadline, due == rungs.end() ? nullptr : &*due, changes);
    for (const IndicatorIndex i : duty.indicators) {
        auto& through = indicators_[i].due_through;
        through = std::max(through, std::optional{owed.period.last()});
        judge_indicator(i, changes);
    }
}

// Every slot that is not whole is judged late, once, and told of as `rung` says.
void Engine::mark_overdue(std::uint32_t deadline, const LadderStep* rung, Changes& changes)
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    const Verdict verdict{false, fmt::format("截止 {} 未报齐；{}", format_instant(owed.due.moment, policy_->zone), owed.due.why)};
    const Alert pattern = slot_pattern(AlertKind::overdue, deadline, Severity::warning);
    std::vector<Slot>& slots = touch(deadline);
    const auto open = [](const Slot& slot) { return slot.state == SlotState::upcoming || slot.state == SlotState::due_soon; };
    const auto count = static_cast<std::size_t>(std::count_if(slots.begin(), slots.end(), open));
    make_room(changes.slots, count);
    make_room(changes.transitions, 2 * count);  // the reminder ends, the alert begins
    make_room(changes.notices, rung ? rung->audiences.size() * count : 0);
    for (std::size_t position = 0; position < slots.size(); ++position) {
        Slot& slot = slots[position];
        if (!open(slot)) continue;
        const UnitIndex unit = duty.units[position];
        const bool reminded = slot.state == SlotState::due_soon;
        slot.state = SlotState::overdue;
        changes.slots.push_back({deadline, unit, slot, now_, verdict});
        if (reminded) resolve(slot_key(AlertKind::due_soon, deadline, unit), changes);
        fire_slot(pattern, deadline, unit, rung, changes);
    }
}

void Engine::fire_slot(const Alert& pattern, std::uint32_t deadline, UnitIndex unit, const LadderStep* rung, Changes& changes)
{
    Alert alert = slot_alert(pattern, deadline, unit);
    alert.state = {Phase::firing, now_};
    if (rung) notify(alert, rung->name(), rung->severity, recipients_of(*rung, unit), changes);
    changes.transitions.push_back({now_, AlertEvent::fired, alert});
    AlertKey key = alert.key;
    alerts_.insert_or_assign(std::move(key), std::move(alert));
}

std::vector<Recipient> Engine::recipients_of(const LadderStep& rung, UnitIndex unit) const
{
    return policy_->directory.reach(policy_->plan, rung.audiences, &policy_->plan.units[unit]);
}

// One step of the ladder, for those slots that are still owed. A reminder whose moment comes after the due moment (a due
// time early in the day) has lost its sense and is left out.
void Engine::climb(std::uint32_t deadline, std::uint32_t index, Changes& changes, bool untold)
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    const LadderStep& rung = policy_->ladder_of(duty).steps[index];
    const bool before = rung.offset < 0 || (rung.offset == 0 && rung.time);
    if (before && now_ >= owed.due.moment) return;
    const Alert pattern = slot_pattern(AlertKind::due_soon, deadline, rung.severity);
    std::vector<Slot>& slots = touch(deadline);
    for (std::size_t position = 0; position < slots.size(); ++position) {
        Slot& slot = slots[position];
        const UnitIndex unit = duty.units[position];
        if (slot.state == SlotState::upcoming) {
            slot.state = SlotState::due_soon;
            changes.slots.push_back({deadline, unit, slot, now_, {}});
            fire_slot(pattern, deadline, unit, &rung, changes);
        } else if (slot.state == SlotState::due_soon || slot.state == SlotState::overdue) {
            const AlertKind kind = slot.state == SlotState::overdue ? AlertKind::overdue : AlertKind::due_soon;
            Alert& alert = alerts_.at(slot_key(kind, deadline, unit));
            if (untold && (!alert.told.empty() || alert.acknowledged_until)) continue;
            tell(alert, rung.name(), rung.severity, recipients_of(rung, unit), changes);
        }
    }
}

// The last step that has passed, for those who heard of none. Steps before the plan was issued never were.
void Engine::climb_where_untold(Changes& changes)
{
    const Instant issued = policy_->zone.start_of(policy_->plan.issued);
    for (std::uint32_t d = 0; d < deadlines_.size(); ++d) {
        std::optional<std::uint32_t> last;
        for (std::uint32_t s = 0; s < deadlines_[d].steps.size(); ++s)
            if (deadlines_[d].steps[s] >= issued && deadlines_[d].steps[s] <= now_) last = s;
        if (last) climb(d, *last, changes, true);
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

Alert Engine::slot_pattern(AlertKind kind, std::uint32_t deadline, Severity severity) const
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    Alert pattern{.key = {kind, duty.id, "", owed.period.to_string()}, .severity = severity};
    pattern.facts = {{"due", format_instant(owed.due.moment, policy_->zone)},
                     {"due_date", format_day(owed.due.date)},
                     {"missing", ""},
                     {"clause", policy_->plan.clauses[duty.clause].id},
                     {"responsible", responsible_units(duty.clause)}};
    return pattern;
}

Alert Engine::slot_alert(const Alert& pattern, std::uint32_t deadline, UnitIndex unit) const
{
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    const bool figures = owes_figures(duty, unit) && !has_figures(duty, unit, owed.period);
    const bool document = owes_filing(duty, unit) && !slot_at(deadline, *duties_[owed.duty].positions.find(unit)).filed;
    const char* lacking = figures && document ? "指标数据和报送材料" : figures ? "指标数据" : "报送材料";

    Alert alert = pattern;
    alert.key.unit = policy_->plan.units[unit].id;
    alert.why = why_of(deadline, unit).append("；尚缺").append(lacking);
    const auto missing = std::find_if(alert.facts.begin(), alert.facts.end(), [](const auto& fact) { return fact.first == "missing"; });
    missing->second = lacking;
    return alert;
}

}  // namespace planwatch
