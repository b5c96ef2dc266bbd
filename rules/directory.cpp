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

// As whom notices may reach the contact: by each address, in their order; without one, by none.
std::vector<Recipient> recipients_of(const Contact& contact)
{
    const SharedText id{contact.id}, name{contact.name};
    std::vector<Recipient> all;
    for (const Address& address : contact.addresses) all.push_back({id, name, address.channel, address.value});
    if (all.empty()) all.push_back({id, name, "mail", ""});
    return all;
}

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

bool Contact::is_away(Day day) const
{
    return std::any_of(absences.begin(), absences.end(), [&](const Absence& each) { return each.from <= day && day <= each.to; });
}

Directory::Directory(std::vector<Contact> contacts) : contacts_{std::move(contacts)}
{
    for (std::uint32_t i = 0; i < contacts_.size(); ++i) {
        recipients_.push_back(recipients_of(contacts_[i]));
        by_id_.try_emplace(contacts_[i].id, i);
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

const Contact* Directory::find(const std::string& id) const
{
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &contacts_[found->second];
}

const Contact& Directory::there_for(const Contact& contact, Day today) const
{
    const Contact* person = &contact;
    for (std::size_t looked = 0; looked < longest_line; ++looked) {
        if (!person->is_away(today) && (person == &contact || !person->addresses.empty())) return *person;
        person = find(person->deputy);
        if (!person || person == &contact) break;
    }
    return contact;
}

// By the first of `channels` that they have, or by their own first.
Recipient Directory::there_for(const Contact& contact, Day today, Channels channels) const
{
    const auto person = static_cast<std::size_t>(&there_for(contact, today) - contacts_.data());
    const std::vector<Recipient>& ways = recipients_[person];
    for (const std::string& channel : channels)
        if (const auto found = std::find_if(ways.begin(), ways.end(), [&](const Recipient& each) { return each.channel == channel; }); found != ways.end()) return *found;
    return ways.front();
}

Recipient Directory::by_id(const std::string& id, Day today, Channels channels) const
{
    const Contact* const contact = find(id);
    return contact ? there_for(*contact, today, channels) : Recipient{id, id, "mail", ""};
}

std::vector<Recipient> Directory::others(const std::string& id, std::string_view channel) const
{
    std::vector<Recipient> all;
    const Contact* const contact = find(id);
    if (!contact) return all;
    for (const Address& address : contact->addresses)
        if (address.channel != channel) all.push_back({contact->id, contact->name, address.channel, address.value});
    return all;
}

// False where no contact fits.
bool Directory::add_fitting(std::vector<Recipient>& all, const Asked& asked, Audience audience, const Positions& candidates) const
{
    bool any = false;
    for (const std::uint32_t i : candidates) {
        if (!serves(contacts_[i], asked.plan) || !answers(contacts_[i], audience)) continue;
        add_new(all, there_for(contacts_[i], asked.today, asked.channels));
        any = true;
    }
    return any;
}

std::vector<Recipient> Directory::reach(const Plan& plan, Audience audience, const Unit* unit, Day today, Channels channels) const
{
    return reach(plan, {&audience, 1}, unit, today, channels);
}

std::vector<Recipient> Directory::reach(const Plan& plan, std::span<const Audience> audiences, const Unit* unit, Day today, Channels channels) const
{
    const Asked asked{plan, today, channels};
    const Positions& of_unit = around(unit);
    std::vector<Recipient> all;
    all.reserve(audiences.size());
    for (const Audience audience : audiences) {
        const Positions& candidates = concerns_unit(audience) ? of_unit : audience == Audience::office ? of_office_ : of_leaders_;
        if (add_fitting(all, asked, audience, candidates)) continue;
        // Without a unit nobody reports, and leaders who gave no address are told by their office.
        const bool office_stands_in = audience == Audience::leaders || (concerns_unit(audience) && !unit);
        if (office_stands_in && add_fitting(all, asked, Audience::office, of_office_)) continue;
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
