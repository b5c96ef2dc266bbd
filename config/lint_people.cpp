// Whether somebody who lives is told: the proof of it with its first hole, whom no step of a ladder reaches as what they are told as,
// and contacts that were hardly meant so.
#include "config/lint_findings.hpp"
#include "config/reach.hpp"
#include "rules/circles.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <unordered_set>

namespace planwatch::linting {
namespace {

constexpr std::array audiences{Audience::reporter, Audience::unit_head, Audience::lead_unit, Audience::office, Audience::leaders};

bool serves(const Contact& contact, const Plan& plan)
{
    return contact.plans.empty() || std::find(contact.plans.begin(), contact.plans.end(), plan.id) != contact.plans.end();
}

bool is_of_units(Audience audience) { return audience != Audience::office && audience != Audience::leaders; }

class People {
public:
    People(Findings& findings, const ParsedPlan& parsed, Day today, const Settings& settings)
        : findings_{findings}, policy_{findings.policy}, plan_{findings.plan}, directory_{policy_.directory}, parsed_{parsed}, today_{today}, settings_{settings},
          living_{living_people(policy_, today, settings)}
    {
        for (std::size_t i = 0; i < settings.office.contacts.size() && i < settings.contact_places.size(); ++i)
            places_[settings.office.contacts[i].id] = settings.contact_places[i];
        for (const Override& each : parsed.overrides)
            if (each.what.starts_with(contact_word)) places_[each.what.substr(contact_word.size())] = each.path;
    }

    void look()
    {
        const std::vector<Contact>& contacts = directory_.contacts();
        if (std::none_of(contacts.begin(), contacts.end(), [&](const Contact& each) { return serves(each, plan_); })) {
            findings_.note("plan", "no contacts: notices go to the units under their own names, with no address, and reach nobody",
                           "add to the settings or an overlay: [[contact]] with id, name, units, audiences = [\"reporter\"], mail");
            return;
        }
        prove();
        look_for_unknown_units(contacts);
        look_for_unknown_names(contacts);
        look_for_absences(contacts);
        look_for_unused(contacts);
        for (const Audience audience : audiences) look_for_unreached(audience);
    }

private:
    using Steps = std::map<std::pair<int, bool>, std::string>;  // names in the order of the days
    static constexpr std::string_view contact_word = "contact ";

    std::string place_of(const std::string& contact) const
    {
        const auto place = places_.find(contact);
        return place == places_.end() ? fmt::format("contact '{}'", contact) : place->second;
    }

    std::string nearest_contact(const std::string& id) const
    {
        std::vector<std::string> ids;
        for (const Contact& each : directory_.contacts()) ids.push_back(each.id);
        return suggestion(id, ids);
    }

    void prove()
    {
        const ReachProof proof = prove_reach(policy_, parsed_, living_, settings_);
        if (proof.holes == 0) return;
        findings_.warn_at(proof.path, fmt::format("{} of {} steps and routes reach nobody who could read it, the first: {}", proof.holes, proof.looked_at, proof.first),
                          "add to the settings or an overlay the [[contact]] that lacks, an address that can be used, or a deputy for who is away");
    }

    // A contact for all plans may well name units of another.
    void look_for_unknown_units(const std::vector<Contact>& contacts)
    {
        std::unordered_set<std::string_view> known;
        for (const Unit& unit : plan_.units) known.insert(unit.id);
        for (const Contact& contact : contacts) {
            if (contact.plans.empty() || !serves(contact, plan_)) continue;
            for (const std::string& unit : contact.units)
                if (!known.contains(unit)) warn_of(contact, unit);
        }
    }

    void warn_of(const Contact& contact, const std::string& unit)
    {
        std::vector<std::string> ids;
        for (const Unit& each : plan_.units) ids.push_back(each.id);
        findings_.warn_at(place_of(contact.id), fmt::format("contact '{}': the plan '{}' has no unit '{}'{}", contact.id, plan_.id, unit, suggestion(unit, ids)),
                          "correct the contact's units");
    }

    // What an overlay or a ladder names; what the settings name themselves was checked when they were read.
    void look_for_unknown_names(const std::vector<Contact>& contacts)
    {
        for (const Contact& contact : contacts) {
            if (!serves(contact, plan_)) continue;
            if (!contact.deputy.empty() && !directory_.find(contact.deputy))
                findings_.warn_at(place_of(contact.id), fmt::format("contact '{}': there is no contact '{}' to be the deputy{}", contact.id, contact.deputy,
                                                                    nearest_contact(contact.deputy)), "correct the contact's deputy");
            for (const Address& address : contact.addresses)
                if (!living_.is_usable(address)) warn_of(contact, address);
        }
        for (const Ladder& ladder : policy_.ladders) {
            if (ladder.of_one_duty) continue;  // its steps are those of another
            for (const LadderStep& step : ladder.steps)
                for (const std::string& id : step.contacts)
                    if (!directory_.find(id))
                        findings_.warn("ladder/" + ladder.id, fmt::format("the ladder '{}' names the contact '{}', who is neither in the settings nor in an overlay{}",
                                                                          ladder.id, id, nearest_contact(id)), "correct the name, or add the [[contact]]");
        }
    }

    void warn_of(const Contact& contact, const Address& address)
    {
        if (address.channel == "mail") return;  // no mail at all: the proof says so
        std::vector<std::string> ids;
        for (const Receiver& each : settings_.receivers)
            if (each.kind == address.channel) ids.push_back(each.id);
        findings_.warn_at(place_of(contact.id), fmt::format("contact '{}': the settings have no receiver '{}' of kind {}{}", contact.id, address.value, address.channel,
                                                            suggestion(address.value, ids)), "add the [[receiver]] to the settings, or correct its name here");
    }

    // An absence without anybody there from its first day that is still to come: what they are told waits for them.
    void look_for_absences(const std::vector<Contact>& contacts)
    {
        for (const Contact& contact : contacts) {
            if (!serves(contact, plan_)) continue;
            for (const Absence& absence : contact.absences) {
                const Day from = std::max(absence.from, today_);
                if (from > absence.to || from > plan_.ends || directory_.by_id(contact.id, from, {}).id != contact.id) continue;
                const std::string_view why = contact.deputy.empty() ? "has no deputy" : "no deputy is there in their place";
                findings_.note_at(place_of(contact.id), fmt::format("contact '{}' is away from {} to {} and {}: what they are told in these days waits for them", contact.id,
                                                                    format_day(from), format_day(absence.to), why),
                                  "name a deputy who is there: deputy = \"the id of another contact\"");
            }
        }
    }

    void look_for_unused(const std::vector<Contact>& contacts)
    {
        std::unordered_set<std::string_view> named;
        for (const Contact& each : contacts) named.insert(each.deputy);
        for (const Route& route : policy_.routes) named.insert(route.contacts.begin(), route.contacts.end());
        for (const Ladder& ladder : policy_.ladders)
            for (const LadderStep& step : ladder.steps) named.insert(step.contacts.begin(), step.contacts.end());
        for (const Contact& each : contacts)
            if (serves(each, plan_) && each.audiences.empty() && !named.contains(each.id))
                findings_.note_at(place_of(each.id), fmt::format("contact '{}' is never told anything: no audiences, nobody's deputy, named by no route and no step", each.id),
                                  "say what they are told as, such as audiences = [\"reporter\"], or name them where they are to be told");
    }

    // All units that nobody is told for as `audience`, in one line.
    void look_for_unreached(Audience audience)
    {
        const Duty* first = nullptr;
        Steps steps;
        std::vector<bool> seen(plan_.units.size());
        std::vector<std::string> unreached;
        std::size_t asked = 0;
        for (const Duty& duty : plan_.duties) {
            Steps told = steps_telling(audience, duty);
            if (told.empty() || duty.units.empty()) continue;
            bool any = false;
            const Circles circles{plan_, duty.units};
            for (std::size_t i = 0; i < circles.size(); ++i) {
                const UnitIndex unit = circles[i].told_as;
                const bool is_new = !seen[unit];
                seen[unit] = true;
                if (is_new) ++asked;
                if (living_.includes_any(audience, unit)) continue;
                any = true;
                if (is_new) unreached.push_back(plan_.units[unit].id);
            }
            if (!any) continue;
            if (!first) first = &duty;
            steps.merge(told);
        }
        if (first) tell(audience, *first, steps, unreached, asked);
    }

    Steps steps_telling(Audience audience, const Duty& duty) const
    {
        Steps steps;
        for (const LadderStep& step : policy_.ladder_of(duty).steps)
            if (std::find(step.audiences.begin(), step.audiences.end(), audience) != step.audiences.end())
                steps.emplace(std::pair{step.offset, step.stands_at_due()}, step.name());
        return steps;
    }

    void tell(Audience audience, const Duty& first, const Steps& steps, const std::vector<std::string>& units, std::size_t asked)
    {
        std::string names;
        for (const auto& [order, name] : steps) names += (names.empty() ? "" : ", ") + name;
        const std::string_view as = to_string(audience);
        const std::string whom = is_of_units(audience) ? fmt::format(" for {} of {} units: {}", units.size(), asked, examples(units)) : "";
        const std::string of = is_of_units(audience) ? fmt::format(" units = [\"{}\"{}],", units.front(), units.size() > 1 ? ", …" : "") : "";
        findings_.warn("duty/" + first.id, fmt::format("nobody who could read it is told as {} at the ladder's {}{}", as, names, whom),
                       fmt::format("add to the settings or an overlay: [[contact]] with{} audiences = [\"{}\"], mail", of, as));
    }

    Findings& findings_;
    const Policy& policy_;
    const Plan& plan_;
    const Directory& directory_;
    const ParsedPlan& parsed_;
    const Day today_;
    const Settings& settings_;
    const Living living_;
    std::map<std::string, std::string> places_;  // where contacts stand, by their ids
};

}  // namespace

void lint_people(Findings& findings, const ParsedPlan& parsed, Day today, const Settings& settings) { People{findings, parsed, today, settings}.look(); }

}  // namespace planwatch::linting
