// The engine's state as rows, and back: after a restart, and under a changed policy.
#include "rules/engine.hpp"

#include <algorithm>
#include <map>

namespace planwatch {

Snapshot Engine::snapshot() const
{
    Snapshot rows{.now = now_, .last_notice = last_notice_};
    for (const SeriesState& series : series_) rows.figures.insert(rows.figures.end(), series.figures.begin(), series.figures.end());
    for (std::uint32_t d = 0; d < deadlines_.size(); ++d)
        for (std::uint32_t position = 0; position < slots_[d].size(); ++position)
            if (slots_[d][position] != Slot{})
                rows.slots.push_back({d, policy_->plan.duties[deadlines_[d].duty].units[position], slots_[d][position], now_, {}});
    for (const auto& [key, alert] : alerts_) rows.alerts.push_back(alert);
    return rows;
}

Engine::Engine(std::shared_ptr<const Policy> policy, const Snapshot& snapshot) : Engine{std::move(policy)}
{
    now_ = std::max(now_, snapshot.now);
    last_notice_ = snapshot.last_notice;
    Changes stored;
    for (const StoredFigure& row : snapshot.figures) {
        StoredFigure& figure = store_figure(row.series, row.period, row.figure, stored);
        figure.revision = row.revision;
        figure.at = row.at;
        stored.figures.clear();
    }
    for (const SlotChange& row : snapshot.slots)
        if (const auto position = duties_[deadlines_[row.deadline].duty].positions.find(row.unit)) touch(row.deadline)[*position] = row.slot;
    for (const Alert& alert : snapshot.alerts) restore_alert(alert);

    for (; next_moment_ < agenda_.size() && agenda_[next_moment_].at <= now_; ++next_moment_) {
        const Moment& past = agenda_[next_moment_];
        if (past.kind == Moment::Kind::checkpoint) indicators_[past.index].due_through = Day{std::chrono::days{past.step}};
        if (past.kind != Moment::Kind::fall_due) continue;
        const Deadline& due = deadlines_[past.index];
        for (const IndicatorIndex i : policy_->plan.duties[due.duty].indicators)
            indicators_[i].due_through = std::max(indicators_[i].due_through.value_or(due.period.last()), due.period.last());
    }
}

void Engine::restore_alert(const Alert& alert)
{
    const auto indicator = indicator_names_.find(alert.key.subject);
    const auto unit = unit_names_.find(alert.key.unit);
    const auto kind_bit = 1U << static_cast<unsigned>(alert.key.kind);
    if (alert.key.kind == AlertKind::implausible) {
        const auto series = indicator && unit ? series_of(*indicator, *unit) : std::nullopt;
        if (!series) return;
        ++series_[*series].doubts;
    } else if (alert.key.kind == AlertKind::behind_pace || alert.key.kind == AlertKind::target_missed || alert.key.kind == AlertKind::below_hold) {
        if (!indicator) return;
        const Indicator& what = policy_->plan.indicators[*indicator];
        const auto series = what.each && unit ? series_of(*indicator, *unit) : std::nullopt;
        if (what.each && !series) return;
        (what.each ? series_[*series].alerts : indicators_[*indicator].alerts) |= kind_bit;
        if (alert.state.phase == Phase::pending) ripening_.push({alert.state.since + what.pace.grace, *indicator});
    }
    alerts_.insert_or_assign(alert.key, alert);
}

// By name, since positions differ between the policies.
Changes Engine::adopt(std::shared_ptr<const Policy> policy, Instant now)
{
    const Engine old = std::move(*this);
    Snapshot rows{.now = std::max(now, old.now_), .last_notice = old.last_notice_};
    Engine next{std::move(policy)};
    for (const SeriesState& series : old.series_) {
        const auto indicator = next.indicator_names_.find(old.policy_->plan.indicators[series.id.indicator].id);
        const auto unit = next.unit_names_.find(old.policy_->plan.units[series.id.unit].id);
        const auto position = indicator && unit ? next.series_of(*indicator, *unit) : std::nullopt;
        if (!position) continue;
        for (StoredFigure figure : series.figures) {
            figure.series = *position;
            rows.figures.push_back(figure);
        }
    }
    std::map<std::pair<std::string, Period>, std::uint32_t> by_name;
    for (std::uint32_t d = 0; d < next.deadlines_.size(); ++d)
        by_name.emplace(std::pair{next.policy_->plan.duties[next.deadlines_[d].duty].id, next.deadlines_[d].period}, d);
    for (SlotChange row : old.snapshot().slots) {
        const Deadline& was = old.deadlines_[row.deadline];
        const auto found = by_name.find({old.policy_->plan.duties[was.duty].id, was.period});
        const auto unit = next.unit_names_.find(old.policy_->plan.units[row.unit].id);
        if (found == by_name.end() || !unit) continue;
        row.deadline = found->second;
        row.unit = *unit;
        const auto moved = std::chrono::floor<std::chrono::seconds>(was.due.moment - next.deadlines_[row.deadline].due.moment);
        row.slot.handed_in += static_cast<std::int32_t>(moved.count());
        rows.slots.push_back(row);
    }

    Changes changes;
    Engine result{next.policy_, rows};
    for (const auto& [key, alert] : old.alerts_) {
        result.restore_alert(alert);
        const bool slot_alert = key.kind == AlertKind::due_soon || key.kind == AlertKind::overdue;
        const auto duty = result.duty_names_.find(key.subject);
        const auto period = Period::parse(key.period);
        const bool kept = slot_alert ? duty && period && by_name.contains({key.subject, *period}) && result.unit_names_.find(key.unit) &&
                                           result.duties_[*duty].positions.find(*result.unit_names_.find(key.unit))
                                     : result.alerts_.contains(key);
        if (kept) continue;
        result.alerts_.insert_or_assign(key, alert);
        result.resolve(key, changes);
    }
    for (std::uint32_t d = 0; d < result.deadlines_.size(); ++d)
        if (result.deadlines_[d].due.moment <= result.now_) result.fall_due(d, changes);
    for (IndicatorIndex i = 0; i < result.indicators_.size(); ++i) result.judge_indicator(i, changes);
    *this = std::move(result);
    return changes;
}

}  // namespace planwatch
