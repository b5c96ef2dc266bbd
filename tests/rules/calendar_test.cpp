#include "rules/calendar.hpp"

#include "tests/rules/values.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;

TEST(WorkingDays, FollowTheWeekButForExceptions)
{
    const Calendar calendar = autumn_calendar();
    const struct { const char* date; bool working; const char* name; } cases[] = {
        {"2023-09-28", true, ""},           // a Thursday
        {"2023-09-29", false, "中秋节、国庆节"},  // a Friday off
        {"2023-10-07", true, ""},           // a Saturday worked
        {"2023-10-14", false, "周末"},      // a Saturday like any other
        {"2024-01-01", false, "元旦"},
        {"2025-05-01", true, ""},           // not announced: Monday to Friday
    };
    for (const auto& c : cases) {
        EXPECT_EQ(calendar.is_working(day(c.date)), c.working) << c.date;
        EXPECT_EQ(calendar.name_of(day(c.date)), c.name) << c.date;
    }
    EXPECT_TRUE(calendar.known(2023));
    EXPECT_FALSE(calendar.known(2025));
    EXPECT_EQ(calendar.version(), "test-1");
}

TEST(WorkingDays, AreCountedFromADayInBothDirections)
{
    const Calendar calendar = autumn_calendar();
    const struct { const char* name; const char* from; int n; const char* want; bool provisional; } cases[] = {
        {"none is the day itself", "2023-10-01", 0, "2023-10-01", false},
        {"over the holiday to the worked Saturday", "2023-09-28", 1, "2023-10-07", false},
        {"and on through the worked Sunday", "2023-09-28", 3, "2023-10-09", false},
        {"from inside the holiday", "2023-10-02", 1, "2023-10-07", false},
        {"back over the holiday", "2023-10-07", -1, "2023-09-28", false},
        {"over the turn of the year", "2023-12-29", 1, "2024-01-02", false},
        {"the last known day", "2024-12-30", 1, "2024-12-31", false},
        {"into an unknown year", "2024-12-31", 1, "2025-01-01", true},
        {"back out of an unknown year", "2025-01-02", -2, "2024-12-31", true},
        {"back from its first day needs none of it", "2025-01-01", -1, "2024-12-31", false},
        {"none in an unknown year", "2025-06-01", 0, "2025-06-01", false},
    };
    for (const auto& c : cases) {
        const Calendar::Shifted shifted = calendar.add_working_days(day(c.from), c.n);
        EXPECT_EQ(format_day(shifted.day), c.want) << c.name;
        EXPECT_EQ(shifted.provisional, c.provisional) << c.name;
    }
}

TEST(WorkingDays, NearestToADayAreItselfOrItsNeighbours)
{
    const Calendar calendar = autumn_calendar();
    EXPECT_EQ(calendar.next_working_day(day("2023-10-07")).day, day("2023-10-07"));
    EXPECT_EQ(calendar.next_working_day(day("2023-09-30")).day, day("2023-10-07"));
    EXPECT_EQ(calendar.previous_working_day(day("2023-10-06")).day, day("2023-09-28"));
    EXPECT_EQ(calendar.previous_working_day(day("2023-09-28")).day, day("2023-09-28"));
    EXPECT_FALSE(calendar.next_working_day(day("2024-12-31")).provisional);
    EXPECT_TRUE(calendar.next_working_day(day("2025-01-04")).provisional);
}

TEST(WorkingDays, BetweenTwoDaysAreWhatAddingThemGives)
{
    const Calendar calendar = autumn_calendar();
    EXPECT_EQ(calendar.working_days_between(day("2023-09-28"), day("2023-10-09")), 3);
    EXPECT_EQ(calendar.working_days_between(day("2023-10-09"), day("2023-09-28")), -3);
    EXPECT_EQ(calendar.working_days_between(day("2023-10-01"), day("2023-10-01")), 0);
    for (int n = -60; n <= 60; ++n) {
        const Day from = day("2023-10-20");
        ASSERT_EQ(calendar.working_days_between(from, calendar.add_working_days(from, n).day), n);
    }
}

}  // namespace
}  // namespace planwatch
