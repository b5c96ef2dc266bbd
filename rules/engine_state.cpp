// The engine's state as rows, and back: after a restart, and under a changed policy.
#include "rules/engine.hpp"

#include <algorithm>
#include <tuple>

namespace planwatch {

Snapshot Engine::snapshot() const
{
    Snapshot rows{.now = now_, .last_notice = last_notice_, .last_message = post_.last_message()};
    rows.held = post_.held();
    rows.weeks = post_.weeks();
    for (const auto& [id, silence] : silences_) rows.silences.push_back(silence);
    for (const auto& [place, extension] : extensions_) rows.extensions.push_back(extension);
    if (begins_ > now_) rows.begins = begins_;
    for (const SeriesState& series : series_) rows.figures.insert(rows.figures.end(), series.figures.begin(), series.figures.end());
    for (std::uint32_t d = 0; d < deadlines_.size(); ++d)
        for (std::uint32_t position = 0; position < slots_[d].size(); ++position)
            if (slots_[d][position] != Slot{})
                rows.slots.push_back({d, policy_->plan.duties[deadlines_[d].duty].units[position], slots_[d][position]});
    for (const auto& [key, alert] : alerts_) rows.alerts.push_back(alert);
    rows.aside = aside_;
    return rows;
}

Engine::Engine(std::shared_ptr<const Policy> policy, const Snapshot& snapshot)
    : Engine{std::move(policy), snapshot.begins > snapshot.now ? std::optional{snapshot.begins} : std::nullopt}
{
    now_ = std::max(now_, snapshot.now);
    delivered_ = now_;
    last_notice_ = snapshot.last_notice;
    aside_ = snapshot.aside;
    Changes stored;
    for (const StoredFigure& row : snapshot.figures) {
        store_figure(row.series, row.period, row.figure, row.at, stored).revision = row.revision;
        stored.figures.clear();
    }
    for (const KeptSlot& row : snapshot.slots)
        if (const auto position = duties_[deadlines_[row.deadline].duty].positions.find(row.unit)) {
            set_state(row.deadline, *position, row.slot.state) = row.slot;
        }
    for (const Alert& alert : snapshot.alerts) restore_alert(alert);
    restore_decisions(snapshot);
    replay_past_moments();
}

void Engine::restore_decisions(const Snapshot& snapshot)
{
    post_.restore_last(snapshot.last_message);
    for (const Notice& held : snapshot.held) post_.restore(held);
    for (const WeekCount& week : snapshot.weeks) post_.restore(week);
    Changes none;
    for (const Silence& silence : snapshot.silences) apply_silence(silence, none);
    for (const Decision& extension : snapshot.extensions) extend(extension);
}

// What the moments up to now left behind that no row tells.
void Engine::replay_past_moments()
{
    const auto fell_due = [this](IndicatorIndex i, Day last) {
        auto& through = indicators_[i].due_through;
        through = std::max(through, std::optional{last});
    };
    for (; next_moment_ < agenda_.size() && agenda_[next_moment_].at <= now_; ++next_moment_) {
        const Moment& past = agenda_[next_moment_];
        if (past.kind == Moment::Kind::checkpoint) fell_due(past.index, Day{std::chrono::days{past.step}});
        if (past.kind != Moment::Kind::fall_due) continue;
        const Deadline& due = deadlines_[past.index];
        for (const IndicatorIndex i : policy_->plan.duties[due.duty].indicators) fell_due(i, due.period.last());
    }
}

// An alert whose subject is no more, or which the policy's alerts can no longer end, is left out.
void Engine::restore_alert(const Alert& alert)
{
    const auto [kind, subject, unit_id, period] = alert.key;
    const auto indicator = indicator_names_.find(subject);
    const auto unit = unit_names_.find(unit_id);
    switch (kind) {
        case AlertKind::due_soon:
        case AlertKind::overdue: {
            const auto duty = duty_names_.find(subject);
            if (!duty || !unit || !circle_told_as(*duty, *unit) || !deadline_of(*duty, Period::parse(period))) return;
            break;
        }
        case AlertKind::implausible: {
            const auto series = indicator && unit ? series_of(*indicator, *unit) : std::nullopt;
            if (!series) return;
            ++series_[*series].doubts;
            break;
        }
        case AlertKind::behind_pace:
        case AlertKind::target_missed:
        case AlertKind::below_hold: {
            if (!indicator || !policy_->plan.indicators[*indicator].target) return;
            const Indicator& what = policy_->plan.indicators[*indicator];
            const auto part = what.each ? unit : std::nullopt;
            if (alert.key != part_key(kind, *indicator, part) || (what.each && !(part && series_of(*indicator, *part)))) return;
            (part ? series_[*series_of(*indicator, *part)].alerts : indicators_[*indicator].alerts) |= 1U << static_cast<unsigned>(kind);
            if (alert.state.phase == Phase::pending) ripening_.insert({alert.state.since + what.pace.grace, *indicator, part});
            break;
        }
        case AlertKind::undeliverable:
        case AlertKind::silence_ending: break;
    }
    if (alert.acknowledged_until && *alert.acknowledged_until > now_) openings_.insert({*alert.acknowledged_until, alert.key});
    climb_from(alert);
    alerts_.insert_or_assign(alert.key, alert);
}

std::optional<std::uint32_t> Engine::deadline_of(DutyIndex duty, std::optional<Period> period) const
{
    const auto& list = duties_[duty].deadlines;
    const auto found = std::find_if(list.begin(), list.end(), [&](std::uint32_t d) { return deadlines_[d].period == period; });
    return found == list.end() ? std::nullopt : std::optional{*found};
}

std::optional<std::uint32_t> Engine::series_named(std::string_view indicator_id, std::string_view unit_id) const
{
    const auto indicator = indicator_names_.find(indicator_id);
    const auto unit = unit_names_.find(unit_id);
    return indicator && unit ? series_of(*indicator, *unit) : std::nullopt;
}

std::optional<std::pair<std::uint32_t, UnitIndex>> Engine::slot_named(std::string_view duty_id, std::string_view unit_id, const Period& period) const
{
    const auto duty = duty_names_.find(duty_id);
    const auto unit = unit_names_.find(unit_id);
    if (!duty || !unit || !duties_[*duty].positions.find(*unit)) return std::nullopt;
    const auto deadline = deadline_of(*duty, period);
    return deadline ? std::optional{std::pair{*deadline, *unit}} : std::nullopt;
}

// By name, since positions differ between the policies; what has no place under the next one is set aside.
Snapshot Engine::rows_under(const Engine& next) const
{
    Snapshot rows{.now = now_, .last_notice = last_notice_, .last_message = post_.last_message(), .begins = begins_};
    rows.held = post_.held();
    rows.weeks = post_.weeks();
    for (const auto& [id, silence] : silences_) rows.silences.push_back(silence);
    for (const auto& [key, alert] : alerts_) rows.alerts.push_back(alert);
    bring_figures(next, rows);
    bring_slots(next, rows);
    bring_extensions(next, rows);
    return rows;
}

void Engine::bring_figures(const Engine& next, Snapshot& rows) const
{
    const auto bring = [&](const std::string& indicator, const std::string& unit, const std::vector<StoredFigure>& figures) {
        if (figures.empty()) return;
        const auto series = next.series_named(indicator, unit);
        auto& into = series ? rows.figures : rows.aside.figures[{indicator, unit}];
        for (StoredFigure figure : figures) {
            figure.series = series.value_or(0);
            into.push_back(figure);
        }
    };
    const Plan& plan = policy_->plan;
    for (const SeriesState& series : series_) bring(plan.indicators[series.id.indicator].id, plan.units[series.id.unit].id, series.figures);
    for (const auto& [place, figures] : aside_.figures) bring(place.first, place.second, figures);
}

void Engine::bring_slots(const Engine& next, Snapshot& rows) const
{
    const auto bring = [&](std::uint32_t deadline, UnitIndex unit, Instant due, Slot slot) {
        const auto moved = std::chrono::floor<std::chrono::seconds>(due - next.deadlines_[deadline].due.moment);
        const bool complete = slot.state == SlotState::on_time || slot.state == SlotState::late;
        if (complete) slot.handed_in += static_cast<std::int32_t>(moved.count());
        rows.slots.push_back({deadline, unit, slot});
    };
    const Plan& plan = policy_->plan;
    std::vector<std::optional<UnitIndex>> units;
    for (const Unit& unit : plan.units) units.push_back(next.unit_names_.find(unit.id));
    for (std::uint32_t d = 0; d < deadlines_.size(); ++d) {
        const Duty& duty = plan.duties[deadlines_[d].duty];
        const auto next_duty = next.duty_names_.find(duty.id);
        const auto deadline = next_duty ? next.deadline_of(*next_duty, deadlines_[d].period) : std::nullopt;
        for (std::uint32_t position = 0; position < slots_[d].size(); ++position) {
            const Slot& slot = slots_[d][position];
            if (slot == Slot{}) continue;
            const UnitIndex unit = duty.units[position];
            if (deadline && units[unit] && next.duties_[*next_duty].positions.find(*units[unit]))
                bring(*deadline, *units[unit], deadlines_[d].due.moment, slot);
            else
                rows.aside.slots[{duty.id, plan.units[unit].id}].push_back({deadlines_[d].period, deadlines_[d].due.moment, slot});
        }
    }
    for (const auto& [place, slots] : aside_.slots)
        for (const SetAside::LeftSlot& left : slots) {
            if (const auto found = next.slot_named(place.first, place.second, left.period)) bring(found->first, found->second, left.due, left.slot);
            else rows.aside.slots[place].push_back(left);
        }
}

void Engine::bring_extensions(const Engine& next, Snapshot& rows) const
{
    const auto bring = [&](const std::string& duty, const std::string& unit, const Period& period, const Decision& granted) {
        if (const auto found = next.slot_named(duty, unit, period)) {
            rows.extensions.push_back(granted);
            std::tie(rows.extensions.back().deadline, rows.extensions.back().unit) = *found;
        } else {
            rows.aside.extensions[{duty, unit}].emplace_back(period, granted);
        }
    };
    const Plan& plan = policy_->plan;
    for (const auto& [slot, granted] : extensions_) {
        const Deadline& owed = deadlines_[granted.deadline];
        bring(plan.duties[owed.duty].id, plan.units[granted.unit].id, owed.period, granted);
    }
    for (const auto& [place, extensions] : aside_.extensions)
        for (const auto& [period, granted] : extensions) bring(place.first, place.second, period, granted);
}

Changes Engine::adopt(const std::shared_ptr<const Policy>& policy, Instant now)
{
    now_ = std::max(now_, now);
    Engine next{policy, rows_under(Engine{policy})};
    Changes changes;
    for (auto& [key, alert] : alerts_) {
        if (next.alerts_.contains(key)) continue;
        next.alerts_.insert_or_assign(key, alert);
        next.resolve(key, changes);
    }
    next.waive_past_of_newcomers(*this, changes);
    next.reword_reminders(*this, changes);
    for (std::uint32_t d = 0; d < next.deadlines_.size(); ++d) {
        const std::size_t units = policy->plan.duties[next.deadlines_[d].duty].units.size();
        for (std::uint32_t position = 0; position < units; ++position) next.complete_if_whole(d, position, changes);
        if (next.deadlines_[d].due.moment <= next.now_) next.mark_overdue(d, nullptr, changes);
        next.settle_circles(d, changes);
    }
    next.question_returned(aside_, changes);
    for (IndicatorIndex i = 0; i < next.indicators_.size(); ++i) next.judge_indicator(i, changes);
    next.climb_where_untold(changes);
    *this = std::move(next);
    return changes;
}

void Engine::question_returned(const SetAside& before, Changes& changes)
{
    for (const auto& [place, figures] : before.figures) {
        const auto series = series_named(place.first, place.second);
        if (!series) continue;
        for (const StoredFigure& figure : figures) check_doubts(*series, figure.period, changes);
    }
}

// A reminder names the due date: where that moved, so does what the reminder says.
void Engine::reword_reminders(const Engine& before, Changes& changes)
{
    for (std::uint32_t d = 0; d < deadlines_.size(); ++d) {
        const Deadline& owed = deadlines_[d];
        const Duty& duty = policy_->plan.duties[owed.duty];
        const auto old_duty = before.duty_names_.find(duty.id);
        const auto old = old_duty ? before.deadline_of(*old_duty, owed.period) : std::nullopt;
        if (!old || before.deadlines_[*old].due.moment == owed.due.moment) continue;
        const Circles& circles = duties_[owed.duty].circles;
        for (std::size_t i = 0; i < circles.size(); ++i) {
            const Circle circle = circles[i];
            const auto found = alerts_.find(slot_key(AlertKind::due_soon, d, circle.told_as));
            if (found == alerts_.end()) continue;
            reword(found->second, slot_alert(slot_pattern(AlertKind::due_soon, d, found->second.severity), d, circle), changes);
        }
    }
}

}  // namespace planwatch
