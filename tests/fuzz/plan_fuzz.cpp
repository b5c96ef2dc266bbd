// A plan file, and behind a line of "%%" an overlay for it. What is refused says why; what is accepted compiles, and everything
// that looks at it (deadlines, lint, the ledger's payload) holds.
#include "config/calendar.hpp"
#include "config/lint.hpp"
#include "config/policy.hpp"

#include <cstdint>
#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::string_view border = "\n%%\n";
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const std::size_t cut = text.find(border);
    Sources sources{{"p.toml", std::string{text.substr(0, cut)}}, {}, {"c.toml", "year = []"}, {.contacts = {{"office", "食安办", {}, {}, {Audience::office}, {{"mail", "office@example.org"}}}}, .routes = {{.contacts = {"office", "zhang"}}}}, {}};
    if (cut != std::string_view::npos) sources.overlays.push_back({"o.toml", std::string{text.substr(cut + border.size())}});

    const auto parsed = parse_plan(sources.plan, sources.overlays);
    if (!parsed) {
        if (parsed.error().empty()) std::abort();
        return 0;
    }
    const auto policy = compile(sources, *parsed);
    if (!policy) std::abort();
    for (const Day today : {parsed->plan.starts, parsed->plan.ends})
        for (const Finding& finding : lint(**policy, *parsed, today))
            if (finding.message.empty() || finding.path.empty() || finding.cure.empty()) std::abort();
    const auto read = parse_sources(to_json(sources));
    if (!read || *read != sources || version_of(*read) != version_of(sources)) std::abort();
    return 0;
}
