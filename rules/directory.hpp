// Who is told: people with addresses, and which part of a ladder reaches them.
#pragma once

#include "rules/plan.hpp"

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
    friend bool operator==(const Contact&, const Contact&) = default;
};

struct Recipient {
    std::string id;       // the contact's, or "unit:agri" where a unit has no contact
    std::string name;
    std::string channel;  // "mail"
    std::string address;  // empty where nobody gave one
    friend auto operator<=>(const Recipient&, const Recipient&) = default;
};

class Directory {
public:
    Directory() = default;
    explicit Directory(std::vector<Contact> contacts);

    // Everyone in `audience` for `unit` of `plan`, each once, in the directory's order. Never empty: where no
    // contact fits, the unit itself (for reporter and unit_head) or the office stands in under its own name.
    std::vector<Recipient> reach(const Plan& plan, Audience audience, const Unit* unit) const;
    // The same for several audiences; who stands in more than one is there once.
    std::vector<Recipient> reach(const Plan& plan, std::span<const Audience> audiences, const Unit* unit) const;
    static Recipient recipient(const Contact& contact);  // by the first address
    const std::vector<Contact>& contacts() const { return contacts_; }

private:
    using Positions = std::vector<std::uint32_t>;
    const Positions& around(const Unit* unit) const;
    bool add_fitting(std::vector<Recipient>& all, const Plan& plan, Audience audience, const Positions& candidates) const;

    std::vector<Contact> contacts_;
    // Only these are looked through: a plan of 20,000 businesses has as many contacts.
    std::unordered_map<std::string, Positions> by_unit_;
    Positions of_office_, of_leaders_;
};

std::string_view to_string(Audience);
std::optional<Audience> parse_audience(std::string_view text);

}  // namespace planwatch
