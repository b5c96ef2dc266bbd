// Who is told: people with addresses, and which part of a ladder reaches them.
#pragma once

#include "rules/plan.hpp"
#include "rules/shared_text.hpp"

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace planwatch {

// Whom a step of a ladder names.
enum class Audience : std::uint8_t { reporter, unit_head, lead_unit, office, leaders };

struct Address {
    std::string channel;  // "mail", "wecom", "dingtalk", "feishu", "webhook"
    std::string value;    // mail: "name@host"; of the others the id of a receiver in the settings
    friend bool operator==(const Address&, const Address&) = default;
};

// Days on which somebody is away, both included, in the plan's zone.
struct Absence {
    Day from, to;
    friend bool operator==(const Absence&, const Absence&) = default;
};

struct Contact {
    std::string id;
    std::string name;
    std::vector<std::string> plans;  // empty: all plans
    std::vector<std::string> units;  // for reporter and unit_head
    std::vector<Audience> audiences;
    std::vector<Address> addresses;  // the first is used first, the next where it fails
    std::string mobile;              // for being called by name in a chat; may be empty
    std::string deputy;              // the contact who is told in their place while they are away; may be empty
    std::vector<Absence> absences;
    bool at_once = false;            // each notice by itself, day and night: for machines

    bool is_away(Day day) const;
    friend bool operator==(const Contact&, const Contact&) = default;
};

struct Recipient {
    SharedText id;        // the contact's, or "unit:agri" where a unit has no contact
    SharedText name;
    std::string channel;  // "mail"
    SharedText address;   // empty where nobody gave one
    friend auto operator<=>(const Recipient&, const Recipient&) = default;
};

// Who is away on a day is stood in for by their deputy, or by the deputy's, and so on; where nobody of these is there, or nobody
// was named, the notice goes to the one who is away and waits in their mailbox. Deputies may name each other (AB岗).
// The address is the first in the order of `channels` that the person has, or their own first.
class Directory {
public:
    using Channels = std::span<const std::string>;
    static constexpr std::size_t longest_line = 16;  // people who are asked in turn, so that no line costs more and none goes round for ever

    // A contact as it is looked for: who answers is settled without a look at the contact itself, which lies elsewhere in memory.
    struct Candidate {
        std::uint32_t contact = 0;   // position
        std::uint8_t audiences = 0;  // bit an audience that it speaks as
        bool always = false;         // of every plan, and never away
    };
    using Candidates = std::vector<Candidate>;

    Directory() = default;
    explicit Directory(std::vector<Contact> contacts);  // ids once each; of two with one id the first is meant by it

    // Everyone in `audience` for `unit` of `plan` on the day `today` (in the plan's zone), each once, in the directory's order. Never
    // empty: where no contact fits, the unit itself (for reporter and unit_head) or the office stands in under its own name.
    // Without a day nobody is away.
    std::vector<Recipient> reach(const Plan& plan, Audience audience, const Unit* unit, Day today = {}, Channels channels = {}) const;
    // The same for several audiences; who stands in more than one is there once.
    std::vector<Recipient> reach(const Plan& plan, std::span<const Audience> audiences, const Unit* unit, Day today = {}, Channels channels = {}) const;
    // Those who are there for the unit, for whoever asks again and again; it lives as long as the directory.
    const Candidates& around(const Unit* unit) const;
    std::vector<Recipient> reach(const Plan& plan, std::span<const Audience> audiences, const Unit* unit, const Candidates& around_unit, Day today, Channels channels) const;
    // The contact of this id, or who is there for them; one that does not exist is a recipient without an address.
    Recipient by_id(const std::string& id, Day today, Channels channels) const;
    // The contact's further addresses in their order, which take over where `channel` fails. Empty where there is no such contact.
    std::vector<Recipient> others(const std::string& id, std::string_view channel) const;

    const Contact* find(const std::string& id) const;
    const std::vector<Contact>& contacts() const { return contacts_; }

private:
    struct Asked {
        const Plan& plan;
        Day today;
        Channels channels;
    };

    const Contact& there_for(const Contact& contact, Day today) const;
    Recipient there_for(const Contact& contact, Day today, Channels channels) const;
    const Recipient& by_first_of(Channels channels, std::size_t contact) const;
    bool add_fitting(std::vector<Recipient>& all, const Asked& asked, Audience audience, const Candidates& candidates) const;

    std::vector<Contact> contacts_;
    std::vector<std::vector<Recipient>> recipients_;  // by contact, then by address; never empty: the texts that all notices share
    // Only these are looked through: a plan of 20,000 businesses has as many contacts.
    std::unordered_map<std::string, Candidates> by_unit_;
    std::unordered_map<std::string, std::uint32_t> by_id_;
    Candidates of_office_, of_leaders_;
};

std::string_view to_string(Audience);
std::optional<Audience> parse_audience(std::string_view text);

}  // namespace planwatch
