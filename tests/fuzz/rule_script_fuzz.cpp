// Rule scripts: whatever the text, every problem of it is placed, and none is lost where the names of what could be read are held
// against a plan.
#include "config/rule_script.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const planwatch::SourceFile file{"fuzz.rules", std::string{reinterpret_cast<const char*>(data), size}};
    const planwatch::RuleScript script = planwatch::parse_rule_script(file);
    const planwatch::Problems of_form = planwatch::problems_of(script);
    for (const planwatch::Problem& problem : of_form)
        if (!problem.path.starts_with("fuzz.rules:") || problem.message.empty()) std::abort();
    if (of_form.empty() && script.plan.empty()) std::abort();
    const planwatch::Plan nothing;
    const planwatch::Problems all = planwatch::problems_of(script, nothing);
    for (const planwatch::Problem& problem : of_form)
        if (std::find(all.begin(), all.end(), problem) == all.end()) std::abort();
    return 0;
}
