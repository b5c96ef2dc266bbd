// What is not wrong in a plan, but likely not meant, and what the document left open. `planwatch check` shows it.
#pragma once

#include "config/plan.hpp"
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

// Warnings first, then notes, then assumptions; each by what it is about. `today`, in the plan's zone, tells what can still be reached;
// `contact_places` tells where the settings' contacts stand, by their ids.
std::vector<Finding> lint(const Policy& policy, const ParsedPlan& parsed, Day today,
                          const std::map<std::string, std::string>& contact_places = {});

}  // namespace planwatch
