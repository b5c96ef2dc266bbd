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

// Whether `contact`, who is there for the unit, is who `audience` means. A lead unit is reached through its own people or
// through those who report for it.
bool answers(const Contact& contact, Audience audience)
{
    return speaks_as(contact, audience) || (audience == Audience::lead_unit && speaks_as(contact, Audience::reporter));
}

bool concerns_unit(Audience audience) { return audience != Audience::office && audience != Audience::leaders; }

Recipient stand_in(Audience audience, const Unit* unit)
{
    if (concerns_unit(audience) && unit) return {"unit:" + unit->id, unit->name, "mail", ""};
    return {"office", "食安办", "mail", ""};
}

void add_new(std::vector<Recipient>& all, Recipient person)
{
    if (std::find(all.begin(), all.end(), person) == all.end()) all.push_back(std::move(person));
}

}  // namespace

Recipient Directory::recipient(const Contact& contact)
{
    if (contact.addresses.empty()) return {contact.id, contact.name, "mail", ""};
    return {contact.id, contact.name, contact.addresses.front().channel, contact.addresses.front().value};
}

Directory::Directory(std::vector<Contact> contacts) : contacts_{std::move(contacts)}
{
    for (std::uint32_t i = 0; i < contacts_.size(); ++i) {
        for (const std::string& unit : contacts_[i].units)
            if (Positions& those = by_unit_[unit]; those.empty() || those.back() != i) those.push_back(i);
        if (speaks_as(contacts_[i], Audience::office)) of_office_.push_back(i);
        if (speaks_as(contacts_[i], Audience::leaders)) of_leaders_.push_back(i);
    }
}

const Directory::Positions& Directory::around(const Unit* unit) const
{
    static const Positions nobody;
    const auto found = unit ? by_unit_.find(unit->id) : by_unit_.end();
    return found == by_unit_.end() ? nobody : found->second;
}

// False where no contact fits.
bool Directory::add_fitting(std::vector<Recipient>& all, const Plan& plan, Audience audience, const Positions& candidates) const
{
    bool any = false;
    for (const std::uint32_t i : candidates) {
        if (!serves(contacts_[i], plan) || !answers(contacts_[i], audience)) continue;
        add_new(all, recipient(contacts_[i]));
        any = true;
    }
    return any;
}

std::vector<Recipient> Directory::reach(const Plan& plan, Audience audience, const Unit* unit) const
{
    return reach(plan, {&audience, 1}, unit);
}

std::vector<Recipient> Directory::reach(const Plan& plan, std::span<const Audience> audiences, const Unit* unit) const
{
    const Positions& of_unit = around(unit);
    std::vector<Recipient> all;
    all.reserve(audiences.size());
    for (const Audience audience : audiences) {
        const Positions& candidates = concerns_unit(audience) ? of_unit : audience == Audience::office ? of_office_ : of_leaders_;
        if (add_fitting(all, plan, audience, candidates)) continue;
        // Without a unit nobody reports, and leaders who gave no address are told by their office.
        const bool office_stands_in = audience == Audience::leaders || (concerns_unit(audience) && !unit);
        if (office_stands_in && add_fitting(all, plan, Audience::office, of_office_)) continue;
        add_new(all, stand_in(audience, unit));
    }
    return all;
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
