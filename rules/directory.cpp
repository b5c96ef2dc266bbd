#include "rules/directory.hpp"

#include "rules/names.hpp"

#include <algorithm>

namespace planwatch {

namespace {

bool has(const std::vector<std::string>& ids, const std::string& id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

bool speaks_as(const Contact& contact, Audience audience)
{
    return std::find(contact.audiences.begin(), contact.audiences.end(), audience) != contact.audiences.end();
}

bool serves(const Contact& contact, const Plan& plan) { return contact.plans.empty() || has(contact.plans, plan.id); }

// Whether `contact` is who `audience` means. A lead unit is reached through its own people or through those who report for it.
bool fits(const Contact& contact, Audience audience, const Unit* unit)
{
    switch (audience) {
        case Audience::reporter:
        case Audience::unit_head: return unit && speaks_as(contact, audience) && has(contact.units, unit->id);
        case Audience::lead_unit:
            return unit && (speaks_as(contact, audience) || speaks_as(contact, Audience::reporter)) && has(contact.units, unit->id);
        case Audience::office:
        case Audience::leaders: break;
    }
    return speaks_as(contact, audience);
}

Recipient recipient_of(const Contact& contact)
{
    if (contact.addresses.empty()) return {contact.id, contact.name, "mail", ""};
    return {contact.id, contact.name, contact.addresses.front().channel, contact.addresses.front().value};
}

Recipient stand_in(Audience audience, const Unit* unit)
{
    const bool of_unit = audience != Audience::office && audience != Audience::leaders;
    if (of_unit && unit) return {"unit:" + unit->id, unit->name, "mail", ""};
    return {"office", "食安办", "mail", ""};
}

std::vector<Recipient> fitting(const std::vector<Contact>& contacts, const Plan& plan, Audience audience, const Unit* unit)
{
    std::vector<Recipient> found;
    for (const Contact& contact : contacts) {
        if (!serves(contact, plan) || !fits(contact, audience, unit)) continue;
        const Recipient recipient = recipient_of(contact);
        if (std::find(found.begin(), found.end(), recipient) == found.end()) found.push_back(recipient);
    }
    return found;
}

}  // namespace

std::vector<Recipient> Directory::reach(const Plan& plan, Audience audience, const Unit* unit) const
{
    std::vector<Recipient> found = fitting(contacts_, plan, audience, unit);
    // Without a unit nobody reports, and leaders who gave no address are told by their office.
    const bool office_stands_in = audience == Audience::leaders || (audience != Audience::office && !unit);
    if (found.empty() && office_stands_in) found = fitting(contacts_, plan, Audience::office, nullptr);
    if (found.empty()) found.push_back(stand_in(audience, unit));
    return found;
}

std::string_view to_string(Audience audience)
{
    return name_in({"reporter", "unit_head", "lead_unit", "office", "leaders"}, audience);
}

std::optional<Audience> parse_audience(std::string_view text)
{
    for (const Audience audience :
         {Audience::reporter, Audience::unit_head, Audience::lead_unit, Audience::office, Audience::leaders})
        if (text == to_string(audience)) return audience;
    return std::nullopt;
}

}  // namespace planwatch
