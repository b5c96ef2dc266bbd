// What the parts of the linter share: the plan they look at and the list they write to. For lint*.cpp only.
#pragma once

#include "config/lint.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace planwatch::linting {

class Findings {
public:
    Findings(const Policy& seen, const ParsedPlan& parsed) : policy{seen}, plan{seen.plan}, parsed_{parsed} {}

    const Policy& policy;
    const Plan& plan;

    // `where`: a key of ParsedPlan::positions.
    void warn(std::string_view where, std::string message, std::string cure);
    void note(std::string_view where, std::string message, std::string cure);
    void assume(std::string_view where, std::string message, std::string cure);
    void warn_at(std::string path, std::string message, std::string cure);
    void note_at(std::string path, std::string message, std::string cure);

    std::vector<Finding> take() { return std::move(all_); }

private:
    const ParsedPlan& parsed_;
    std::vector<Finding> all_;
};

// The first few, and how many more there are.
std::string examples(const std::vector<std::string>& all);

void lint_targets(Findings& findings, Day today);  // lint_targets.cpp
void lint_people(Findings& findings, const ParsedPlan& parsed, Day today, const Settings& settings);  // lint_people.cpp
void list_assumptions(Findings& findings);  // lint_assumptions.cpp

}  // namespace planwatch::linting
