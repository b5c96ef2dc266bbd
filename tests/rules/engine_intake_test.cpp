// What is let in, and every problem of what is not.
#include "tests/rules/engine_plan.hpp"

namespace planwatch {
namespace {

using namespace planwatch::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

PlanBuilder everything()
{
    PlanBuilder plan;
    plan.units({"samr", "agri"});
    plan.indicator("batches", {"samr"});
    plan.indicator("kitchens", {"samr"}).measure = Measure::ratio;
    plan.indicator("scheme", {"samr"}).measure = Measure::done;
    plan.indicator("stock", {"samr"}).reported = Reported::level;
    plan.indicator("farms", {"agri"});
    plan.plan().lock_after_days = 30;
    plan.duty("report", Cadence::half_yearly, "period_end + 10d", {"samr"});
    plan.duty("once", Cadence::yearly, "11-01", {"samr"});
    plan.duty("figures", Cadence::monthly, "next day 15", {"samr"}, {"batches"});
    return plan;
}

std::vector<std::string> paths(const Problems& problems)
{
    std::vector<std::string> all;
    for (const Problem& problem : problems) all.push_back(problem.path);
    return all;
}

std::vector<std::string> refused(const Course& course, const std::vector<RawSubmission>& batch)
{
    const auto admitted = course.engine.admit(batch, at("2023-10-15 12:00"));
    if (admitted) return {"admitted"};
    EXPECT_FALSE(admitted.error().empty());
    return paths(admitted.error());
}

TEST(Submissions, AreRefusedWithThePathOfWhatIsWrong)
{
    const Course course{everything()};
    const struct { const char* name; RawSubmission submission; const char* path; } cases[] = {
        {"another plan", {"there-2023", "samr", "2023-09", {{"batches", 1, {}, {}}}, ""}, "/plan"},
        {"a unit that is not there", raw("nobody", "2023-09", {{"batches", 1}}), "/unit"},
        {"a period that is none", raw("samr", "2023-13", {{"batches", 1}}), "/period"},
        {"a period that has not begun", raw("samr", "2023-11", {{"batches", 1}}), "/period"},
        {"a period of another year", raw("samr", "2022-12", {{"batches", 1}}), "/period"},
        {"no figures", raw("samr", "2023-09", {}), "/values"},
        {"an indicator that is not there", raw("samr", "2023-09", {{"nothing", 1}}), "/values/nothing"},
        {"a name that needs escaping in a path", raw("samr", "2023-09", {{"a/b~c", 1}}), "/values/a~1b~0c"},
        {"an indicator that others report", raw("samr", "2023-09", {{"farms", 1}}), "/values/farms"},
        {"a ratio without denominator", raw("samr", "2023-09", {{"kitchens", 1}}), "/values/kitchens"},
        {"a count with denominator", raw("samr", "2023-09", {{"batches", 1, 2}}), "/values/batches"},
        {"a negative count", raw("samr", "2023-09", {{"batches", -1}}), "/values/batches"},
        {"a negative denominator", raw("samr", "2023-09", {{"kitchens", 1, -1}}), "/values/kitchens"},
        {"half done", raw("samr", "2023-09", {{"scheme", Decimal::from_micros(500'000)}}), "/values/scheme"},
        {"the same indicator twice", raw("samr", "2023-09", {{"batches", 1}, {"batches", 2}}), "/values/batches"},
    };
    for (const auto& c : cases) EXPECT_THAT(refused(course, {c.submission}), ElementsAre(c.path)) << c.name;
}

TEST(Submissions, AreAdmitted)
{
    const Course course{everything()};
    const struct { const char* name; RawSubmission submission; } cases[] = {
        {"a period that still runs", raw("samr", "2023-10", {{"batches", 1}})},
        {"its first day", raw("samr", "2023-10-15", {{"batches", 1}})},
        {"a week that reaches into the plan's year", raw("samr", "2022-W52", {{"batches", 1}})},
        {"nothing of nothing", raw("samr", "2023-09", {{"kitchens", 0, 0}})},
        {"more than all", raw("samr", "2023-09", {{"kitchens", 3, 2}})},
        {"several", raw("samr", "2023-09", {{"kitchens", 1, 2}, {"batches", 5}, {"scheme", 1}, {"stock", 0}})},
    };
    for (const auto& c : cases) EXPECT_THAT(refused(course, {c.submission}), ElementsAre("admitted")) << c.name;
}

TEST(Submissions, EveryProblemIsNamedAtOnce)
{
    const Course course{everything()};
    RawSubmission all_wrong = raw("nobody", "2023-11", {{"nothing", 1}, {"batches", -1}});
    all_wrong.plan = "there-2023";
    EXPECT_THAT(refused(course, {all_wrong}), UnorderedElementsAre("/plan", "/unit", "/period", "/values/nothing", "/values/batches"));
}

TEST(Submissions, APeriodBeginsAtMidnightInThePlansZone)
{
    const Course course{everything()};
    const RawSubmission november = raw("samr", "2023-11", {{"batches", 1}});
    EXPECT_FALSE(course.engine.admit({&november, 1}, at("2023-11-01 00:00") - std::chrono::milliseconds{1}));
    EXPECT_TRUE(course.engine.admit({&november, 1}, at("2023-11-01 00:00")));
}

TEST(Overlap, OfIncrementsIsRefusedAndACorrectionIsNot)
{
    const struct { const char* name; const char* stored; const char* next; const char* indicator; const char* want; } cases[] = {
        {"a quarter over its month", "2023-08", "2023-Q3", "batches", "/values/batches"},
        {"a month within its quarter", "2023-Q3", "2023-08", "batches", "/values/batches"},
        {"a day within its week", "2023-W36", "2023-09-05", "batches", "/values/batches"},
        {"a week that reaches into the month", "2023-W35", "2023-09", "batches", "/values/batches"},
        {"the next month", "2023-08", "2023-09", "batches", "admitted"},
        {"the same month again", "2023-08", "2023-08", "batches", "admitted"},
        {"levels of a month and its quarter", "2023-08", "2023-Q3", "stock", "admitted"},
    };
    for (const auto& c : cases) {
        Course course{everything()};
        course.submit("2023-10-10 09:00", "samr", c.stored, {{c.indicator, 1}});
        EXPECT_THAT(refused(course, {raw("samr", c.next, {{c.indicator, 2}})}), ElementsAre(c.want)) << c.name;
    }
}

TEST(Batches, NameTheSubmissionAndHoldEachAgainstTheOthers)
{
    const Course course{everything()};
    const auto batches = [](const char* which) { return raw("samr", which, {{"batches", 1}}); };
    const auto stock = [](const char* which) { return raw("samr", which, {{"stock", 1}}); };
    const struct { const char* name; std::vector<RawSubmission> batch; std::vector<std::string> want; } cases[] = {
        {"three months", {batches("2023-07"), batches("2023-08"), batches("2023-09")}, {"admitted"}},
        {"one of them wrong", {batches("2023-07"), raw("samr", "2023-08", {{"nothing", 1}})}, {"/1/values/nothing"}},
        {"the same twice", {batches("2023-07"), batches("2023-07")}, {"/1/values/batches"}},
        {"the same twice with another between", {stock("2023-07"), stock("2023-Q3"), stock("2023-07")}, {"/2/values/stock"}},
        {"a quarter over two of its months", {batches("2023-Q3"), batches("2023-07"), batches("2023-09")}, {"/1/values/batches", "/2/values/batches"}},
        {"twice, and something else wrong", {batches("2023-07"), batches("2023-07"), batches("2023-99")}, {"/1/values/batches", "/2/period"}},
        {"a level of a month and its quarter", {stock("2023-09"), stock("2023-Q3")}, {"admitted"}},
        {"two indicators", {batches("2023-07"), stock("2023-07")}, {"admitted"}},
    };
    for (const auto& c : cases) EXPECT_THAT(refused(course, c.batch), ::testing::UnorderedElementsAreArray(c.want)) << c.name;
}

TEST(Repeats, OfASubmissionChangeNothing)
{
    Course course{everything()};
    EXPECT_FALSE(course.submit("2023-10-01 09:00", "samr", "2023-09", {{"batches", 5}, {"stock", 7}}).repeated);
    const Changes again = course.submit("2023-10-02 09:00", "samr", "2023-09", {{"batches", 5}, {"stock", 7}});
    EXPECT_TRUE(again.repeated);
    EXPECT_TRUE(again.empty());
    EXPECT_EQ(course.engine.figures_of(0).front().revision, 1U);
    EXPECT_EQ(course.engine.last_submission(0), at("2023-10-01 09:00"));
}

TEST(Repeats, OfAPartStoreTheRestAlone)
{
    Course course{everything()};
    course.submit("2023-10-01 09:00", "samr", "2023-09", {{"batches", 5}, {"stock", 7}});
    const Changes mixed = course.submit("2023-10-02 09:00", "samr", "2023-09", {{"batches", 5}, {"stock", 8}});
    EXPECT_FALSE(mixed.repeated);
    ASSERT_EQ(mixed.figures.size(), 1U);
    EXPECT_EQ(mixed.figures[0].figure.numerator, Decimal{8});
    EXPECT_EQ(mixed.figures[0].revision, 2U);
}

TEST(Locked, FromTheMidnightThatEndsTheLastDayForCorrections)
{
    const Course course{everything()};
    EXPECT_FALSE(course.engine.locked(period("2023-08"), at("2023-09-30 23:59:59")));
    EXPECT_TRUE(course.engine.locked(period("2023-08"), at("2023-10-01 00:00")));
    PlanBuilder open = everything();
    open.plan().lock_after_days.reset();
    EXPECT_FALSE(Course{open}.engine.locked(period("2023-01"), at("2033-01-01 00:00")));
}

TEST(Filings, AreRefusedWithThePathOfWhatIsWrong)
{
    const Course course{everything()};
    RawFiling nameless = raw_filing("samr", "report", "2023-H1");
    nameless.title.clear();
    RawFiling elsewhere = raw_filing("samr", "report", "2023-H1");
    elsewhere.plan = "there-2023";
    const struct { const char* name; RawFiling filing; std::vector<std::string> want; } cases[] = {
        {"another plan", elsewhere, {"/plan"}},
        {"a unit that is not there", raw_filing("nobody", "report", "2023-H1"), {"/unit"}},
        {"a duty that is not there", raw_filing("samr", "nothing", "2023-H1"), {"/duty"}},
        {"a unit that does not owe it", raw_filing("agri", "report", "2023-H1"), {"/unit"}},
        {"a duty that asks for figures", raw_filing("samr", "figures", "2023-09"), {"/duty"}},
        {"a period that is none of its own", raw_filing("samr", "report", "2023-Q1"), {"/period"}},
        {"no period where there are several", raw_filing("samr", "report", ""), {"/period"}},
        {"neither title nor reference", nameless, {"/title"}},
        {"a unit and a period that are wrong", raw_filing("nobody", "report", "2023-Q1"), {"/unit", "/period"}},
    };
    for (const auto& c : cases) {
        const auto admitted = course.engine.admit(c.filing, at("2023-10-15 12:00"));
        ASSERT_FALSE(admitted) << c.name;
        EXPECT_THAT(paths(admitted.error()), ::testing::UnorderedElementsAreArray(c.want)) << c.name;
    }
    EXPECT_FALSE(course.engine.admit(raw_filing("samr", "report", "2023-H2"), at("2023-06-30 23:59")));
    EXPECT_TRUE(course.engine.admit(raw_filing("samr", "report", "2023-H2"), at("2023-07-01 00:00")));
}

TEST(Filings, OfASinglePeriodNeedNotNameIt)
{
    const Course course{everything()};
    const auto filing = course.engine.admit(raw_filing("samr", "once", ""), at("2023-10-15 12:00"));
    ASSERT_TRUE(filing);
    EXPECT_EQ(filing->deadline, course.deadline("once", "2023"));
}

// ---- form and names together

std::vector<std::string> lines(const Problems& problems)
{
    std::vector<std::string> all;
    for (const Problem& problem : problems) all.push_back(to_text({problem}));
    return all;
}

TEST(Faults, AreToldWithWhatIsWrongWithNamesInTheOrderOfTheFields)
{
    const Course course{everything()};
    RawSubmission faulty = raw("smar", "2023-11", {{"nothing", 1}, {"batches", 2}, {"farms", 3}, {"stock", 1}});
    faulty.values[1].value.reset();
    faulty.faults = {{"/colour", "unknown key"}, {"/values/nothing", "is negative"}, {"/values/batches/value", "is a string"}};
    const auto refused = course.engine.admit(std::span{&faulty, 1}, at("2023-10-15 12:00"));
    ASSERT_FALSE(refused);
    EXPECT_THAT(lines(refused.error()),
                ElementsAre("/unit: unknown unit 'smar' in plan here-2023; did you mean 'samr'?",
                            "/period: 2023-11 has not begun: it starts on 2023-11-01, today is 2023-10-15", "/values/nothing: is negative",
                            "/values/nothing: unknown indicator 'nothing' in plan here-2023", "/values/batches/value: is a string", "/colour: unknown key"));
}

TEST(Faults, OfAFieldKeepItFromBeingJudgedAsWell)
{
    const Course course{everything()};
    const struct { const char* name; Problems faults; } cases[] = {
        {"nothing there", {{"/plan", "is missing"}, {"/unit", "is missing"}, {"/period", "is missing"}, {"/values", "is missing"}}},
        {"no record at all", {{"", "is a number; expected an object"}}},
        {"all values without a name", {{"/plan", "a"}, {"/unit", "b"}, {"/period", "c"}, {"line 4, column indicator", "is empty"}}},
    };
    for (const auto& c : cases) {
        RawSubmission nothing;
        nothing.faults = c.faults;
        const auto refused = course.engine.admit(std::span{&nothing, 1}, at("2023-10-15 12:00"));
        ASSERT_FALSE(refused) << c.name;
        EXPECT_EQ(refused.error(), c.faults) << c.name;
    }
}

TEST(Faults, OfOneRecordLeaveTheOthersToBeJudged)
{
    const Course course{everything()};
    RawSubmission broken;
    broken.faults = {{"", "is a number; expected an object"}};
    const RawSubmission good = raw("samr", "2023-09", {{"batches", 1}});
    EXPECT_THAT(refused(course, {broken, good, raw("nobody", "2023-09", {{"batches", 1}}), good}), ElementsAre("/0", "/2/unit", "/3/values/batches"));
}

TEST(Faults, OfAFilingAreToldWithWhatIsWrongWithNames)
{
    const Course course{everything()};
    RawFiling faulty = raw_filing("samr", "reprot", "2023-Q1");
    faulty.title.clear();
    faulty.faults = {{"/reference", "has 2001 characters"}, {"/period", "stands twice"}};
    const auto refused = course.engine.admit(faulty, at("2023-10-15 12:00"));
    ASSERT_FALSE(refused);
    EXPECT_THAT(lines(refused.error()), ElementsAre("/duty: unknown duty 'reprot' in plan here-2023; did you mean 'report'?",
                                                    "/period: stands twice", "/reference: has 2001 characters"));
    faulty.faults = {{"/plan", "is empty"}};
    faulty.duty = "report";
    const auto again = course.engine.admit(faulty, at("2023-10-15 12:00"));
    ASSERT_FALSE(again);
    EXPECT_THAT(paths(again.error()), ElementsAre("/plan", "/period", "/title"));
}

TEST(NearestNames, AreToldOfTheFirstFewAlone)
{
    const Course course{everything()};
    const std::vector<RawSubmission> batch(40, raw("smar", "2023-09", {{"batches", 1}}));
    const auto refused = course.engine.admit(batch, at("2023-10-15 12:00"));
    ASSERT_FALSE(refused);
    ASSERT_EQ(refused.error().size(), batch.size());
    EXPECT_THAT(refused.error().front().message, ::testing::HasSubstr("did you mean 'samr'?"));
    EXPECT_EQ(refused.error().back().message, "unknown unit 'smar' in plan here-2023");
}

}  // namespace
}  // namespace planwatch
