#include "config/settings.hpp"

#include <cstdint>
#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto settings = parse_settings({"etc/planwatch.toml", {reinterpret_cast<const char*>(data), size}});
    if (!settings && settings.error().empty()) std::abort();
    return 0;
}
