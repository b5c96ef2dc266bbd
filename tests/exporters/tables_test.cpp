#include "exporters/tables.hpp"

#include "example.hpp"
#include "exporters/utf8.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace planwatch::testing;

TEST(Table, columns_line_up_under_chinese)
{
    Table table{{"unit", "名称", "x"}};
    table.add({"samr", "区市场监管局", "1"});
    table.add({"a\nb", "", "2"});
    table.add({"c", "", ""});
    EXPECT_EQ(table.to_text(),
              "unit  名称          x\n"
              "---------------------\n"
              "samr  区市场监管局  1\n"
              "a b                 2\n"
              "c\n");
}

TEST(Tables, slots_show_due_date_state_and_who)
{
    const std::string text = slots_table(slot_rows(example_engine(), {.unit = "agri"}));
    EXPECT_THAT(text, StartsWith("截止日"));
    EXPECT_THAT(text, HasSubstr("\n2023-10-10"));
    EXPECT_THAT(text, HasSubstr("逾期"));
    EXPECT_THAT(text, HasSubstr("demo-2023  区农业农村委 (agri)  2023-Q3  工作进展情况 (quarterly_progress)  八（三十二）"));
}

TEST(Tables, the_plan_lists_units_clauses_indicators_and_duties)
{
    const std::string text = plan_table(*example_policy());
    EXPECT_THAT(text, StartsWith("示例区2023年食品安全监督管理计划\ndemo-2023，印发 2023-07-18，2023-01-01 至 2023-12-31，时区 "
                                 "Asia/Shanghai，人口 950000\n\n"));
    EXPECT_THAT(text, HasSubstr("区市场监管局（牵头）、区农业农村委（按职责分工）"));
    EXPECT_THAT(text, HasSubstr(">= 6.5 批次/千人，2023-12-31 前"));
    EXPECT_THAT(text, HasSubstr(">= 91 %，保持"));
    EXPECT_THAT(text, HasSubstr("period_end + 10d"));
}

TEST(Tables, alerts_and_indicators_speak_chinese)
{
    const Engine engine = example_engine();
    const std::string alerts = alerts_table(engine);
    EXPECT_THAT(alerts, HasSubstr("逾期未报"));
    EXPECT_THAT(alerts, HasSubstr("2023-10-11T00:00:00+08:00  demo-2023:overdue:quarterly_progress:agri:2023-Q3"));
    EXPECT_THAT(indicators_table(engine), HasSubstr("无数据"));
}

TEST(SlotsCsv, has_the_fields_of_the_json_and_quotes_where_needed)
{
    auto policy = std::make_shared<Policy>(*example_policy());
    policy->plan.duties[0].assumed = "no day, \"nothing\"";
    Engine engine{policy};
    const std::string csv = slots_csv(slot_rows(engine, {.unit = "agri"}));
    EXPECT_THAT(csv, StartsWith("plan,duty,unit,period,due,due_date,state,provisional,assumed,clause,why,id,first_due\r\n"
                                "demo-2023,quarterly_progress,agri,2023-Q3,2023-10-11T00:00:00+08:00,2023-10-10,upcoming,false,"
                                "\"no day, \"\"nothing\"\"\",八（三十二）,"));
    EXPECT_EQ(std::ranges::count(csv, '\n'), 3);
}

}  // namespace
}  // namespace planwatch
