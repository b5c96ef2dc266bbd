// Filings as CSV; what is accepted is what JSON would say too.
#include "config/submission.hpp"

#include <cstdint>
#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto read = parse_filings_csv({reinterpret_cast<const char*>(data), size});
    if (!read) {
        if (read.error().empty()) std::abort();
        return 0;
    }
    for (const RawFiling& each : *read) {
        const auto again = parse_filings(to_json(each));
        if (!again || again->size() != 1 || again->front() != each) std::abort();
    }
    return 0;
}
