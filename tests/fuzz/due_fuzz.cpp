// A due rule that is read is written in one form, which reads back as the same rule, and every such rule gives a moment.
#include "rules/due.hpp"

#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto rule = DueRule::parse({reinterpret_cast<const char*>(data), size});
    if (!rule) {
        if (rule.error().empty()) std::abort();
        return 0;
    }
    const std::string text = rule->to_string();
    const auto again = DueRule::parse(text);
    if (!again || *again != *rule || again->to_string() != text) std::abort();
    const Due due = due_of(*rule, Period::parse("2024-Q1").value(), Period::parse("2024-01-18")->first(), {}, {});
    if (due.why.empty()) std::abort();
    return 0;
}
