// Bodies of submissions and filings, as JSON, NDJSON and the simulator's input. What is accepted is written and read back equal.
#include "config/submission.hpp"

#include <cstdint>
#include <cstdlib>

using namespace planwatch;

namespace {

template <class T>
void check(const Result<std::vector<T>>& read)
{
    if (!read && read.error().empty()) std::abort();
}

void check_again(const RawSubmission& submission)
{
    const auto again = parse_submissions(to_json(submission));
    if (!again || again->size() != 1 || again->front() != submission) std::abort();
}

void check_again(const RawFiling& filing)
{
    const auto again = parse_filings(to_json(filing));
    if (!again || again->size() != 1 || again->front() != filing) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto submissions = parse_submissions(text);
    const auto lines = parse_submissions_ndjson(text);
    const auto filings = parse_filings(text);
    const auto timed = parse_timed(text);
    check(submissions);
    check(lines);
    check(filings);
    check(timed);
    if (submissions)
        for (const RawSubmission& each : *submissions) check_again(each);
    if (lines)
        for (const RawSubmission& each : *lines) check_again(each);
    if (filings)
        for (const RawFiling& each : *filings) check_again(each);
    if (timed)
        for (const Timed& each : *timed) std::visit([](const auto& what) { check_again(what); }, each.what);
    return 0;
}
