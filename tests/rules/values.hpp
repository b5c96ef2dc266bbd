// Short ways to write down days, instants, periods, zones and a calendar in the tests of the rules.
#pragma once

#include "rules/calendar.hpp"
#include "rules/period.hpp"
#include "rules/time.hpp"

#include <string_view>

namespace planwatch::testing {

inline Day day(std::string_view text) { return parse_day(text).value(); }
inline Instant instant(std::string_view text) { return parse_instant(text).value(); }
inline Period period(std::string_view text) { return Period::parse(text).value(); }

inline Zone shanghai() { return Zone{"Asia/Shanghai", {{Instant::min(), std::chrono::hours{8}}}}; }

// Central Europe's rules for 2023, by hand: 02:00 to 03:00 is skipped on 26 March, 02:00 to 03:00 comes twice on 29 October.
inline Zone berlin()
{
    using std::chrono::hours;
    return Zone{"Europe/Berlin",
                {{Instant::min(), hours{1}}, {instant("2023-03-26T01:00:00Z"), hours{2}}, {instant("2023-10-29T01:00:00Z"), hours{1}}}};
}

// Autumn 2023 and the turn of the year as the State Council set them; 2025 is not announced.
inline Calendar autumn_calendar()
{
    std::vector<Calendar::Exception> exceptions;
    for (const char* text : {"2023-09-29", "2023-09-30", "2023-10-01", "2023-10-02", "2023-10-03", "2023-10-04", "2023-10-05", "2023-10-06"})
        exceptions.push_back({day(text), false, "中秋节、国庆节"});
    for (const char* text : {"2023-10-07", "2023-10-08"}) exceptions.push_back({day(text), true, "中秋节、国庆节"});
    for (const char* text : {"2023-12-30", "2023-12-31", "2024-01-01"}) exceptions.push_back({day(text), false, "元旦"});
    return Calendar{"test-1", {{2023, "国办发明电〔2022〕16号"}, {2024, "国办发明电〔2023〕7号"}}, std::move(exceptions)};
}

}  // namespace planwatch::testing
