#include "config/business_register.hpp"

#include "config/policy.hpp"
#include "config/calendar.hpp"
#include "tests/config/plan_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string town_and_duty = R"(
[[unit]]
id = "north"
name = "北镇"
aliases = ["北镇人民政府"]
kind = "town"
[[duty]]
id = "daily_check"
name = "日管控"
clause = "一"
cadence = "daily"
due = "period_end"
units = ["@businesses"]
filing = true
)";

Result<ParsedPlan> with_register(const std::string& csv, const std::string& plan = small_plan + town_and_duty)
{
    return parse_plan({"p.toml", plan}, {}, SourceFile{"b.csv", csv});
}

std::string register_problems(const std::string& csv)
{
    const auto parsed = with_register(csv);
    return parsed ? "none" : to_text(parsed.error());
}

std::vector<std::string> ids(const Plan& plan, const std::vector<UnitIndex>& units)
{
    std::vector<std::string> all;
    for (const UnitIndex unit : units) all.push_back(plan.units[unit].id);
    return all;
}

TEST(BusinessRegister, MakesUnitsBelowTheirTowns)
{
    const auto parsed = with_register("编号,名称,乡镇,类别,风险等级\nb1,一号面馆,北镇人民政府,餐饮服务,C\nb2,二号超市,南镇,食品销售,A\nb3,三号食堂,north,,\n");
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    const Plan& plan = parsed->plan;
    const Unit& noodles = plan.units.at(plan.unit("b1").value());
    EXPECT_EQ(noodles.name, "一号面馆");
    EXPECT_EQ(noodles.kind, UnitKind::business);
    EXPECT_EQ(plan.trades[noodles.trade], "餐饮服务");
    EXPECT_EQ(plan.risks[noodles.risk], "C");
    EXPECT_EQ(noodles.parent, plan.unit("north"));
    const Unit& south = plan.units.at(plan.unit("南镇").value());
    EXPECT_EQ(south.kind, UnitKind::town);
    EXPECT_EQ(plan.units.at(plan.unit("b2").value()).parent, plan.unit("南镇"));
    EXPECT_THAT(ids(plan, plan.duties.back().units), ElementsAre("b1", "b3", "b2")) << "town by town";
}

TEST(BusinessRegister, ItsTownsOweNothingOfTheirOwn)
{
    const std::string towns = "[[duty]]\nid = \"town_report\"\nname = \"镇报告\"\nclause = \"一\"\ncadence = \"yearly\"\ndue = \"period_end\"\nunits = [\"@towns\"]\nfiling = true\n";
    const auto parsed = with_register("name,town\n面馆,南镇\n", small_plan + town_and_duty + towns);
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    EXPECT_THAT(ids(parsed->plan, parsed->plan.duties.back().units), ElementsAre("north"));
}

TEST(BusinessRegister, TheNameIsTheIdWhereNoneIsGiven)
{
    const auto parsed = with_register("name,town\n一号面馆,北镇\n");
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    EXPECT_TRUE(parsed->plan.unit("一号面馆"));
}

TEST(BusinessRegister, DutiesSelectByKindAndRisk)
{
    const std::string csv = "id,name,town,kind,risk\nb1,一,北镇,餐饮服务,C\nb2,二,北镇,食品销售,C\nb3,三,北镇,餐饮服务,D\nb4,四,北镇,餐饮服务,A\n";
    const auto owed_by = [&](const std::string& selection) {
        const auto parsed = with_register(csv, with(small_plan + town_and_duty, "@businesses", selection));
        return parsed ? ids(parsed->plan, parsed->plan.duties.back().units) : std::vector{to_text(parsed.error())};
    };
    EXPECT_THAT(owed_by("@businesses kind=餐饮服务"), ElementsAre("b1", "b3", "b4"));
    EXPECT_THAT(owed_by("@businesses risk=C,D"), ElementsAre("b1", "b2", "b3"));
    EXPECT_THAT(owed_by("@businesses kind=餐饮服务 risk=C,D"), ElementsAre("b1", "b3"));
    EXPECT_THAT(owed_by("@businesses risk=E"), IsEmpty()) << "the last one may have closed";
    EXPECT_THAT(owed_by("@businesses town=北镇"), ElementsAre(HasSubstr("'town=北镇' selects no businesses; expected kind=… or risk=…")));
    const auto without = parse_plan({"p.toml", with(small_plan + town_and_duty, "@businesses", "@businesses risk=E")});
    ASSERT_TRUE(without) << to_text(without.error());
    EXPECT_TRUE(without->plan.duties.back().units.empty());
}

TEST(BusinessRegister, EveryProblemIsToldWithItsLine)
{
    const struct {
        const char* name;
        const char* csv;
        const char* problems;
    } broken[] = {
        {"no town", "name\n面馆\n", "b.csv:1: the header has no column 'town'"},
        {"an empty name", "name,town\n,北镇\n", "b.csv:2, column name: is empty"},
        {"an id with a space", "id,name,town\nb 1,面馆,北镇\n", "b.csv:2, column id: holds ' ', which an id cannot"},
        {"a name that is no id", "name,town\n\"A, B\",北镇\n", "b.csv:2, column name: holds ',', which an id cannot; expected a column 'id' beside it"},
        {"twice", "name,town\n面馆,北镇\n粥店,北镇\n面馆,南镇\n",
         "b.csv:4: the business '面馆' stands at b.csv:2 too; expected each once, or a column 'id' that tells them apart"},
        {"an id of the plan's", "id,name,town\nsamr,面馆,北镇\n", "b.csv:2: 'samr' is a unit or a town already; expected another id"},
        {"its own town", "name,town\n面馆,面馆\n", "b.csv:2: '面馆' is a unit or a town already; expected another id"},
        {"a department as a town", "name,town\n面馆,samr\n", "b.csv:2: the town 'samr' is a department of the plan; expected a town"},
        {"bidi", "name,town\n面\xe2\x80\xae馆,北镇\n", "b.csv:2, column name: holds the invisible character U+202E"},
    };
    for (const auto& each : broken) EXPECT_THAT(register_problems(each.csv), HasSubstr(each.problems)) << each.name;
}

TEST(BusinessRegister, KindsAndGradesAreWordsThatBusinessesShare)
{
    std::string csv = "name,town,kind\n";
    for (int i = 0; i <= 1000; ++i) csv += "店" + std::to_string(i) + ",北镇,类别" + std::to_string(i) + "\n";
    EXPECT_EQ(register_problems(csv), "b.csv:1002: the register has more than 1000 kinds or grades; expected a few words that businesses share");
}

TEST(BusinessRegister, IsPartOfTheVersionAndOfTheLedger)
{
    Sources sources{{"p.toml", small_plan + town_and_duty}, {}, builtin_calendar(), {}, {}};
    const std::string before = version_of(sources);
    sources.businesses = SourceFile{"b.csv", "name,town\n面馆,北镇\n"};
    EXPECT_NE(version_of(sources), before);
    const auto read = parse_sources(to_json(sources));
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->businesses, sources.businesses);
    EXPECT_EQ(version_of(*read), version_of(sources));
    EXPECT_TRUE(compile(*read).value()->plan.unit("面馆"));
}

}  // namespace
}  // namespace planwatch
