#include "rules/report_rules.hpp"

#include "rules/policy.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace planwatch {

namespace {

// The lengths of the periods that it is about; of scores, for each composite its own.
std::set<std::pair<Period::Kind, std::string>> subjects_of(const Plan& plan, ReportKind kind)
{
    if (const auto length = period_kind(kind)) return {{*length, {}}};
    std::set<std::pair<Period::Kind, std::string>> subjects;
    for (const Composite& composite : plan.composites)
        for (const Cadence cadence : {composite.cadence, composite.ranked, composite.graded}) subjects.emplace(period_kind(cadence), composite.id);
    return subjects;
}

Due due_of(const Policy& policy, const DueRule& rule, const Period& period)
{
    return due_of(rule, period, policy.plan.issued, policy.calendar, policy.zone);
}

// Businesses are reached through their town.
std::set<UnitIndex> owing_units(const Plan& plan)
{
    std::set<UnitIndex> units;
    for (const Duty& duty : plan.duties)
        for (const UnitIndex unit : duty.units)
            if (plan.units[unit].kind != UnitKind::business) units.insert(unit);
    return units;
}

void add_new(std::vector<Recipient>& all, std::vector<Recipient> more)
{
    for (Recipient& each : more)
        if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(std::move(each));
}

}  // namespace

std::array<ReportRule, all_report_kinds.size()> ReportRules::defaults()
{
    const DueRule third_working_day{.anchor = DueRule::Anchor::period_end, .offset = 3, .working = true, .time = std::chrono::hours{9}};
    const auto rule = [&](std::vector<Audience> audiences) { return ReportRule{false, third_working_day, {}, std::move(audiences), {}}; };
    const std::vector<Audience> unit{Audience::reporter, Audience::unit_head};
    std::array rules{rule({Audience::leaders, Audience::office}), rule(unit), rule(unit), rule(unit), rule({Audience::office}), rule({Audience::leaders, Audience::office})};
    rules.front().send = true;
    return rules;
}

std::optional<Period::Kind> period_kind(ReportKind kind)
{
    switch (kind) {
        case ReportKind::monthly:
        case ReportKind::bulletin:
        case ReportKind::reminder: return Period::Kind::month;
        case ReportKind::quarterly: return Period::Kind::quarter;
        case ReportKind::inspection: return Period::Kind::year;
        case ReportKind::scores: break;
    }
    return std::nullopt;
}

Instant report_moment(const Policy& policy, ReportKind kind, const Period& period)
{
    return due_of(policy, policy.reports.of(kind).when, period).moment;
}

std::vector<ReportMoment> report_schedule(const Policy& policy)
{
    const Plan& plan = policy.plan;
    const Instant issued = policy.zone.start_of(plan.issued);
    std::vector<ReportMoment> schedule;
    for (const ReportKind kind : all_report_kinds) {
        const ReportRule& rule = policy.reports.of(kind);
        const bool is_for_plan = rule.plans.empty() || std::find(rule.plans.begin(), rule.plans.end(), plan.id) != rule.plans.end();
        if (!rule.send || !is_for_plan) continue;
        for (const auto& [length, composite] : subjects_of(plan, kind)) {
            for (const Period& period : periods_between(length, plan.starts, plan.ends)) {
                const Due due = due_of(policy, rule.when, period);
                if (due.moment >= issued) schedule.push_back({due.moment, kind, period, composite, due.provisional});
            }
        }
    }
    std::sort(schedule.begin(), schedule.end(), [](const ReportMoment& a, const ReportMoment& b) {
        return std::tie(a.at, a.kind, a.period, a.composite) < std::tie(b.at, b.kind, b.period, b.composite);
    });
    return schedule;
}

std::vector<Recipient> report_recipients(const Policy& policy, ReportKind kind, std::optional<UnitIndex> unit, Day today)
{
    static const std::vector<std::string> by_mail{"mail"};
    const Plan& plan = policy.plan;
    const ReportRule& rule = policy.reports.of(kind);
    std::vector<Recipient> all;
    for (const Audience audience : rule.audiences) {
        const bool of_plan = audience == Audience::office || audience == Audience::leaders;
        if (of_plan || unit) {
            add_new(all, policy.directory.reach(plan, audience, unit ? &plan.units[*unit] : nullptr, today, by_mail));
            continue;
        }
        for (const UnitIndex each : owing_units(plan)) add_new(all, policy.directory.reach(plan, audience, &plan.units[each], today, by_mail));
    }
    for (const std::string& contact : rule.contacts) add_new(all, {policy.directory.by_id(contact, today, by_mail)});
    return all;
}

}  // namespace planwatch
