#include "config/calendar.hpp"

#include "config/zone.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

Day day(const char* text) { return parse_day(text).value(); }

TEST(CalendarFile, the_one_built_in_knows_its_years)
{
    const auto calendar = parse_calendar(builtin_calendar());
    ASSERT_TRUE(calendar) << to_text(calendar.error());
    for (int year = 2021; year <= 2026; ++year) EXPECT_TRUE(calendar->known(year)) << year;
    EXPECT_FALSE(calendar->known(2027));
    EXPECT_FALSE(calendar->is_working(day("2023-10-06")));
    EXPECT_EQ(calendar->name_of(day("2023-10-06")), "中秋节、国庆节");
    EXPECT_TRUE(calendar->is_working(day("2023-10-07")));
    EXPECT_EQ(calendar->version().size(), 16U);
}

TEST(CalendarFile, another_text_is_another_version)
{
    const auto empty = parse_calendar({"c.toml", "year = []"});
    const auto spaced = parse_calendar({"c.toml", "year =  []"});
    EXPECT_NE(empty.value().version(), spaced.value().version());
}

TEST(CalendarFile, every_problem_is_told_with_its_place)
{
    const struct {
        const char* name;
        const char* text;
        const char* problems;
    } cases[] = {
        {"no years", "", "c.toml:1:1: no [[year]]; expected a table for each year whose notice is out"},
        {"a year with everything wrong", "[[year]]\nyear = \"2023\"\noff = [ { days = [2023-01-01, \"2023-01-02\"] }, 5 ]\nholidays = 1",
         "c.toml:1:1: [[year]] has no 'notice'; expected the number of the notice that the year rests on\n"
         "c.toml:2:8: 'year' is a string; expected a whole number from 1970 to 9998\n"
         "c.toml:3:9: [[off]] has no 'name'; expected the holiday's name\n"
         "c.toml:3:31: an element of 'days' is a string; expected a date such as 2023-12-31, without quotes\n"
         "c.toml:3:48: an element of 'off' is a whole number; expected a table\n"
         "c.toml:4:1: unknown key 'holidays' in [[year]]; known: notice, off, source, working, year"},
        {"a day both off and worked", "[[year]]\nyear = 2023\nnotice = \"n\"\noff = [{ name = \"a\", days = [2023-01-28] }]\nworking = [{ name = \"a\", days = [2023-01-28] }]",
         "c.toml:5:34: 2023-01-28 is both off and worked; it stands at c.toml:4:30 too"},
        {"a day twice", "[[year]]\nyear = 2023\nnotice = \"n\"\noff = [{ name = \"a\", days = [2023-01-28, 2023-01-28] }]",
         "c.toml:4:42: 2023-01-28 stands twice; it stands at c.toml:4:30 too"},
        {"a day of another year", "[[year]]\nyear = 2023\nnotice = \"n\"\noff = [{ name = \"a\", days = [2032-01-28] }]",
         "c.toml:4:30: 2032-01-28 lies far from the year 2023"},
        {"a year twice", "[[year]]\nyear = 2023\nnotice = \"n\"\n[[year]]\nyear = 2023\nnotice = \"n\"", "c.toml:5:8: the year 2023 stands twice"},
        {"a day that does not exist", "[[year]]\nyear = 2023\nnotice = \"n\"\noff = [{ name = \"a\", days = 7 }]",
         "c.toml:4:29: 'days' is a whole number; expected an array of dates"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        const auto calendar = parse_calendar({"c.toml", each.text});
        ASSERT_FALSE(calendar);
        EXPECT_EQ(to_text(calendar.error()), each.problems);
    }
}

TEST(ZoneDatabase, gives_the_offsets_of_the_years_asked_for)
{
    const Zone shanghai = load_zone("Asia/Shanghai", 2023, 2023).value();
    EXPECT_EQ(shanghai.name(), "Asia/Shanghai");
    EXPECT_EQ(format_instant(shanghai.start_of(day("2023-11-02")), shanghai), "2023-11-02T00:00:00+08:00");
    const Zone berlin = load_zone("Europe/Berlin", 2023, 2024).value();
    EXPECT_EQ(format_instant(berlin.start_of(day("2023-07-01")), berlin), "2023-07-01T00:00:00+02:00");
    EXPECT_EQ(format_instant(berlin.start_of(day("2023-12-31")), berlin), "2023-12-31T00:00:00+01:00");
    EXPECT_EQ(format_instant(berlin.start_of(day("2024-04-01")), berlin), "2024-04-01T00:00:00+02:00");
    EXPECT_EQ(format_instant(load_zone("UTC", 2023, 2023).value().start_of(day("2023-01-01")), berlin), "2023-01-01T01:00:00+01:00");
}

TEST(ZoneDatabase, an_unknown_name_is_a_problem)
{
    for (const char* name : {"", "Mars/Olympus", "../../etc/passwd"}) {
        const auto zone = load_zone(name, 2023, 2023);
        ASSERT_FALSE(zone) << name;
        EXPECT_EQ(zone.error().front().message, "unknown time zone '" + std::string{name} + "'; expected an IANA name such as Asia/Shanghai");
    }
}

}  // namespace
}  // namespace planwatch
