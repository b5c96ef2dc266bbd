#include "rules/directory.hpp"

#include "rules/names.hpp"

#include <algorithm>

namespace planwatch {

namespace {

bool has(const std::vector<std::string>& ids, const std::string& id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

std::uint8_t bit(Audience audience) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(audience)); }

bool serves(const Contact& contact, const Plan& plan) { return contact.plans.empty() || has(contact.plans, plan.id); }

// As whom somebody who is there for the unit must speak to be who `audience` means. A lead unit is reached through its own people or
// through those who report for it.
std::uint8_t answering(Audience audience) { return bit(audience) | (audience == Audience::lead_unit ? bit(Audience::reporter) : std::uint8_t{0}); }

bool concerns_unit(Audience audience) { return audience != Audience::office && audience != Audience::leaders; }

// As whom notices may reach the contact: by each address, in their order; without one, by none.
std::vector<Recipient> recipients_of(const Contact& contact)
{
    struct Texts {
        std::string id, name;
        std::vector<Address> addresses;
    };
    const auto texts = std::make_shared<const Texts>(Texts{contact.id, contact.name, contact.addresses});
    const auto shared = [&](const std::string& text) { return SharedText{std::shared_ptr<const std::string>{texts, &text}}; };
    const SharedText id = shared(texts->id), name = shared(texts->name);
    std::vector<Recipient> all;
    for (const Address& address : texts->addresses) all.push_back({id, name, address.channel, shared(address.value)});
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
        Candidate candidate{.contact = i, .always = contacts_[i].plans.empty() && contacts_[i].absences.empty()};
        for (const Audience audience : contacts_[i].audiences) candidate.audiences |= bit(audience);
        for (const std::string& unit : contacts_[i].units)
            if (Candidates& those = by_unit_[unit]; those.empty() || those.back().contact != i) those.push_back(candidate);
        if (candidate.audiences & bit(Audience::office)) of_office_.push_back(candidate);
        if (candidate.audiences & bit(Audience::leaders)) of_leaders_.push_back(candidate);
    }
}

const Directory::Candidates& Directory::around(const Unit* unit) const
{
    static const Candidates nobody;
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

Recipient Directory::there_for(const Contact& contact, Day today, Channels channels) const
{
    return by_first_of(channels, static_cast<std::size_t>(&there_for(contact, today) - contacts_.data()));
}

// Of those that they have, or by their own first.
const Recipient& Directory::by_first_of(Channels channels, std::size_t contact) const
{
    const std::vector<Recipient>& ways = recipients_[contact];
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
bool Directory::add_fitting(std::vector<Recipient>& all, const Asked& asked, Audience audience, const Candidates& candidates) const
{
    bool any = false;
    for (const auto& [i, audiences, always] : candidates) {
        if ((audiences & answering(audience)) == 0 || !(always || serves(contacts_[i], asked.plan))) continue;
        add_new(all, always ? by_first_of(asked.channels, i) : there_for(contacts_[i], asked.today, asked.channels));
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
    return reach(plan, audiences, unit, around(unit), today, channels);
}

std::vector<Recipient> Directory::reach(const Plan& plan, std::span<const Audience> audiences, const Unit* unit, const Candidates& around_unit, Day today,
                                        Channels channels) const
{
    const Asked asked{plan, today, channels};
    std::vector<Recipient> all;
    all.reserve(audiences.size());
    for (const Audience audience : audiences) {
        const Candidates& candidates = concerns_unit(audience) ? around_unit : audience == Audience::office ? of_office_ : of_leaders_;
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
