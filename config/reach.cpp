#include "config/reach.hpp"

#include "config/text.hpp"
#include "rules/circles.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch {
namespace {

constexpr std::string_view then = " -> ";

bool has(const std::vector<std::string>& ids, const std::string& id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

bool can_be_about(AlertKind kind, const Indicator& indicator)
{
    switch (kind) {
        case AlertKind::behind_pace: return indicator.target && indicator.pace.kind != Pace::Kind::none;
        case AlertKind::target_missed: return indicator.target && !indicator.target->hold;
        case AlertKind::below_hold: return indicator.target && indicator.target->hold;
        case AlertKind::implausible: return true;
        case AlertKind::due_soon:
        case AlertKind::overdue:
        case AlertKind::undeliverable:
        case AlertKind::silence_ending: break;
    }
    return false;
}

class Proof {
public:
    Proof(const Policy& policy, const ParsedPlan& parsed, const Living& living, const Settings& settings)
        : policy_{policy}, plan_{policy.plan}, parsed_{parsed}, living_{living}, settings_{settings}
    {
    }

    ReachProof prove()
    {
        for (const Duty& duty : plan_.duties) look_at(duty);
        for (const AlertKind kind : all_alert_kinds)
            if (!is_about_slot(kind)) look_at(kind);
        for (std::size_t i = 0; i < policy_.routes.size(); ++i) look_at(policy_.routes[i], i);
        return std::move(proof_);
    }

private:
    using Units = std::span<const UnitIndex>;

    // What a step is about, and how one comes to it.
    struct Rung {
        const Ladder& ladder;
        const LadderStep& step;
        std::string about;  // "duty quarterly_progress", "behind_pace -> indicator batches"
        std::string where;  // a key of ParsedPlan::positions
        std::string_view moment = "due";  // around which the ladder stands
    };

    void look_at(const Duty& duty)
    {
        const Circles circles{plan_, duty.units};
        const Ladder& ladder = policy_.ladder_of(duty);
        for (const LadderStep& step : ladder.steps) {
            const Rung rung{ladder, step, "duty " + duty.id, "duty/" + duty.id};
            for (std::size_t i = 0; i < circles.size(); ++i) {
                const Circle circle = circles[i];
                look_at(rung, {&circle.told_as, 1});
            }
        }
    }

    void look_at(AlertKind kind)
    {
        const Ladder& ladder = policy_.ladder_of(kind);
        const bool of_plan = kind == AlertKind::undeliverable || kind == AlertKind::silence_ending;
        for (const LadderStep& step : ladder.steps) {
            if (of_plan) {
                look_at({ladder, step, std::string{to_string(kind)}, "plan", "fired"}, {});
                continue;
            }
            for (const Indicator& indicator : plan_.indicators) {
                if (!can_be_about(kind, indicator)) continue;
                const Rung rung{ladder, step, fmt::format("{}{}indicator {}", to_string(kind), then, indicator.id), "indicator/" + indicator.id, "fired"};
                if (!indicator.each && kind != AlertKind::implausible) {
                    look_at(rung, indicator.units);
                    continue;
                }
                for (const UnitIndex& unit : indicator.units) look_at(rung, {&unit, 1});
            }
        }
    }

    // `units`: those whom one alert is about.
    void look_at(const Rung& rung, Units units)
    {
        ++proof_.looked_at;
        if (is_reached(rung.step, units)) return;
        if (++proof_.holes > 1) return;
        proof_.path = parsed_.position(rung.where);
        proof_.first = fmt::format("plan {1}{0}{2}{0}ladder {3}{0}step {4}{0}{5}", then, plan_.id, rung.about, rung.ladder.id,
                                   rung.step.stands_at_due() ? std::string{rung.moment} : rung.step.name(), dead_ends(rung.step, units));
    }

    void look_at(const Route& route, std::size_t position)
    {
        if (!route.plans.empty() && !has(route.plans, plan_.id)) return;
        ++proof_.looked_at;
        if (is_reached(route.contacts)) return;
        if (++proof_.holes > 1) return;
        proof_.path = position < settings_.route_places.size() ? settings_.route_places[position] : parsed_.position("plan");
        std::string ends;
        for (const std::string& id : route.contacts) add_end(ends, way_to(id));
        proof_.first = fmt::format("plan {1}{0}route {2}{0}{3}", then, plan_.id, position + 1, ends);
    }

    bool is_reached(const std::vector<std::string>& contacts) const
    {
        return std::any_of(contacts.begin(), contacts.end(), [&](const std::string& id) {
            const Contact* const contact = policy_.directory.find(id);
            return contact && living_.includes(*contact);
        });
    }

    bool is_reached(const LadderStep& step, Units units) const
    {
        if (is_reached(step.contacts) || (units.empty() && is_reached(step, std::nullopt))) return true;
        return std::any_of(units.begin(), units.end(), [&](UnitIndex unit) { return is_reached(step, unit); });
    }

    bool is_reached(const LadderStep& step, std::optional<UnitIndex> unit) const
    {
        return std::any_of(step.audiences.begin(), step.audiences.end(), [&](Audience audience) { return living_.includes_any(audience, unit); });
    }

    // ---- the ways that end nowhere

    static void add_end(std::string& ends, const std::string& way) { ends += (ends.empty() ? "" : "; ") + way; }

    std::string dead_ends(const LadderStep& step, Units units) const
    {
        std::string ends;
        for (const Audience audience : step.audiences) {
            const bool of_unit = audience != Audience::office && audience != Audience::leaders && !units.empty();
            const Unit* const unit = of_unit ? &plan_.units[units.front()] : nullptr;  // it is so with the others too
            const std::string whom = fmt::format("{}{}", to_string(audience), unit ? fmt::format("{}unit {}", then, unit->id) : "");
            for (const Recipient& each : policy_.directory.reach(plan_, audience, unit)) {
                const bool for_others = audience != Audience::office && !unit && speaks_for_the_office(each);
                add_end(ends, fmt::format("{}{}{}{}", whom, for_others ? " (nobody, so the office)" : "", then, way_to(each)));
            }
        }
        for (const std::string& id : step.contacts) add_end(ends, way_to(id));
        return ends;
    }

    bool speaks_for_the_office(const Recipient& recipient) const
    {
        const Contact* const contact = policy_.directory.find(recipient.id);
        return contact && std::find(contact->audiences.begin(), contact->audiences.end(), Audience::office) != contact->audiences.end();
    }

    std::string way_to(const Recipient& recipient) const
    {
        const Contact* const contact = policy_.directory.find(recipient.id);
        const bool stands_in = recipient.address.empty() && (!contact || !contact->addresses.empty());
        return stands_in ? "no contact" : living_.way(*contact);
    }

    std::string way_to(const std::string& id) const
    {
        const Contact* const contact = policy_.directory.find(id);
        return contact ? living_.way(*contact) : fmt::format("contact {}{}unknown", id, then);
    }

    const Policy& policy_;
    const Plan& plan_;
    const ParsedPlan& parsed_;
    const Living& living_;
    const Settings& settings_;
    ReachProof proof_;
};

}  // namespace

Living::Living(const Policy& policy, const Settings& settings, Day from, Day to)
    : plan_{policy.plan}, directory_{policy.directory}, settings_{settings}, from_{from}, to_{std::max(from, to)},
      contacts_(directory_.contacts().size(), Answer::unknown)
{
}

bool Living::includes(const Contact& contact) const
{
    Answer& answer = contacts_.at(static_cast<std::size_t>(&contact - directory_.contacts().data()));
    if (answer == Answer::unknown) answer = follow(contact, nullptr) ? Answer::yes : Answer::no;
    return answer == Answer::yes;
}

bool Living::includes_any(Audience audience, std::optional<UnitIndex> unit) const
{
    std::vector<Answer>& answers = units_.try_emplace(audience, plan_.units.size() + 1, Answer::unknown).first->second;
    Answer& answer = answers[unit ? *unit : plan_.units.size()];
    if (answer == Answer::unknown) answer = ask(audience, unit ? &plan_.units[*unit] : nullptr) ? Answer::yes : Answer::no;
    return answer == Answer::yes;
}

// Who stands in because there is no contact has no address.
bool Living::ask(Audience audience, const Unit* unit) const
{
    const std::vector<Recipient> all = directory_.reach(plan_, audience, unit);
    return std::any_of(all.begin(), all.end(), [&](const Recipient& each) {
        const Contact* const contact = each.address.empty() ? nullptr : directory_.find(each.id);
        return contact && includes(*contact);
    });
}

std::string Living::way(const Contact& contact) const
{
    std::string way;
    follow(contact, &way);
    return way;
}

// As Directory does on a day, for all days together.
bool Living::follow(const Contact& first, std::string* way) const
{
    const auto add = [&](const std::string& link) {
        if (way) *way += way->empty() ? link : std::string{then} + link;
    };
    const Contact* person = &first;
    for (std::size_t looked = 0; looked < Directory::longest_line; ++looked) {
        add((person == &first ? "contact " : "deputy ") + person->id);
        if (is_away_throughout(*person)) {
            add("away until " + format_day(to_));
        } else if (std::any_of(person->addresses.begin(), person->addresses.end(), [&](const Address& each) { return is_usable(each); })) {
            return true;
        } else {
            std::string lacks;
            for (const Address& each : person->addresses) lacks += fmt::format("{}{} '{}'", lacks.empty() ? ": " : ", ", each.channel, each.value);
            add(person->addresses.empty() ? "no address" : "no address that can be used" + lacks);
            if (person == &first || !person->addresses.empty()) return false;
        }
        const Contact* const next = directory_.find(person->deputy);
        if (!next) add(person->deputy.empty() ? "no deputy" : fmt::format("deputy {}{}unknown", person->deputy, then));
        if (!next) return false;
        if (next == &first) {
            add("back at contact " + first.id);
            return false;
        }
        person = next;
    }
    add("and so on");
    return false;
}

bool Living::is_away_throughout(const Contact& contact) const
{
    std::vector<Absence> absences = contact.absences;
    std::sort(absences.begin(), absences.end(), [](const Absence& a, const Absence& b) { return a.from < b.from; });
    Day next = from_;
    for (const Absence& each : absences)
        if (each.from <= next && next <= each.to) next = each.to + std::chrono::days{1};
    return next > to_;
}

bool Living::is_usable(const Address& address) const
{
    if (address.channel == "mail") return !address.value.empty() && !(settings_.mail.server.empty() && settings_.mail.directory.empty());
    return std::any_of(settings_.receivers.begin(), settings_.receivers.end(),
                       [&](const Receiver& each) { return each.id == address.value && each.kind == address.channel; });
}

Problems stray_routes(const Settings& settings, std::span<const Plan* const> read, std::span<const std::string> known)
{
    Problems problems;
    for (std::size_t i = 0; i < settings.office.routes.size(); ++i) {
        const Route& route = settings.office.routes[i];
        const std::string place = i < settings.route_places.size() ? settings.route_places[i] : std::string{};
        for (const std::string& plan : route.plans)
            if (std::find(known.begin(), known.end(), plan) == known.end())
                problems.push_back({place, fmt::format("the route is for the plan '{}', which is nowhere{}", plan, suggestion(plan, known))});
        const auto is_for = [&](const std::string& plan) { return route.plans.empty() || has(route.plans, plan); };
        std::size_t expected = static_cast<std::size_t>(std::count_if(known.begin(), known.end(), is_for));
        std::vector<std::string> units;
        for (const Plan* const plan : read) {
            if (!is_for(plan->id)) continue;
            --expected;
            for (const Unit& unit : plan->units) units.push_back(unit.id);
        }
        if (expected != 0 || units.empty()) continue;
        for (const std::string& unit : route.units)
            if (!has(units, unit)) problems.push_back({place, fmt::format("the route is for the unit '{}', which none of its plans has{}", unit, suggestion(unit, units))});
    }
    return problems;
}

Problems stray_reports(const Settings& settings, std::span<const std::string> known)
{
    Problems problems;
    for (const ReportKind kind : all_report_kinds)
        for (const std::string& plan : settings.office.reports.of(kind).plans)
            if (std::find(known.begin(), known.end(), plan) == known.end())
                problems.push_back({settings.report_places[static_cast<std::size_t>(kind)],
                                    fmt::format("[reports.{}] is for the plan '{}', which is nowhere{}", to_string(kind), plan, suggestion(plan, known))});
    return problems;
}

Living living_people(const Policy& policy, Day today, const Settings& settings)
{
    Day last = policy.plan.ends;
    for (const Duty& duty : policy.plan.duties)
        if (!duty.periods.empty())
            last = std::max(last, due_of(duty.due, duty.periods.back(), policy.plan.issued, policy.calendar, policy.zone).date);
    return {policy, settings, std::max(today, policy.plan.issued), last};
}

ReachProof prove_reach(const Policy& policy, const ParsedPlan& parsed, const Living& living, const Settings& settings)
{
    return Proof{policy, parsed, living, settings}.prove();
}

}  // namespace planwatch
