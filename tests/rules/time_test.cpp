#include "rules/time.hpp"

#include "tests/rules/values.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;
using namespace std::chrono_literals;

TEST(Instants, AreReadAsRfc3339)
{
    const struct { const char* name; const char* text; const char* utc; } cases[] = {
        {"an offset is taken off", "2023-11-02T00:00:00+08:00", "2023-11-01T16:00:00Z"},
        {"west of Greenwich", "2023-11-01T23:30:00-03:30", "2023-11-02T03:00:00Z"},
        {"Z and small letters", "2023-11-02t00:00:00z", "2023-11-02T00:00:00Z"},
        {"milliseconds stay", "2023-11-02T00:00:00.250Z", "2023-11-02T00:00:00.250Z"},
        {"one digit is tenths", "2023-11-02T00:00:00.5Z", "2023-11-02T00:00:00.500Z"},
        {"below a millisecond is cut off", "2023-11-02T00:00:00.123999999Z", "2023-11-02T00:00:00.123Z"},
        {"a leap day", "2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"},
    };
    for (const auto& c : cases) {
        const auto parsed = parse_instant(c.text);
        ASSERT_TRUE(parsed) << c.name;
        EXPECT_EQ(format_instant_utc(*parsed), c.utc) << c.name;
    }
}

TEST(Instants, WithAnythingAmissAreRefused)
{
    for (const char* text :
         {"", "2023-11-02", "2023-11-02T00:00:00", "2023-11-02 00:00:00Z", "2023-11-02T00:00Z", "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z",
          "2023-11-02T24:00:00Z", "2023-11-02T00:60:00Z", "2023-11-02T00:00:60Z", "2023-11-02T00:00:00.Z", "2023-11-02T00:00:00.1234567890Z",
          "2023-11-02T00:00:00+8:00", "2023-11-02T00:00:00+0800", "2023-11-02T00:00:00+24:00", "2023-11-02T00:00:00Z ", " 2023-11-02T00:00:00Z",
          "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+08:00", "9999-12-31T23:59:59-01:00", "+2023-11-02T00:00:00Z"}) {
        const auto parsed = parse_instant(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().front().message,
                  "\"" + std::string{text} + "\" is not an instant, expected RFC 3339 with an offset, as 2023-11-02T00:00:00+08:00");
    }
}

TEST(Instants, AreShownInTheZoneWithItsOffset)
{
    EXPECT_EQ(format_instant(instant("2023-11-01T16:00:00Z"), shanghai()), "2023-11-02T00:00:00+08:00");
    EXPECT_EQ(format_instant(instant("2023-11-01T16:00:00.007Z"), shanghai()), "2023-11-02T00:00:00.007+08:00");
    const Zone newfoundland{"America/St_Johns", {{Instant::min(), -(3h + 30min)}}};
    EXPECT_EQ(format_instant(instant("2023-01-01T00:00:00Z"), newfoundland), "2022-12-31T20:30:00-03:30");
}

TEST(Instants, UnderAnOffsetWithSecondsStayExact)
{
    const Zone local_mean_time{"Asia/Shanghai", {{Instant::min(), 8h + 5min + 43s}}};
    const Instant moment = instant("1980-01-01T00:00:00Z");
    EXPECT_EQ(format_instant(moment, local_mean_time), "1980-01-01T08:05:00+08:05");
    EXPECT_EQ(parse_instant(format_instant(moment, local_mean_time)), moment);
}

TEST(Days, AreReadStrictly)
{
    EXPECT_EQ(format_day(day("2023-11-01")), "2023-11-01");
    EXPECT_EQ(format_day(day("9999-12-31")), "9999-12-31");
    for (const char* text : {"", "2023-11", "2023-11-1", "2023-11-31", "2023-02-29", "1969-12-31", "2023-11-01 ", "2023/11/01", "20231101"})
        EXPECT_FALSE(parse_day(text)) << text;
}

TEST(Moments, MayBeTypedInThreeWays)
{
    const Zone zone = shanghai();
    EXPECT_EQ(parse_moment("2023-11-02", zone), instant("2023-11-02T00:00:00+08:00"));
    EXPECT_EQ(parse_moment("2023-11-02 09:30", zone), instant("2023-11-02T09:30:00+08:00"));
    EXPECT_EQ(parse_moment("2023-11-02 09:30:15", zone), instant("2023-11-02T09:30:15+08:00"));
    EXPECT_EQ(parse_moment("2023-11-02T00:00:00Z", zone), instant("2023-11-02T00:00:00Z"));
    for (const char* text : {"", "now", "2023-11-02 9:30", "2023-11-02 09:30:", "2023-11-02  09:30", "2023-11-02 24:00", "2023-11-02T09:30"})
        EXPECT_FALSE(parse_moment(text, zone)) << text;
}

TEST(Zones, ChangeTheirOffsetAtTheInstantOfAnEra)
{
    const Zone zone = berlin();
    EXPECT_EQ(zone.offset_at(instant("2023-03-26T00:59:59.999Z")), 1h);
    EXPECT_EQ(zone.offset_at(instant("2023-03-26T01:00:00Z")), 2h);
    EXPECT_EQ(zone.offset_at(instant("2023-10-29T01:00:00Z")), 1h);
    EXPECT_EQ(zone.offset_at(instant("1970-01-01T00:00:00Z")), 1h);
    EXPECT_EQ(zone.day_of(instant("2023-06-30T22:30:00Z")), day("2023-07-01"));
    EXPECT_EQ(zone.day_of(instant("2023-12-31T22:30:00Z")), day("2023-12-31"));
}

TEST(Zones, TakeTheFirstOfTwoReadingsAndTheEndOfAGap)
{
    const Zone zone = berlin();
    const struct { const char* name; Day date; std::chrono::minutes clock; const char* want; } cases[] = {
        {"before the gap", day("2023-03-26"), 1h + 59min, "2023-03-26T01:59:00+01:00"},
        {"the gap begins", day("2023-03-26"), 2h, "2023-03-26T03:00:00+02:00"},
        {"inside the gap", day("2023-03-26"), 2h + 30min, "2023-03-26T03:00:00+02:00"},
        {"after the gap", day("2023-03-26"), 3h + 1min, "2023-03-26T03:01:00+02:00"},
        {"before the overlap", day("2023-10-29"), 1h + 59min, "2023-10-29T01:59:00+02:00"},
        {"inside the overlap", day("2023-10-29"), 2h + 30min, "2023-10-29T02:30:00+02:00"},
        {"after the overlap", day("2023-10-29"), 3h, "2023-10-29T03:00:00+01:00"},
    };
    for (const auto& c : cases) EXPECT_EQ(format_instant(zone.to_instant(c.date + c.clock), zone), c.want) << c.name;
}

TEST(Zones, TurnEveryReadingOfAYearIntoAnInstantAndBack)
{
    const Zone zone = berlin();
    for (LocalTime local{day("2023-01-01")}; local < day("2024-01-01"); local += 15min) {
        const bool skipped = local >= day("2023-03-26") + 2h && local < day("2023-03-26") + 3h;
        const LocalTime want = skipped ? day("2023-03-26") + 3h : local;
        ASSERT_EQ(zone.to_local(zone.to_instant(local)), want);
    }
}

}  // namespace
}  // namespace planwatch
