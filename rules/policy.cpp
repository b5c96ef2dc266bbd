#include "rules/policy.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace planwatch {

namespace {

Deadline make_deadline(const Policy& policy, DutyIndex index, const Period& period)
{
    const Duty& duty = policy.plan.duties[index];
    Deadline deadline{index, period, due_of(duty.due, period, policy.plan.issued, policy.calendar, policy.zone), {}};
    const Ladder& ladder = policy.ladder_of(duty);
    deadline.steps.reserve(ladder.steps.size());
    for (const LadderStep& step : ladder.steps)
        deadline.steps.push_back(step_instant(step, deadline.due.date, deadline.due.moment, policy.calendar, policy.zone));
    return deadline;
}

}  // namespace

const Ladder& Policy::ladder_of(const Duty& duty) const
{
    static const Ladder fallback = default_ladder();
    static const Ladder daily = default_ladder(Cadence::daily);
    static const Ladder weekly = default_ladder(Cadence::weekly);
    const auto named = std::find_if(ladders.begin(), ladders.end(), [&](const Ladder& ladder) { return ladder.id == duty.ladder; });
    if (named != ladders.end()) return *named;
    const auto first = std::find_if(ladders.begin(), ladders.end(), [](const Ladder& ladder) { return ladder.kinds.empty() && !ladder.of_one_duty; });
    if (first != ladders.end()) return *first;
    return duty.cadence == Cadence::daily ? daily : duty.cadence == Cadence::weekly ? weekly : fallback;
}

const Ladder& Policy::ladder_of(AlertKind kind) const
{
    static const std::array fallbacks = [] {
        std::array<Ladder, static_cast<std::size_t>(AlertKind::silence_ending) + 1> all;
        for (std::size_t i = 0; i < all.size(); ++i) all[i] = default_ladder(static_cast<AlertKind>(i));
        return all;
    }();
    const auto named = std::find_if(ladders.begin(), ladders.end(), [&](const Ladder& ladder) {
        return std::find(ladder.kinds.begin(), ladder.kinds.end(), kind) != ladder.kinds.end();
    });
    return named == ladders.end() ? fallbacks[static_cast<std::size_t>(kind)] : *named;
}

std::vector<Deadline> deadlines_of(const Policy& policy)
{
    const Instant issued = policy.zone.start_of(policy.plan.issued);
    std::vector<Deadline> deadlines;
    for (DutyIndex duty = 0; duty < policy.plan.duties.size(); ++duty) {
        for (const Period& period : policy.plan.duties[duty].periods) {
            Deadline deadline = make_deadline(policy, duty, period);
            if (deadline.due.moment > issued) deadlines.push_back(std::move(deadline));
        }
    }
    std::sort(deadlines.begin(), deadlines.end(), [](const Deadline& a, const Deadline& b) {
        return std::tie(a.due.moment, a.duty, a.period) < std::tie(b.due.moment, b.duty, b.period);
    });
    return deadlines;
}

}  // namespace planwatch
