// What is not wrong in a plan, but likely not meant, and what the document left open. `planwatch check` shows it.
#pragma once

#include "config/plan.hpp"
#include "config/settings.hpp"
#include "rules/policy.hpp"

namespace planwatch {

struct Finding {
    enum class Level : std::uint8_t { assumption, note, warning };
    Level level = Level::warning;
    std::string path;     // "file:line:column"
    std::string message;
    std::string cure;     // what would put it right, or decide it
    friend bool operator==(const Finding&, const Finding&) = default;
};

std::string_view to_string(Finding::Level level);

// Warnings first, then notes, then assumptions; each by what it is about. `today`, in the plan's zone, tells what can still be reached and
// who is away; `settings` which channels there are, and where contacts and routes stand (the policy has these people already).
std::vector<Finding> lint(const Policy& policy, const ParsedPlan& parsed, Day today,
                          const Settings& settings = {});

}  // namespace planwatch
