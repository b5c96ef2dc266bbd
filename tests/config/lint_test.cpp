#include "config/lint.hpp"

#include "config/calendar.hpp"
#include "config/policy.hpp"
#include "tests/config/plan_text.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

std::vector<std::string> findings_of(const std::string& text, std::vector<Contact> contacts = {})
{
    const Sources sources{{"p.toml", text}, {}, builtin_calendar(), std::move(contacts)};
    const auto parsed = parse_plan(sources.plan);
    if (!parsed) throw std::runtime_error{to_text(parsed.error())};
    std::vector<std::string> found;
    for (const Finding& each : lint(**compile(sources, *parsed), *parsed))
        found.push_back(fmt::format("{} {}: {} [{}]", to_string(each.level), each.path, each.message, each.cure));
    return found;
}

const std::string not_owed = "note p.toml:30:1: 2 of 4 periods of 'progress' fell due before the plan was issued on 2023-07-18 and are not owed: "
                             "2023-Q1, 2023-Q2 []";

TEST(Lint, a_plan_issued_in_summer_owes_nothing_for_spring)
{
    EXPECT_THAT(findings_of(small_plan), ::testing::ElementsAre(not_owed));
}

TEST(Lint, finds_what_is_likely_not_meant)
{
    const struct {
        const char* name;
        const char* from;
        const char* to;
        const char* finding;
    } cases[] = {
        {"a clause without units", "units = [ { unit = \"samr\", role = \"lead\" } ]\n", "",
         "warning p.toml:18:1: clause '一' names no unit [add the units that answer for it: units = [ … ]]"},
        {"an indicator without reporters", "units = [\"samr\"]\n[[duty]]\nid = \"progress\"\nname = \"进展\"\nclause = \"一\"\ncadence = \"quarterly\"\n"
         "due = \"period_end + 10d\"\nunits = [\"@members\"]\nindicators = [\"batches\"]\n", "",
         "warning p.toml:22:1: no unit reports the indicator 'batches' [name the units that report it: units = [ … ]]"},
        {"an indicator that no duty collects", "indicators = [\"batches\"]", "filing = true",
         "warning p.toml:22:1: no duty collects the indicator 'batches' [list it in a duty's indicators, or nobody is reminded of it]"},
        {"an indicator collected in part", "units = [\"samr\"]\n[[duty]]", "units = [\"samr\", \"outside\"]\n[[unit]]\nid = \"outside\"\nname = \"外\"\n[[duty]]",
         "warning p.toml:22:1: no duty collects the indicator 'batches' from outside [add these units to a duty that lists it, or take them out of its units]"},
        {"a duty that nobody owes", "units = [\"@members\"]\nindicators = [\"batches\"]\n", "units = [\"@businesses\"]\n",
         "note p.toml:30:1: nobody owes the duty 'progress' [name the units that owe it, or fill the group that it names]"},
        {"a due date on a day off", "period_end + 10d", "10-01",
         "note p.toml:30:1: 4 of 4 due dates of 'progress' on a day off: 2023-10-01 (中秋节、国庆节), 2023-10-01 (中秋节、国庆节), "
         "2023-10-01 (中秋节、国庆节), 2023-10-01 (中秋节、国庆节) [if a working day is meant: due = \"10-01 roll forward\" (or back)]"},
        {"a duty of the past", "period_end + 10d", "06-30",
         "warning p.toml:30:1: every period of 'progress' fell due before the plan was issued on 2023-07-18 and are not owed: 2023-Q1, 2023-Q2, 2023-Q3, 2023-Q4 "
         "[check 'due' and the day of issue]"},
        {"a calendar that ends too early", "issued = 2023-07-18\nyear = 2023", "issued = 2026-07-18\nyear = 2026",
         "none"},
        {"working days into a year that is not known", "issued = 2023-07-18\nyear = 2023\ntime_zone = \"Asia/Shanghai\"\npopulation = 1000\n",
         "issued = 2026-12-01\nyear = 2026\ntime_zone = \"Asia/Shanghai\"\n", "none"},
        {"an assumption", "indicators = [\"batches\"]", "indicators = [\"batches\"]\nassumed = \"no day\"", "assumption p.toml:38:11: duty 'progress': no day []"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.name);
        if (std::string{each.finding} == "none") {
            EXPECT_THAT(findings_of(with(small_plan, each.from, each.to)), ::testing::Each(::testing::Not(::testing::HasSubstr("calendar"))));
        } else {
            EXPECT_THAT(findings_of(with(small_plan, each.from, each.to)), ::testing::Contains(each.finding));
        }
    }
}

TEST(Lint, due_dates_that_rest_on_an_unknown_calendar_are_noted)
{
    const std::string text = with(with(small_plan, "issued = 2023-07-18\nyear = 2023", "issued = 2026-07-18\nyear = 2026"), "+ 10d", "+ 10wd");
    EXPECT_THAT(findings_of(text), ::testing::Contains(::testing::HasSubstr("note p.toml:30:1: deadlines of 'progress' rest on a calendar that is not known: 2027-01-")));
}

TEST(Lint, a_total_must_be_the_sum_of_its_parts)
{
    const std::string part = "[[indicator]]\nid = \"agri_batches\"\nname = \"农业\"\nclause = \"一\"\nmeasure = \"count\"\ntarget = \"at_least 1900 批次\"\nunits = [\"agri\"]\n";
    const std::string total = "[[indicator]]\nid = \"total\"\nname = \"合计\"\nclause = \"一\"\nmeasure = \"count\"\nreported = \"derived\"\n"
                              "parts = [\"batches\", \"agri_batches\"]\ntarget = \"at_least 7125 批次\"\n";
    const std::string duty = with(small_plan, "indicators = [\"batches\"]", "indicators = [\"batches\", \"agri_batches\"]");
    EXPECT_THAT(findings_of(duty + part + total), ::testing::ElementsAre(not_owed));
    EXPECT_THAT(findings_of(duty + part + with(total, "7125", "7000")),
                ::testing::Contains("warning p.toml:45:1: the target of 'total' is 7000, but its parts make 5225 + 1900 = 7125 "
                                  "[check the figures against the document]"));
}

TEST(Lint, two_duties_for_one_thing_are_found)
{
    const std::string twin = "[[duty]]\nid = \"twin\"\nname = \"又\"\nclause = \"一\"\ncadence = \"quarterly\"\ndue = \"period_end + 10d\"\n"
                             "units = [\"agri\", \"samr\"]\nindicators = [\"batches\"]\n";
    EXPECT_THAT(findings_of(small_plan + twin),
                ::testing::Contains("warning p.toml:38:1: the duties 'progress' and 'twin' ask the same units for one thing as often "
                                  "[drop one, or say in their names how they differ and in their indicators what each collects]"));
}

TEST(Lint, a_contact_of_an_unknown_unit_is_found)
{
    const Contact contact{"zhang", "张三", {"p-2023"}, {"sarm"}, {Audience::reporter}, {}};
    EXPECT_THAT(findings_of(small_plan, {contact}),
                ::testing::Contains("warning contact 'zhang': the plan 'p-2023' has no unit 'sarm'; did you mean 'samr'? [correct the contact's units]"));
    Contact elsewhere = contact;
    elsewhere.plans = {"q-2023"};
    EXPECT_THAT(findings_of(small_plan, {elsewhere}), ::testing::ElementsAre(not_owed));
}

TEST(Lint, warnings_come_first_and_assumptions_last)
{
    std::string text = with(small_plan, "population = 1000", "population = { value = 1000, assumed = \"guessed\" }");
    text = with(text, "indicators = [\"batches\"]", "filing = true");
    const auto found = findings_of(text);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_TRUE(found[0].starts_with("warning"));
    EXPECT_TRUE(found[1].starts_with("note"));
    EXPECT_EQ(found[2], "assumption p.toml:7:40: population: guessed []");
}

}  // namespace
}  // namespace planwatch
