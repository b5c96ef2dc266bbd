// A period that is read is spelled as it was read, and its neighbours lead back to it.
#include "rules/period.hpp"

#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto period = Period::parse(text);
    if (!period) return 0;
    if (period->to_string() != text || Period::from_code(period->code()) != *period) std::abort();
    if (period->next().previous() != *period || period->next().first() <= period->last()) std::abort();
    if (Period::containing(period->kind(), period->last()) != *period) std::abort();
    return 0;
}
