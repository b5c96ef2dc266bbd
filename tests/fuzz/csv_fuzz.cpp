// Submissions as CSV.
#include "tests/fuzz/intake.hpp"

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::check(parse_submissions_csv({reinterpret_cast<const char*>(data), size}));
    return 0;
}
