#include "config/calendar.hpp"
#include "config/lint.hpp"
#include "config/policy.hpp"
#include "tests/config/plan_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using ::testing::HasSubstr;

const std::string composite_table = R"([[composite]]
id = "index"
name = "指数"
clause = "一"
units = ["samr", "agri"]
cadence = "monthly"
ranked = "quarterly"
graded = "yearly"
parts = [ { indicator = "batches", weight = 40 }, { on_time = true, weight = 60 }, { businesses_on_time = true, weight = 2.5 } ]
grades = [ { name = "A", least = 90 }, { name = "B", least = 60 } ]
assumed = "the weights"
)";

std::string composite_problems(const std::string& table)
{
    const auto parsed = parse_plan({"p.toml", small_plan + table});
    return parsed ? "none" : to_text(parsed.error());
}

TEST(CompositeReader, takes_weights_grades_and_the_periods_they_belong_to)
{
    const auto parsed = parse_plan({"p.toml", small_plan + composite_table});
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    const Composite& read = parsed->plan.composites.at(0);
    EXPECT_EQ(read.id, "index");
    EXPECT_EQ(read.units.size(), 2U);
    EXPECT_EQ(read.cadence, Cadence::monthly);
    EXPECT_EQ(read.ranked, Cadence::quarterly);
    EXPECT_EQ(read.graded, Cadence::yearly);
    ASSERT_EQ(read.parts.size(), 3U);
    EXPECT_EQ(read.parts[0].kind, CompositePart::Kind::indicator);
    EXPECT_EQ(read.parts[1].kind, CompositePart::Kind::on_time);
    EXPECT_EQ(read.parts[2].weight.to_string(), "2.5");
    EXPECT_EQ(read.grades.at(1).name, "B");
    EXPECT_EQ(parsed->position("composite/index"), "p.toml:38:1");
    EXPECT_EQ(parsed->position("composite/index/assumed"), "p.toml:48:11");
}

TEST(CompositeReader, ranks_and_grades_by_its_own_cadence_where_nothing_else_is_said)
{
    const auto parsed = parse_plan({"p.toml", small_plan + with(with(composite_table, "ranked = \"quarterly\"\n", ""), "graded = \"yearly\"\n", "")});
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    EXPECT_EQ(parsed->plan.composites.at(0).ranked, Cadence::monthly);
    EXPECT_EQ(parsed->plan.composites.at(0).graded, Cadence::monthly);
}

TEST(CompositeReader, tells_what_makes_no_sense)
{
    const struct {
        const char* from;
        const char* to;
        const char* problem;
    } cases[] = {
        {"units = [\"samr\", \"agri\"]", "units = []", "compares no unit"},
        {"units = [\"samr\", \"agri\"]", "units = [\"agri\"]", "no unit of this composite reports 'batches'"},
        {"cadence = \"monthly\"", "cadence = \"daily\"", "'daily'"},
        {"ranked = \"quarterly\"", "ranked = \"weekly\"", "'ranked' is weekly, but a score is made monthly"},
        {"weight = 40", "weight = 0", "'weight' is 0"},
        {"{ on_time = true, weight = 60 }", "{ weight = 60 }", "a part is one thing"},
        {"{ on_time = true, weight = 60 }", "{ on_time = true, indicator = \"batches\", weight = 60 }", "a part is one thing"},
        {"{ businesses_on_time = true,", "{ on_time = true,", "this part stands twice"},
        {"indicator = \"batches\"", "indicator = \"batchs\"", "unknown indicator 'batchs'"},
        {"least = 60", "least = 95", "must lie below"},
        {"least = 90", "least = 101", "scores go to 100"},
        {"grades = [ { name = \"A\", least = 90 }, { name = \"B\", least = 60 } ]\n", "", "'graded' without 'grades'"},
        {"assumed = \"the weights\"", "assume = \"the weights\"", "unknown key 'assume'"},
    };
    for (const auto& each : cases) EXPECT_THAT(composite_problems(with(composite_table, each.from, each.to)), HasSubstr(each.problem)) << each.to;
    const std::size_t parts = composite_table.find("parts = "), grades = composite_table.find("grades = ");
    EXPECT_THAT(composite_problems(composite_table.substr(0, parts) + composite_table.substr(grades)), HasSubstr("composite 'index' has no parts"));
    EXPECT_THAT(composite_problems(composite_table + composite_table), HasSubstr("'index'"));
}

// A target for all together says nothing of one of them.
TEST(CompositeReader, asks_of_a_figure_that_it_says_something_of_one_unit)
{
    const std::string two = with(small_plan, "pace = \"linear\"\nunits = [\"samr\"]", "units = [\"samr\", \"agri\"]");
    const auto sum = parse_plan({"p.toml", two + composite_table});
    ASSERT_FALSE(sum);
    EXPECT_THAT(to_text(sum.error()), HasSubstr("the target of 'batches' is for all its units together"));
    EXPECT_TRUE(parse_plan({"p.toml", with(two, "units = [\"samr\", \"agri\"]", "each = true\nunits = [\"samr\", \"agri\"]") + composite_table}));
    EXPECT_TRUE(parse_plan({"p.toml", with(two, "target = \"at_least 5225 批次\"\n", "") + composite_table}));
}

TEST(CompositeReader, an_overlay_sets_it_out_anew)
{
    const SourceFile overlay{"o.toml", "[overlay]\nplan = \"p-2023\"\nreason = \"weights of the office\"\nauthor = \"fso\"\n"
                                       "[composite.index]\nparts = [ { on_time = true, weight = 1 } ]\n"};
    const auto parsed = parse_plan({"p.toml", small_plan + composite_table}, {&overlay, 1});
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    EXPECT_EQ(parsed->plan.composites.at(0).parts.size(), 1U);
    EXPECT_EQ(parsed->plan.composites.at(0).assumed, "");
    EXPECT_EQ(parsed->overrides.at(0).what, "composite index: parts");
}

TEST(CompositeReader, check_lists_what_is_assumed_and_what_can_never_be_known)
{
    std::string text = with(small_plan, "[groups]", "[[unit]]\nid = \"idle\"\nname = \"无事\"\n[groups]") +
                       "[[composite]]\nid = \"index\"\nname = \"指数\"\nclause = \"一\"\nunits = [\"idle\"]\ncadence = \"monthly\"\n"
                       "parts = [ { on_time = true, weight = 1 } ]\nassumed = \"the weights\"\n";
    const auto found = [](const std::string& plan) {
        const Sources sources{{"p.toml", plan}, {}, builtin_calendar(), {}, {}};
        const auto parsed = parse_plan(sources.plan);
        std::string all;
        for (const Finding& each : lint(**compile(sources, *parsed), *parsed, parsed->plan.issued, {})) all += each.path + ": " + each.message + "\n";
        return all;
    };
    EXPECT_THAT(found(text), HasSubstr("'on_time' of the composite 'index' is never known"));
    EXPECT_THAT(found(text), HasSubstr("composite 'index': the weights"));
    EXPECT_THAT(found(with(text, "units = [\"idle\"]", "units = [\"samr\"]")), ::testing::Not(HasSubstr("never known")));
}

}  // namespace
}  // namespace planwatch
