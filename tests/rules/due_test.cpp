#include "rules/due.hpp"

#include "tests/rules/values.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;

Due due_by(std::string_view rule, std::string_view period_text, std::string_view issued = "2023-07-18")
{
    return due_of(DueRule::parse(rule).value(), period(period_text), day(issued), autumn_calendar(), shanghai());
}

TEST(DueRules, AreReadLooselyAndWrittenInOneForm)
{
    const struct { const char* text; const char* canonical; } cases[] = {
        {"period_end", "period_end"},
        {"period_end + 10d", "period_end + 10d"},
        {"  period_end+10 d ", "period_end + 10d"},
        {"period_start - 3wd 09:00", "period_start - 3wd 09:00"},
        {"issued + 30d", "issued + 30d"},
        {"issued + 0wd", "issued"},
        {"11-01", "11-01"},
        {"02-29 23:59 roll forward", "02-29 23:59 roll forward"},
        {"11-01-5wd roll back", "11-01 - 5wd roll back"},
        {"day 15", "day 15"},
        {"day15 17:30", "day 15 17:30"},
        {"next day 5 + 2wd 00:00  roll  back", "next day 5 + 2wd 00:00 roll back"},
        {"next day 31 + 999d", "next day 31 + 999d"},
    };
    for (const auto& c : cases) {
        const auto rule = DueRule::parse(c.text);
        ASSERT_TRUE(rule) << c.text << ": " << to_text(rule.error());
        EXPECT_EQ(rule->to_string(), c.canonical);
        EXPECT_EQ(DueRule::parse(rule->to_string()), *rule) << c.text;
    }
}

TEST(DueRules, ThatAreWrongSayWhatWasExpected)
{
    const std::string days = "expected a number of days from 0 to 999 with d or wd (working days) after the sign, as + 10d, found ";
    const std::string order = "expected ± Nd or ± Nwd, HH:MM, roll forward or roll back after the anchor, in this order, found ";
    const struct { const char* text; std::string message; } cases[] = {
        {"", "expected an anchor: period_start, period_end, issued, MM-DD, day N or next day N, found \"\""},
        {"soon", "expected an anchor: period_start, period_end, issued, MM-DD, day N or next day N, found \"soon\""},
        {"day", "expected a day from 1 to 31 after \"day\", found \"\""},
        {"day 0", "expected a day from 1 to 31 after \"day\", found \"0\""},
        {"next day 32", "expected a day from 1 to 31 after \"next day\", found \"32\""},
        {"13-01", "expected MM-DD, a day that exists, as 11-01, found \"13-01\""},
        {"02-30", "expected MM-DD, a day that exists, as 11-01, found \"02-30\""},
        {"11", "expected MM-DD, a day that exists, as 11-01, found \"11\""},
        {"period_end + 10", days + "\"10\""},
        {"period_end + 1000d", days + "\"1000d\""},
        {"period_end - d", days + "\"d\""},
        {"issued 24:00", "expected a time of day from 00:00 to 23:59, found \"24:00\""},
        {"issued 9:00", "expected a time of day from 00:00 to 23:59, found \"9:00\""},
        {"issued 09:000", "expected a time of day from 00:00 to 23:59, found \"09:000\""},
        {"11-01 roll", "expected forward or back after \"roll\", found \"\""},
        {"period_end 09:00 + 10d", order + "\"+ 10d\""},
        {"period_end + 10days", order + "\"ays\""},
        {"period_ending", order + "\"ing\""},
        {"11-01 roll forward please", order + "\"please\""},
    };
    for (const auto& c : cases) {
        const auto rule = DueRule::parse(c.text);
        ASSERT_FALSE(rule) << c.text;
        ASSERT_EQ(rule.error().size(), 1U);
        EXPECT_EQ(rule.error().front().message, c.message);
    }
}

TEST(DueMoments, CountTheNamedDayInAndSayHowTheyCameAbout)
{
    const struct { const char* name; const char* rule; const char* period; const char* date; const char* why; } cases[] = {
        {"Beichen's scheme, 30 days after issue", "issued + 30d", "2023", "2023-08-17",
         "印发日 2023-07-18 + 30日 = 2023-08-17，含当日，截止 2023-08-18T00:00:00+08:00"},
        {"after a quarter's end", "period_end + 10d", "2023-Q3", "2023-10-10",
         "2023-Q3 期末 2023-09-30 + 10日 = 2023-10-10，含当日，截止 2023-10-11T00:00:00+08:00"},
        {"before a half-year's start", "period_start - 1d", "2023-H2", "2023-06-30",
         "2023-H2 期初 2023-07-01 - 1日 = 2023-06-30，含当日，截止 2023-07-01T00:00:00+08:00"},
        {"Jincheng's annual report", "11-01", "2023", "2023-11-01", "规定日期 2023-11-01，含当日，截止 2023-11-02T00:00:00+08:00"},
        {"29 February where there is none", "02-29", "2023", "2023-02-28",
         "规定日期（当年无2月29日，取月末） 2023-02-28，含当日，截止 2023-03-01T00:00:00+08:00"},
        {"29 February where there is one", "02-29", "2024", "2024-02-29", "规定日期 2024-02-29，含当日，截止 2024-03-01T00:00:00+08:00"},
        {"a day of the period's last month", "day 15", "2023-Q3", "2023-09-15",
         "当月15日 2023-09-15，含当日，截止 2023-09-16T00:00:00+08:00"},
        {"a day past the month's length", "day 31", "2023-09", "2023-09-30",
         "当月31日（无此日，取月末） 2023-09-30，含当日，截止 2023-10-01T00:00:00+08:00"},
        {"a day of the month after, in the next year", "next day 5", "2023-12", "2024-01-05",
         "次月5日 2024-01-05，含当日，截止 2024-01-06T00:00:00+08:00"},
        {"31 of a February", "next day 31", "2024-01", "2024-02-29",
         "次月31日（无此日，取月末） 2024-02-29，含当日，截止 2024-03-01T00:00:00+08:00"},
        {"a time of day ends it on that day", "11-01 17:00", "2023", "2023-11-01", "规定日期 2023-11-01，截止 2023-11-01T17:00:00+08:00"},
        {"the month after a week is that of its last day", "next day 1", "2023-W39", "2023-11-01",
         "次月1日 2023-11-01，含当日，截止 2023-11-02T00:00:00+08:00"},
    };
    for (const auto& c : cases) {
        const Due found = due_by(c.rule, c.period);
        EXPECT_EQ(format_day(found.date), c.date) << c.name;
        EXPECT_EQ(found.why, c.why) << c.name;
        EXPECT_TRUE(found.why.ends_with(format_instant(found.moment, shanghai()))) << c.name;
        EXPECT_FALSE(found.provisional) << c.name;
    }
}

TEST(DueMoments, InWorkingDaysNameTheHolidaysThatWereSkipped)
{
    EXPECT_EQ(due_by("period_end + 3wd", "2023-Q3").why,
              "2023-Q3 期末 2023-09-30 + 3个工作日 = 2023-10-09（跳过中秋节、国庆节），含当日，截止 2023-10-10T00:00:00+08:00");
    EXPECT_EQ(due_by("11-01 - 3wd", "2023").why, "规定日期 2023-11-01 - 3个工作日 = 2023-10-27，含当日，截止 2023-10-28T00:00:00+08:00");
    EXPECT_EQ(due_by("10-07 - 1wd", "2023").why,
              "规定日期 2023-10-07 - 1个工作日 = 2023-09-28（跳过中秋节、国庆节），含当日，截止 2023-09-29T00:00:00+08:00");
}

TEST(DueMoments, RollOnlyOffDaysOffAndSayWhy)
{
    const struct { const char* rule; const char* date; const char* part; } cases[] = {
        {"10-01 roll forward", "2023-10-07", "规定日期 2023-10-01，逢中秋节、国庆节顺延至 2023-10-07，"},
        {"10-01 roll back", "2023-09-28", "规定日期 2023-10-01，逢中秋节、国庆节提前至 2023-09-28，"},
        {"10-14 roll forward", "2023-10-16", "规定日期 2023-10-14，逢周末顺延至 2023-10-16，"},
        {"10-07 roll forward", "2023-10-07", "规定日期 2023-10-07，含当日"},
        {"11-01 + 10d roll back", "2023-11-10", "规定日期 2023-11-01 + 10日 = 2023-11-11，逢周末提前至 2023-11-10，"},
    };
    for (const auto& c : cases) {
        const Due found = due_by(c.rule, "2023");
        EXPECT_EQ(format_day(found.date), c.date) << c.rule;
        EXPECT_TRUE(found.why.starts_with(c.part)) << found.why;
    }
}

TEST(DueMoments, ThatRestOnAnUnknownYearAreProvisional)
{
    const struct { const char* rule; const char* date; bool provisional; const char* end; } cases[] = {
        {"period_end + 3wd", "2025-01-03", true, "（2025年日历未公布，暂定）"},
        {"period_end + 5d roll forward", "2025-01-06", true, "（2025年日历未公布，暂定）"},
        {"period_end - 1wd", "2024-12-30", false, "T00:00:00+08:00"},
        {"period_end + 3d", "2025-01-03", false, "T00:00:00+08:00"},  // calendar days need no calendar
        {"period_end + 300wd", "2026-02-24", true, "（2025年、2026年日历未公布，暂定）"},
    };
    for (const auto& c : cases) {
        const Due found = due_by(c.rule, "2024");
        EXPECT_EQ(format_day(found.date), c.date) << c.rule;
        EXPECT_EQ(found.provisional, c.provisional) << c.rule;
        EXPECT_TRUE(found.why.ends_with(c.end)) << found.why;
    }
}

TEST(DueMoments, AreMidnightsOfThePlansZone)
{
    const DueRule rule = DueRule::parse("period_end").value();
    const Due spring = due_of(rule, period("2023-03-25"), day("2023-01-01"), {}, berlin());
    const Due summer = due_of(rule, period("2023-03-26"), day("2023-01-01"), {}, berlin());
    EXPECT_EQ(summer.moment - spring.moment, std::chrono::hours{23});
    EXPECT_EQ(format_instant(summer.moment, berlin()), "2023-03-27T00:00:00+02:00");
}

}  // namespace
}  // namespace planwatch
