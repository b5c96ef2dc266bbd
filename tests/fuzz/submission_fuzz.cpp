// Bodies of submissions and filings, as JSON, NDJSON and the simulator's input.
#include "tests/fuzz/intake.hpp"

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    fuzz::check(parse_submissions(text));
    fuzz::check(parse_submissions_ndjson(text));
    fuzz::check(parse_filings(text));
    const Read<Timed> timed = parse_timed(text);
    fuzz::check_told(timed);
    if (timed)
        for (const Timed& each : timed->records) std::visit([](const auto& what) { fuzz::check(what); }, each.what);
    return 0;
}
