// Reads calendars/*.toml: a year's public holidays and make-up working days.
#pragma once

#include "config/file.hpp"
#include "rules/calendar.hpp"

namespace planwatch {

// The calendar's version is a short hash of the text.
Result<Calendar> parse_calendar(const SourceFile& file);

// Mainland China as built into the program.
const SourceFile& builtin_calendar();

}  // namespace planwatch
