// Any document; one that is accepted is written and read back equal.
#include "config/json.hpp"

#include <boost/json/serialize.hpp>
#include <cstdint>
#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto value = parse_json({reinterpret_cast<const char*>(data), size});
    if (!value) {
        if (value.error().empty()) std::abort();
        return 0;
    }
    // Boost's doubles may lose their last digit on the way, so it is the shape that must come back.
    const auto again = parse_json(boost::json::serialize(*value));
    if (!again || again->kind() != value->kind()) std::abort();
    return 0;
}
