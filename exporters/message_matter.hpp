// What the notices of a message are about, looked up in the plan, and those of one cause together.
#pragma once

#include "exporters/wording.hpp"
#include "rules/policy.hpp"

#include <optional>
#include <string>
#include <vector>

namespace planwatch {

// The alert of one notice. What the plan no longer has stays null.
struct NoticeMatter {
    NoticeMatter(const Notice& notice, const Policy& policy);

    const Notice* notice;
    AlertKey key;
    bool resolved = false;
    const Unit* unit = nullptr;
    const Duty* duty = nullptr;
    const Indicator* indicator = nullptr;
    const Clause* clause = nullptr;
    std::optional<Period> period;
    std::optional<Due> due;

    MessagePart part() const;
};

// Notices of one kind, subject and period, in the message's order: one line of it.
using Cause = std::vector<NoticeMatter>;
std::vector<Cause> causes_of(const Message& message, const Policy& policy);

// Where the message's moment stands to the due date.
Timing timing_of(const NoticeMatter& matter, Instant at, const Policy& policy);

// Whether it speaks of a town's businesses.
bool is_crowd(const NoticeMatter& matter, const Plan& plan);

// The indicators whose figures any of the units owes with the duty.
std::vector<const Indicator*> figures_owed(const Cause& cause, const Plan& plan);

// The name of the contact, or the id itself.
std::string contact_name(const Policy& policy, const std::string& id);

}  // namespace planwatch
