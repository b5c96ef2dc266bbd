#include "rules/period.hpp"

#include "tests/rules/values.hpp"

#include <gtest/gtest.h>
#include <set>

namespace planwatch {
namespace {

using namespace planwatch::testing;
using PeriodKind = Period::Kind;

TEST(Periods, HaveOneSpelling)
{
    const struct { const char* text; PeriodKind kind; int year; const char* first; const char* last; const char* next; } cases[] = {
        {"2023-09-14", PeriodKind::day, 2023, "2023-09-14", "2023-09-14", "2023-09-15"},
        {"2023-12-31", PeriodKind::day, 2023, "2023-12-31", "2023-12-31", "2024-01-01"},
        {"2023-W36", PeriodKind::week, 2023, "2023-09-04", "2023-09-10", "2023-W37"},
        {"2020-W53", PeriodKind::week, 2020, "2020-12-28", "2021-01-03", "2021-W01"},
        {"2019-W01", PeriodKind::week, 2019, "2018-12-31", "2019-01-06", "2019-W02"},
        {"1970-W01", PeriodKind::week, 1970, "1969-12-29", "1970-01-04", "1970-W02"},
        {"2023-09", PeriodKind::month, 2023, "2023-09-01", "2023-09-30", "2023-10"},
        {"2024-02", PeriodKind::month, 2024, "2024-02-01", "2024-02-29", "2024-03"},
        {"2023-12", PeriodKind::month, 2023, "2023-12-01", "2023-12-31", "2024-01"},
        {"2023-Q3", PeriodKind::quarter, 2023, "2023-07-01", "2023-09-30", "2023-Q4"},
        {"2023-Q4", PeriodKind::quarter, 2023, "2023-10-01", "2023-12-31", "2024-Q1"},
        {"2023-H2", PeriodKind::half_year, 2023, "2023-07-01", "2023-12-31", "2024-H1"},
        {"2023", PeriodKind::year, 2023, "2023-01-01", "2023-12-31", "2024"},
        {"1970", PeriodKind::year, 1970, "1970-01-01", "1970-12-31", "1971"},
        {"9999", PeriodKind::year, 9999, "9999-01-01", "9999-12-31", "10000"},
    };
    for (const auto& c : cases) {
        const auto parsed = Period::parse(c.text);
        ASSERT_TRUE(parsed) << c.text;
        EXPECT_EQ(parsed->kind(), c.kind) << c.text;
        EXPECT_EQ(parsed->year(), c.year) << c.text;
        EXPECT_EQ(format_day(parsed->first()), c.first) << c.text;
        EXPECT_EQ(format_day(parsed->last()), c.last) << c.text;
        EXPECT_EQ(parsed->next().to_string(), c.next) << c.text;
        EXPECT_EQ(parsed->next().previous(), *parsed) << c.text;
        EXPECT_EQ(parsed->to_string(), c.text);
        EXPECT_EQ(Period::from_code(parsed->code()), *parsed) << c.text;
    }
}

TEST(Periods, SpelledOtherwiseAreNone)
{
    for (const char* text : {"", "23", "2023-", "2023-9", "2023-09-", "2023-9-14", "2023-00", "2023-13", "2023-02-29", "2023-09-31", "2023-Q0",
                             "2023-Q5", "2023-Q", "2023-q3", "2023Q3", "2023-H0", "2023-H3", "2023-W00", "2023-W53", "2023-W54", "2023-W1",
                             "1969", "1969-12-31", "10000", "2023 ", " 2023", "2023-09-14T", "2023-Q33", "-2023", "２０２３"})
        EXPECT_FALSE(Period::parse(text)) << text;
}

TEST(Periods, ContainADayOnceAKind)
{
    for (const PeriodKind kind : {PeriodKind::day, PeriodKind::week, PeriodKind::month, PeriodKind::quarter, PeriodKind::half_year, PeriodKind::year}) {
        for (Day date = day("2019-12-20"); date <= day("2025-01-10"); date += std::chrono::days{1}) {
            const Period found = Period::containing(kind, date);
            ASSERT_TRUE(found.contains(date)) << found.to_string() << " " << format_day(date);
            ASSERT_FALSE(found.previous().contains(date));
            ASSERT_FALSE(found.next().contains(date));
            ASSERT_EQ(Period::parse(found.to_string()), found);
        }
    }
}

TEST(Periods, HaveFiftyThreeWeeksInTheYearsThatIsoSays)
{
    std::set<int> long_years;
    for (int year = 2000; year < 2030; ++year)
        if (Period::parse(std::to_string(year) + "-W53")) long_years.insert(year);
    EXPECT_EQ(long_years, (std::set<int>{2004, 2009, 2015, 2020, 2026}));
}

TEST(Periods, AreOrderedByKindThenTime)
{
    EXPECT_LT(period("2023-09-30"), period("2023-W01"));
    EXPECT_LT(period("2022-12"), period("2023-01"));
    EXPECT_LT(period("2030-Q1"), period("2023"));
    EXPECT_LT(period("2022-12").code(), period("2023-01").code());
}

TEST(Periods, OverlapWhereTheyShareADay)
{
    EXPECT_TRUE(period("2023-Q3").overlaps(period("2023-09")));
    EXPECT_TRUE(period("2023-W39").overlaps(period("2023-10")));
    EXPECT_FALSE(period("2023-Q3").overlaps(period("2023-10")));
}

TEST(PeriodsBetween, AreThoseThatEndInTheSpan)
{
    const auto spelled = [](PeriodKind kind, const char* from, const char* to) {
        std::vector<std::string> texts;
        for (const Period& p : periods_between(kind, day(from), day(to))) texts.push_back(p.to_string());
        return texts;
    };
    using Texts = std::vector<std::string>;
    EXPECT_EQ(spelled(PeriodKind::quarter, "2023-01-01", "2023-12-31"), (Texts{"2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4"}));
    EXPECT_EQ(spelled(PeriodKind::month, "2023-07-18", "2023-09-29"), (Texts{"2023-07", "2023-08"}));
    EXPECT_EQ(spelled(PeriodKind::month, "2023-07-31", "2023-07-31"), (Texts{"2023-07"}));
    EXPECT_EQ(spelled(PeriodKind::week, "2023-01-01", "2023-01-08"), (Texts{"2022-W52", "2023-W01"}));
    EXPECT_EQ(spelled(PeriodKind::year, "2023-01-01", "2023-12-30"), Texts{});
    EXPECT_EQ(spelled(PeriodKind::day, "2023-01-02", "2023-01-01"), Texts{});
    EXPECT_EQ(periods_between(PeriodKind::week, day("2023-01-01"), day("2023-12-31")).size(), 53U);
}

}  // namespace
}  // namespace planwatch
