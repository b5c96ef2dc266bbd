#include "config/policy.hpp"
#include "config/reach.hpp"
#include "config/settings.hpp"

#include <cstdint>
#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto settings = parse_settings({"etc/planwatch.toml", {reinterpret_cast<const char*>(data), size}});
    if (!settings && settings.error().empty()) std::abort();
    if (!settings) return 0;
    // What it says of people is what the ledger gives back.
    const Sources sources{{}, {}, {}, settings->office, {}};
    const auto read = parse_sources(to_json(sources));
    if (!read || *read != sources || version_of(*read) != version_of(sources)) std::abort();
    stray_routes(*settings, {}, {});
    stray_reports(*settings, {});
    return 0;
}
