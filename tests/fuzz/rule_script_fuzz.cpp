// Rule scripts: whatever the text, the parser answers with a script or with placed problems, and a script's names can be held
// against a plan.
#include "config/rule_script.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const planwatch::SourceFile file{"fuzz.rules", std::string{reinterpret_cast<const char*>(data), size}};
    const auto script = planwatch::parse_rule_script(file);
    if (!script) {
        if (script.error().empty()) std::abort();
        for (const planwatch::Problem& problem : script.error())
            if (!problem.path.starts_with("fuzz.rules:") || problem.message.empty()) std::abort();
        return 0;
    }
    if (script->plan.empty()) std::abort();
    const planwatch::Plan nothing;
    (void)planwatch::check_names(*script, nothing);
    return 0;
}
