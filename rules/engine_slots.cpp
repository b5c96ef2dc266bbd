// Slots: who owes what, when it is whole, and what the ladder does about it until then.
#include "rules/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace planwatch {

namespace {

bool still_owed(SlotState state) { return state == SlotState::upcoming || state == SlotState::due_soon; }

// A unit by itself, as against businesses under their town's name.
bool speaks_of_one(const Duty& duty, const Circle& circle) { return circle.positions.size() == 1 && duty.units[circle.positions[0]] == circle.told_as; }

// Puts the alert into the words of this moment; false where they are the same.
bool restate(Alert& alert, Alert now)
{
    if (alert.why == now.why) return false;
    alert.why = std::move(now.why);
    alert.facts = std::move(now.facts);
    return true;
}

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

Slot& Engine::set_state(std::uint32_t deadline, std::uint32_t position, SlotState state)
{
    Slot& slot = touch(deadline)[position];
    --counts_[deadline][static_cast<std::size_t>(slot.state)];
    ++counts_[deadline][static_cast<std::size_t>(state)];
    slot.state = state;
    return slot;
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
    const Deadline& owed = deadlines_[deadline];
    const UnitIndex unit = policy_->plan.duties[owed.duty].units[position];
    Slot& slot = set_state(deadline, position, state == SlotState::overdue ? SlotState::late : SlotState::on_time);
    const Due due = due_of(deadline, unit);
    slot.handed_in = static_cast<std::int32_t>(std::chrono::floor<std::chrono::seconds>(now_ - owed.due.moment).count());
    std::optional<Verdict> verdict;
    if (slot.state == SlotState::on_time)
        verdict = Verdict{true, fmt::format("{} 报齐，截止 {}；{}", format_instant(now_, policy_->zone), format_instant(due.moment, policy_->zone), due.why)};
    record(deadline, position, changes, std::move(verdict));
    const Circle circle = duties_[owed.duty].circles.of(position);
    if (state == SlotState::upcoming || any_in(state, deadline, circle)) return true;
    const AlertKind kind = state == SlotState::overdue ? AlertKind::overdue : AlertKind::due_soon;
    resolve(slot_key(kind, deadline, circle.told_as), changes, cure_wording(deadline, position));
    return true;
}

bool Engine::any_in(SlotState state, std::uint32_t deadline, const Circle& circle) const
{
    return std::any_of(circle.positions.begin(), circle.positions.end(), [&](std::uint32_t position) { return slot_at(deadline, position).state == state; });
}

std::optional<Circle> Engine::circle_told_as(DutyIndex duty, UnitIndex unit) const
{
    const DutyState& state = duties_[duty];
    if (const auto position = state.positions.find(unit); position && state.circles.of(*position).told_as == unit) return state.circles.of(*position);
    return state.circles.find(unit);
}

// The moment itself: what is not whole becomes overdue, and the figures that were to be in by now are held against the pace.
void Engine::fall_due(std::uint32_t deadline, Changes& changes)
{
    const Deadline& owed = deadlines_[deadline];
    mark_overdue(deadline, due_step(deadline), changes);
    for (const IndicatorIndex i : policy_->plan.duties[owed.duty].indicators) {
        auto& through = indicators_[i].due_through;
        through = std::max(through, std::optional{owed.period.last()});
        judge_indicator(i, changes);
    }
}

const LadderStep* Engine::due_step(std::uint32_t deadline) const
{
    const auto& rungs = policy_->ladder_of(policy_->plan.duties[deadlines_[deadline].duty]).steps;
    const auto due = std::find_if(rungs.begin(), rungs.end(), std::mem_fn(&LadderStep::stands_at_due));
    return due == rungs.end() ? nullptr : &*due;
}

void Engine::record(std::uint32_t deadline, std::uint32_t position, Changes& changes, std::optional<Verdict> verdict) const
{
    const UnitIndex unit = policy_->plan.duties[deadlines_[deadline].duty].units[position];
    changes.slots.push_back({deadline, unit, slot_at(deadline, position), now_, std::move(verdict)});
}

// Every slot that is not whole is judged late, once, and told of as `rung` says. One with a later day of its own waits for it.
void Engine::mark_overdue(std::uint32_t deadline, const LadderStep* rung, Changes& changes)
{
    const Deadline& owed = deadlines_[deadline];
    const Verdict verdict{false, fmt::format("截止 {} 未报齐；{}", format_instant(owed.due.moment, policy_->zone), owed.due.why)};
    const Alert pattern = slot_pattern(AlertKind::overdue, deadline, Severity::warning);
    const std::vector<Slot>& slots = touch(deadline);
    const auto open = [](const Slot& slot) { return still_owed(slot.state); };
    const auto count = static_cast<std::size_t>(std::count_if(slots.begin(), slots.end(), open));
    make_room(changes.slots, count);
    make_room(changes.transitions, 2 * count);  // the reminder ends, the alert begins
    make_room(changes.notices, rung ? rung->audiences.size() * count : 0);
    const Circles& circles = duties_[owed.duty].circles;
    for (std::size_t i = 0; i < circles.size(); ++i) {
        const Circle circle = circles[i];
        bool any = false;
        bool reminded = false;
        for (const std::uint32_t position : circle.positions) {
            if (!open(slots[position]) || (is_extended(deadline, position) && due_moment(deadline, position) > now_)) continue;
            any = true;
            reminded |= slots[position].state == SlotState::due_soon;
            set_state(deadline, position, SlotState::overdue);
            record(deadline, position, changes, verdict);
        }
        if (reminded && !any_in(SlotState::due_soon, deadline, circle))
            resolve({AlertKind::due_soon, pattern.key.subject, policy_->plan.units[circle.told_as].id, pattern.key.period}, changes);
        if (any) fire_slot(pattern, deadline, circle, rung, changes);
    }
}

void Engine::mark_overdue(std::uint32_t deadline, std::uint32_t position, Changes& changes)
{
    const Slot before = slot_at(deadline, position);
    if (!still_owed(before.state)) return;
    const Due due = due_of(deadline, policy_->plan.duties[deadlines_[deadline].duty].units[position]);
    set_state(deadline, position, SlotState::overdue);
    record(deadline, position, changes, Verdict{false, fmt::format("截止 {} 未报齐；{}", format_instant(due.moment, policy_->zone), due.why)});
    const Circle circle = duties_[deadlines_[deadline].duty].circles.of(position);
    if (before.state == SlotState::due_soon && !any_in(SlotState::due_soon, deadline, circle))
        resolve(slot_key(AlertKind::due_soon, deadline, circle.told_as), changes);
    fire_slot(slot_pattern(AlertKind::overdue, deadline, Severity::warning), deadline, circle, due_step(deadline), changes);
}

// What an extended slot goes through by itself. Of businesses the due moment alone: their town's reminders go on as they stand.
void Engine::slot_moment(const SlotMoment& moment, Changes& changes)
{
    if (moment.step == SlotMoment::falls_due) return mark_overdue(moment.deadline, moment.position, changes);
    const Duty& duty = policy_->plan.duties[deadlines_[moment.deadline].duty];
    const Circle circle = duties_[deadlines_[moment.deadline].duty].circles.of(moment.position);
    if (!speaks_of_one(duty, circle)) return;
    const LadderStep& rung = policy_->ladder_of(duty).steps[moment.step];
    climb_circle(moment.deadline, circle, slot_pattern(AlertKind::due_soon, moment.deadline, rung.severity), rung, false, changes);
}

void Engine::fire_slot(const Alert& pattern, std::uint32_t deadline, const Circle& circle, const LadderStep* rung, Changes& changes)
{
    Alert alert = slot_alert(pattern, deadline, circle);
    const auto place = alerts_.lower_bound(alert.key);
    if (place != alerts_.end() && place->first == alert.key) return reword(place->second, std::move(alert), changes);
    alert.state = {Phase::firing, now_};
    if (rung) notify(alert, rung->name(), rung->severity, recipients_of(*rung, circle.told_as, alert.key.kind), changes);
    changes.transitions.push_back({now_, AlertEvent::fired, alert});
    AlertKey key = alert.key;
    alerts_.emplace_hint(place, std::move(key), std::move(alert));
}

// The alert goes on, in the words of this moment.
void Engine::reword(Alert& alert, Alert now, Changes& changes)
{
    if (restate(alert, std::move(now))) changes.transitions.push_back({now_, AlertEvent::none, alert});
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
    const Circles& circles = duties_[owed.duty].circles;
    for (std::size_t i = 0; i < circles.size(); ++i) {
        const Circle circle = circles[i];
        if (speaks_of_one(duty, circle) && is_extended(deadline, circle.positions[0])) continue;
        climb_circle(deadline, circle, pattern, rung, untold, changes);
    }
}

void Engine::climb_circle(std::uint32_t deadline, const Circle& circle, const Alert& pattern, const LadderStep& rung, bool untold, Changes& changes)
{
    const bool reminded = any_in(SlotState::due_soon, deadline, circle);
    bool fresh = false;
    for (const std::uint32_t position : circle.positions) {
        if (slot_at(deadline, position).state != SlotState::upcoming) continue;
        fresh = true;
        set_state(deadline, position, SlotState::due_soon);
        record(deadline, position, changes);
    }
    if (reminded)
        climb_alert(AlertKind::due_soon, pattern, deadline, circle, rung, untold, changes);
    else if (fresh)
        fire_slot(pattern, deadline, circle, &rung, changes);
    if (any_in(SlotState::overdue, deadline, circle)) climb_alert(AlertKind::overdue, pattern, deadline, circle, rung, untold, changes);
}

// Told in the words of this moment: since it fired, the figures may have come in and the document not.
void Engine::climb_alert(AlertKind kind, const Alert& pattern, std::uint32_t deadline, const Circle& circle, const LadderStep& rung, bool untold,
                         Changes& changes)
{
    Alert& alert = alerts_.at(slot_key(kind, deadline, circle.told_as));
    if (untold && (!alert.told.empty() || alert.acknowledged_until)) return;
    if (now_ < begins_) return;
    const bool reworded = restate(alert, slot_alert(pattern, deadline, circle));
    const bool graver = std::exchange(alert.severity, std::max(alert.severity, rung.severity)) < rung.severity;
    const bool told = notify(alert, rung.name(), rung.severity, recipients_of(rung, circle.told_as, kind), changes);
    if (reworded || graver || told) changes.transitions.push_back({now_, AlertEvent::none, alert});
}

// The last step that has passed, for those who heard of none. Steps before the plan was issued never were. Of what is owed every
// day or week the newest alone is told of: who begins in autumn is not sent a letter for each day of summer.
void Engine::climb_where_untold(Changes& changes)
{
    const Instant issued = policy_->zone.start_of(policy_->plan.issued);
    const auto is_past = [&](std::uint32_t d) {
        const DutyIndex duty = deadlines_[d].duty;
        const Cadence cadence = policy_->plan.duties[duty].cadence;
        if (cadence != Cadence::daily && cadence != Cadence::weekly) return false;
        const auto& all = duties_[duty].deadlines;
        const auto next = std::upper_bound(all.begin(), all.end(), deadlines_[d].period,
                                           [&](const Period& period, std::uint32_t other) { return period < deadlines_[other].period; });
        return next != all.end() && deadlines_[*next].due.moment <= now_;
    };
    for (std::uint32_t d = 0; d < deadlines_.size(); ++d) {
        if (is_past(d)) continue;
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
                       policy_->plan.clauses[duty.clause].id, due_of(deadline, unit).why);
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

Alert Engine::slot_alert(const Alert& pattern, std::uint32_t deadline, const Circle& circle) const
{
    const Duty& duty = policy_->plan.duties[deadlines_[deadline].duty];
    Alert alert = pattern;
    alert.key.unit = policy_->plan.units[circle.told_as].id;
    if (speaks_of_one(duty, circle) && is_extended(deadline, circle.positions[0])) {
        const Due due = due_of(deadline, circle.told_as);
        alert.facts[0].second = format_instant(due.moment, policy_->zone);
        alert.facts[1].second = format_day(due.date);
    }
    const auto missing = std::find_if(alert.facts.begin(), alert.facts.end(), [](const auto& fact) { return fact.first == "missing"; });
    alert.why = speaks_of_one(duty, circle) ? unit_wording(deadline, circle.positions[0], missing->second) : crowd_wording(deadline, circle, missing->second);
    return alert;
}

std::string Engine::unit_wording(std::uint32_t deadline, std::uint32_t position, SharedText& missing) const
{
    static const SharedText both{"指标数据和报送材料"}, figures_alone{"指标数据"}, document_alone{"报送材料"};
    const Deadline& owed = deadlines_[deadline];
    const Duty& duty = policy_->plan.duties[owed.duty];
    const UnitIndex unit = duty.units[position];
    const bool figures = owes_figures(duty, unit) && !has_figures(duty, unit, owed.period);
    const bool document = owes_filing(duty, unit) && !slot_at(deadline, position).filed;
    missing = figures && document ? both : figures ? figures_alone : document_alone;
    return why_of(deadline, unit).append("；尚缺").append(missing.text());
}

// "双街镇 1200 家中 37 家未报“日管控”（2023-09-14，六（二十））：…；尚缺甲、乙、丙等"
std::string Engine::crowd_wording(std::uint32_t deadline, const Circle& circle, SharedText& missing) const
{
    constexpr std::size_t shown = 3;
    const Deadline& owed = deadlines_[deadline];
    const Plan& plan = policy_->plan;
    const Duty& duty = plan.duties[owed.duty];
    std::size_t owing = 0;
    std::size_t count = 0;
    std::string names;
    for (const std::uint32_t position : circle.positions) {
        const SlotState state = slot_at(deadline, position).state;
        if (state == SlotState::waived) continue;
        ++owing;
        if (state == SlotState::on_time || state == SlotState::late) continue;
        if (count < shown) names.append(count == 0 ? "" : "、").append(plan.units[duty.units[position]].name);
        ++count;
    }
    missing = fmt::format("{}/{}", count, owing);
    return fmt::format("{} {} 家中 {} 家未报“{}”（{}，{}）：{}；尚缺{}{}", plan.units[circle.told_as].name, owing, count, duty.name,
                       owed.period.to_string(), plan.clauses[duty.clause].id, owed.due.why, names, count > shown ? "等" : "");
}

// What ended the alert: the last one that was missing came in now.
std::string Engine::cure_wording(std::uint32_t deadline, std::uint32_t position) const
{
    const Deadline& owed = deadlines_[deadline];
    const UnitIndex unit = policy_->plan.duties[owed.duty].units[position];
    const bool late = now_ >= due_moment(deadline, position);
    return fmt::format("{}；{} 报齐{}", why_of(deadline, unit), format_instant(now_, policy_->zone), late ? "，迟于截止" : "");
}

// A business owes from its registration on: what fell due before was asked of nobody.
void Engine::waive_past_of_newcomers(const Engine& before, Changes& changes)
{
    const Plan& plan = policy_->plan;
    for (std::uint32_t d = 0; d < deadlines_.size() && deadlines_[d].due.moment <= now_; ++d) {
        const Duty& duty = plan.duties[deadlines_[d].duty];
        const auto old_duty = before.duty_names_.find(duty.id);
        for (std::uint32_t position = 0; position < duty.units.size(); ++position) {
            const Unit& unit = plan.units[duty.units[position]];
            if (unit.kind != UnitKind::business || slot_at(d, position).state != SlotState::upcoming) continue;
            const auto old_unit = before.unit_names_.find(unit.id);
            if (old_duty && old_unit && before.duties_[*old_duty].positions.find(*old_unit)) continue;
            set_state(d, position, SlotState::waived);
            record(d, position, changes);
        }
    }
}

// After a change of the policy: where businesses came, went or moved to another town, what their towns are told of follows; and a slot
// that is back in the plan has its alert again.
void Engine::settle_circles(std::uint32_t deadline, Changes& changes)
{
    const Duty& duty = policy_->plan.duties[deadlines_[deadline].duty];
    const Circles& circles = duties_[deadlines_[deadline].duty].circles;
    for (std::size_t i = 0; i < circles.size(); ++i) {
        const std::string cure = fmt::format("{} 名录变更：应报“{}”的经营主体均已报齐或不在名录", policy_->plan.units[circles[i].told_as].name, duty.name);
        settle_circle(AlertKind::due_soon, SlotState::due_soon, deadline, circles[i], cure, changes);
        settle_circle(AlertKind::overdue, SlotState::overdue, deadline, circles[i], cure, changes);
    }
}

void Engine::settle_circle(AlertKind kind, SlotState state, std::uint32_t deadline, const Circle& circle, const std::string& cure, Changes& changes)
{
    const AlertKey key = slot_key(kind, deadline, circle.told_as);
    const bool active = alerts_.contains(key);
    const bool needed = any_in(state, deadline, circle);
    const Severity severity = kind == AlertKind::overdue ? Severity::warning : Severity::info;
    if (active && !needed)
        resolve(key, changes, cure);
    else if (needed && !(active && speaks_of_one(policy_->plan.duties[deadlines_[deadline].duty], circle)))
        fire_slot(slot_pattern(kind, deadline, severity), deadline, circle, nullptr, changes);
}

}  // namespace planwatch
