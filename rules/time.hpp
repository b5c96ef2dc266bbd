// Instants, civil days and time zones as values. Nothing here asks what time it is: `now` is
// always an argument. A zone is a table of offsets, built by `config` from the IANA database.
#pragma once

#include "rules/result.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;  // UTC
using Day = std::chrono::local_days;                               // a civil day in the plan's zone
using LocalTime = std::chrono::local_seconds;                      // a wall-clock reading in the plan's zone

class Zone {
public:
    // From `from` on (until the next era), local time is UTC plus `offset`. The first era counts for all time before it.
    struct Era {
        Instant from;
        std::chrono::seconds offset;
    };

    Zone() : Zone("UTC", {{Instant::min(), std::chrono::seconds{0}}}) {}
    Zone(std::string name, std::vector<Era> eras);  // eras: not empty, ascending

    const std::string& name() const { return name_; }
    std::chrono::seconds offset_at(Instant instant) const;
    LocalTime to_local(Instant instant) const;
    Day day_of(Instant instant) const;
    // A reading that happens twice is its first occurrence; one that is skipped is the moment the gap ends.
    Instant to_instant(LocalTime local) const;
    Instant start_of(Day day) const { return to_instant(LocalTime{day}); }

private:
    std::string name_;
    std::vector<Era> eras_;
};

// RFC 3339: "2023-11-02T00:00:00+08:00", with milliseconds only where there are any.
std::string format_instant(Instant instant, const Zone& zone);
std::string format_instant_utc(Instant instant);  // "2023-11-01T16:00:00Z"
std::string format_day(Day day);                  // "2023-11-01"
Result<Instant> parse_instant(std::string_view text);  // RFC 3339, an offset is required
Result<Day> parse_day(std::string_view text);          // YYYY-MM-DD

// What an operator may type for a moment: RFC 3339, "YYYY-MM-DD HH:MM[:SS]" or "YYYY-MM-DD" (its midnight) in `zone`.
Result<Instant> parse_moment(std::string_view text, const Zone& zone);

}  // namespace planwatch
