#include "exporters/message_matter.hpp"

#include "exporters/views.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace planwatch {

NoticeMatter::NoticeMatter(const Notice& notice_, const Policy& policy) : notice{&notice_}, resolved{notice_.step == "resolved"}
{
    const Plan& plan = policy.plan;
    if (auto parsed = AlertKey::parse(notice->alert, plan.id)) key = std::move(*parsed);
    if (const auto index = plan.unit(key.unit)) unit = &plan.units[*index];
    const std::string_view field = subject_field(key.kind);
    if (field == "duty")
        if (const auto index = plan.duty(key.subject)) duty = &plan.duties[*index];
    if (field == "indicator")
        if (const auto index = plan.indicator(key.subject)) indicator = &plan.indicators[*index];
    clause = clause_of(plan, key);
    period = Period::parse(key.period);
    if (duty && period) due = due_of(duty->due, *period, plan.issued, policy.calendar, policy.zone);
    // What was granted to this one counts, not the rule: the same time of day where the rule names one.
    if (due && notice_.due && *notice_.due != due->date) {
        due->date = *notice_.due;
        due->moment = duty->due.time ? policy.zone.to_instant(due->date + *duty->due.time) : policy.zone.start_of(due->date + std::chrono::days{1});
        due->provisional = false;
    }
}

MessagePart NoticeMatter::part() const
{
    if (resolved) return MessagePart::resolved;
    switch (key.kind) {
        case AlertKind::overdue: return MessagePart::overdue;
        case AlertKind::due_soon: return MessagePart::due_soon;
        case AlertKind::behind_pace:
        case AlertKind::target_missed:
        case AlertKind::below_hold:
        case AlertKind::implausible: return MessagePart::figures;
        case AlertKind::undeliverable:
        case AlertKind::silence_ending: break;
    }
    return MessagePart::other;
}

std::vector<Cause> causes_of(const Message& message, const Policy& policy)
{
    std::vector<Cause> causes;
    std::map<std::tuple<AlertKind, bool, std::string, std::string>, std::size_t> known;
    for (const Notice& notice : message.notices) {
        NoticeMatter matter{notice, policy};
        const auto [place, is_new] = known.try_emplace({matter.key.kind, matter.resolved, matter.key.subject, matter.key.period}, causes.size());
        if (is_new) causes.emplace_back();
        causes[place->second].push_back(std::move(matter));
    }
    return causes;
}

Timing timing_of(const NoticeMatter& matter, Instant at, const Policy& policy)
{
    if (!matter.due) return {};
    const Day date = matter.due->date;
    const Day today = policy.zone.day_of(at);
    const bool after = matter.key.kind == AlertKind::overdue;
    if (after && at <= matter.due->moment) return {.side = Timing::Side::after};  // it falls due at this very moment
    if (!after && today >= date) return {.side = today == date ? Timing::Side::today : Timing::Side::unknown};
    const Timing::Side side = after ? Timing::Side::after : Timing::Side::before;
    const int working = after ? policy.calendar.working_days_between(date, today) : policy.calendar.working_days_between(today, date);
    if (working > 0) return {side, working, true};
    const auto days = static_cast<int>((after ? today - date : date - today).count());  // a weekend or a holiday lies between
    return {side, std::max(days, 0), false};
}

bool is_crowd(const NoticeMatter& matter, const Plan& plan)
{
    if (!matter.duty || !matter.unit || matter.unit->kind == UnitKind::business) return false;
    const auto town = static_cast<UnitIndex>(matter.unit - plan.units.data());
    return std::ranges::any_of(matter.duty->units, [&](UnitIndex index) {
        return plan.units[index].kind == UnitKind::business && plan.units[index].parent == town;
    });
}

std::vector<const Indicator*> figures_owed(const Cause& cause, const Plan& plan)
{
    std::vector<const Indicator*> owed;
    if (!cause.front().duty) return owed;
    const auto is_told = [&](UnitIndex unit) {
        return std::ranges::any_of(cause, [&](const NoticeMatter& matter) { return &plan.units[unit] == matter.unit; });
    };
    for (const IndicatorIndex index : cause.front().duty->indicators) {
        const Indicator& indicator = plan.indicators[index];
        if (indicator.reported != Reported::derived && std::ranges::any_of(indicator.units, is_told)) owed.push_back(&indicator);
    }
    return owed;
}

std::string contact_name(const Policy& policy, const std::string& id)
{
    const Contact* const contact = policy.directory.find(id);
    return contact ? contact->name : id;
}

}  // namespace planwatch
