// Runs a rule script (config/rule_script.hpp) through a simulated plan and says what did not come true.
#pragma once

#include "config/rule_script.hpp"
#include "rules/policy.hpp"

#include <memory>
#include <string>
#include <vector>

namespace planwatch {

struct RuleTestFailure {
    std::string place;  // "file:line"
    std::string year;   // its title; empty where it has none
    std::string statement;
    std::string expected;
    std::string actual;
    std::vector<std::string> why;  // the arithmetic behind what is, line by line; what was firing instead
};

struct RuleTestReport {
    std::size_t passed = 0;  // expectations and refusals that came true
    std::vector<RuleTestFailure> failures;
};

// The script's names must be the plan's (check_names). Each of its years begins with the plan's issue and with nothing handed in;
// statements before the first `at` happen at the issue.
RuleTestReport run_rule_test(const RuleScript& script, const std::shared_ptr<const Policy>& policy);

std::string to_text(const RuleTestFailure& failure);  // several lines

}  // namespace planwatch
