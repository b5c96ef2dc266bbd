// A calendar file; one that is accepted answers for every day that it could name.
#include "config/calendar.hpp"

#include <cstdint>
#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto calendar = parse_calendar({"c.toml", {reinterpret_cast<const char*>(data), size}});
    if (!calendar) {
        if (calendar.error().empty()) std::abort();
        return 0;
    }
    const Day day{std::chrono::year{2023} / 1 / 1};
    if (!calendar->is_working(calendar->next_working_day(day).day)) std::abort();
    return 0;
}
