// Whether somebody with an address is told: contacts that name units the plan has not, and steps of a ladder that reach nobody.
#include "config/lint_findings.hpp"
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
    People(Findings& findings, const std::map<std::string, std::string>& places) : findings_{findings}, plan_{findings.plan}, places_{places} {}

    void look()
    {
        const std::vector<Contact>& contacts = findings_.policy.directory.contacts();
        if (std::none_of(contacts.begin(), contacts.end(), [&](const Contact& each) { return serves(each, plan_); })) {
            findings_.note("plan", "no contacts: notices go to the units under their own names, with no address, and reach nobody",
                           "add to the settings or an overlay: [[contact]] with id, name, units, audiences = [\"reporter\"], mail");
            return;
        }
        look_for_unknown_units(contacts);
        for (const Audience audience : audiences) look_for_unreached(audience);
    }

private:
    using Steps = std::map<std::pair<int, bool>, std::string>;  // names in the order of the days

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
        const auto place = places_.find(contact.id);
        findings_.warn_at(place == places_.end() ? fmt::format("contact '{}'", contact.id) : place->second,
                          fmt::format("contact '{}': the plan '{}' has no unit '{}'{}", contact.id, plan_.id, unit, suggestion(unit, ids)),
                          "correct the contact's units");
    }

    // All units that nobody is told for as `audience`, in one line.
    void look_for_unreached(Audience audience)
    {
        const Duty* first = nullptr;
        Steps steps;
        std::vector<bool> seen(plan_.units.size());
        std::vector<std::string> unreached;
        for (const Duty& duty : plan_.duties) {
            Steps told = steps_telling(audience, duty);
            if (told.empty() || duty.units.empty()) continue;
            bool any = false;
            for (const UnitIndex unit : duty.units) {
                if (is_reached(audience, unit)) continue;
                any = true;
                if (!seen[unit]) unreached.push_back(plan_.units[unit].id);
                seen[unit] = true;
            }
            if (!any) continue;
            if (!first) first = &duty;
            steps.merge(told);
        }
        if (first) tell(audience, *first, steps, unreached);
    }

    Steps steps_telling(Audience audience, const Duty& duty) const
    {
        Steps steps;
        for (const LadderStep& step : findings_.policy.ladder_of(duty).steps)
            if (std::find(step.audiences.begin(), step.audiences.end(), audience) != step.audiences.end())
                steps.emplace(std::pair{step.offset, step.stands_at_due()}, step.name());
        return steps;
    }

    bool is_reached(Audience audience, UnitIndex unit) const
    {
        const std::vector<Recipient> recipients = findings_.policy.directory.reach(plan_, audience, &plan_.units[unit]);
        return std::any_of(recipients.begin(), recipients.end(), [](const Recipient& each) { return !each.address.empty(); });
    }

    void tell(Audience audience, const Duty& first, const Steps& steps, const std::vector<std::string>& units)
    {
        std::string names;
        for (const auto& [order, name] : steps) names += (names.empty() ? "" : ", ") + name;
        const std::string_view as = to_string(audience);
        const std::string whom = is_of_units(audience) ? fmt::format(" for {} of {} units: {}", units.size(), plan_.units.size(), examples(units)) : "";
        const std::string of = is_of_units(audience) ? fmt::format(" units = [\"{}\"{}],", units.front(), units.size() > 1 ? ", …" : "") : "";
        findings_.warn("duty/" + first.id, fmt::format("nobody with an address is told as {} at the ladder's {}{}", as, names, whom),
                       fmt::format("add to the settings or an overlay: [[contact]] with{} audiences = [\"{}\"], mail", of, as));
    }

    Findings& findings_;
    const Plan& plan_;
    const std::map<std::string, std::string>& places_;
};

}  // namespace

void lint_people(Findings& findings, const std::map<std::string, std::string>& places) { People{findings, places}.look(); }

}  // namespace planwatch::linting
