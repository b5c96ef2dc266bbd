#include "exporters/views.hpp"

#include "example.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace planwatch {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace planwatch::testing;

std::vector<std::string> keys_of(const json::value& value)
{
    std::vector<std::string> keys;
    for (const auto& member : value.as_object()) keys.emplace_back(member.key());
    return keys;
}

TEST(PlanView, has_the_documented_keys_first_and_in_order)
{
    const std::string text = plan_json(*example_policy());
    EXPECT_THAT(text, StartsWith(R"({"id":"demo-2023","name":"示例区2023年食品安全监督管理计划","issued":"2023-07-18","year":2023,"units":[)"
                                 R"({"id":"samr","name":"区市场监管局","aliases":["区场监管局"],"parent":null,"kind":"department","assumed":null},)"
                                 R"({"id":"agri","name":"区农业农村委","aliases":[],"parent":"samr","kind":"department","assumed":null},)"
                                 R"({"id":"dazhang","name":"大张庄镇","aliases":[],"parent":null,"kind":"town","assumed":null}],)"
                                 R"("clauses":[{"id":"三（十二）","title":"食品抽检数量","units":[{"unit":"samr","role":"lead"},)"
                                 R"({"unit":"agri","role":"by_duty"}],"scope":["11 个重点品种"],"assumed":null},)"));
    const json::value plan = json::parse(text);
    EXPECT_THAT(keys_of(plan),
                ElementsAre("id", "name", "issued", "year", "units", "clauses", "indicators", "duties", "composites", "time_zone", "starts",
                            "ends", "population", "population_assumed", "issued_assumed", "lock_after_days", "version"));
    EXPECT_THAT(keys_of(plan.at("indicators").at(0)), ElementsAre("id", "name", "clause", "measure", "target", "units", "assumed",
                                                                  "reported", "parts", "pace", "each", "population"));
    EXPECT_THAT(keys_of(plan.at("duties").at(0)), ElementsAre("id", "name", "clause", "cadence", "due", "units", "assumed",
                                                              "indicators", "filing", "periods", "ladder"));
}

TEST(PlanView, targets_stand_as_the_document_gives_them)
{
    const std::string text = plan_json(*example_policy());
    EXPECT_THAT(text, HasSubstr(R"("target":{"comparator":">=","value":5225,"unit":"批次","by":"2023-12-31"})"));
    EXPECT_THAT(text, HasSubstr(R"("target":{"comparator":">=","value":91,"unit":"%","hold":true})"));
    EXPECT_THAT(text, HasSubstr(R"("target":{"comparator":">=","value":6.5,"unit":"批次/千人","by":"2023-12-31"})"));
    EXPECT_THAT(text, HasSubstr(R"("id":"disposal","name":"不合格样品处置率","clause":"三（十二）","measure":"ratio","target":null)"));
    EXPECT_THAT(text, HasSubstr(R"("pace":{"kind":"linear","from":"2023-01-01","tolerance":0.1})"));
    EXPECT_THAT(text, HasSubstr(R"("assumed":"every school has one kitchen")"));
    EXPECT_THAT(text, HasSubstr(R"("cadence":"quarterly","due":"period_end + 10d","units":["agri","dazhang"],"assumed":"the document names no day")"));
}

TEST(SlotView, shows_when_and_why_it_is_due)
{
    const Engine engine = example_engine();
    const std::vector<SlotRow> rows = slot_rows(engine, {.unit = "agri", .state = SlotState::overdue});
    ASSERT_EQ(rows.size(), 1U);
    const json::value slot = json::parse(slot_json(rows[0]));
    EXPECT_THAT(keys_of(slot), ElementsAre("plan", "duty", "unit", "period", "due", "due_date", "state", "provisional", "assumed",
                                           "clause", "why", "handed_in", "id", "first_due", "extended", "waived"));
    EXPECT_EQ(slot.at("due").as_string(), "2023-10-11T00:00:00+08:00");
    EXPECT_EQ(slot.at("due_date").as_string(), "2023-10-10");
    EXPECT_EQ(slot.at("state").as_string(), "overdue");
    EXPECT_EQ(slot.at("assumed").as_string(), "the document names no day");
    EXPECT_EQ(slot.at("why").as_string(), engine.why_of(rows[0].deadline, rows[0].unit));
    EXPECT_FALSE(slot.at("why").as_string().empty());
    EXPECT_TRUE(slot.at("handed_in").is_null());
}

TEST(SlotView, shows_when_it_was_handed_in)
{
    Engine engine = example_engine();
    submit_value(engine, "samr", "2023-09", "sampling_batches", 412);
    const std::vector<SlotRow> rows = slot_rows(engine, {.state = SlotState::late});
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_THAT(slot_json(rows[0]), HasSubstr(R"("handed_in":"2023-10-20T09:00:00+08:00")"));
}

TEST(SlotRows, are_ordered_by_due_moment_and_filtered)
{
    const Engine engine = example_engine();
    const auto count = [&](const SlotFilter& filter) { return slot_rows(engine, filter).size(); };
    std::vector<std::string> order;
    for (const SlotRow& row : slot_rows(engine))
        order.push_back(format_day(row.due_date) + ' ' + row.plan().units[row.unit].id);
    EXPECT_THAT(order, ElementsAre("2023-10-10 agri", "2023-10-10 dazhang", "2023-10-15 samr", "2023-11-15 samr", "2024-01-10 agri",
                                   "2024-01-10 dazhang"));
    EXPECT_EQ(count({.from = day("2023-10-15"), .to = day("2023-11-15")}), 2U);
    EXPECT_EQ(count({.from = day("2023-10-16")}), 3U);
    EXPECT_EQ(count({.unit = "agri"}), 2U);
    EXPECT_EQ(count({.duty = "monthly_figures"}), 2U);
    EXPECT_EQ(count({.state = SlotState::overdue}), 3U);
    EXPECT_EQ(count({.unit = "nobody"}), 0U);
    EXPECT_EQ(parse_slot_state("due_soon"), SlotState::due_soon);
    EXPECT_EQ(parse_slot_state("soon"), std::nullopt);
}

TEST(AssessmentView, gives_the_arithmetic_of_the_whole_and_of_a_part)
{
    Engine engine = example_engine();
    submit_ratio(engine, "samr", "2023-09", "bright_kitchens", 90, 100);
    submit_ratio(engine, "dazhang", "2023-09", "bright_kitchens", 10, 10);
    const std::string whole = assessment_json(engine, kitchens);
    EXPECT_THAT(whole, StartsWith(R"({"plan":"demo-2023","indicator":"bright_kitchens","unit":null,"name":"学校食堂“互联网+明厨亮灶”覆盖率","clause":"三（十二）",)"
                                  R"("measure":"ratio","value":90.9090909090909)"));
    EXPECT_THAT(whole, HasSubstr(R"("numerator":100,"denominator":110,"target":{"comparator":">=","value":91,"unit":"%","hold":true},)"));
    EXPECT_THAT(whole, HasSubstr(R"("assumed":"every school has one kitchen","why":")"));
    const std::string part = assessment_json(engine, kitchens, samr);
    EXPECT_THAT(part, HasSubstr(R"("unit":"samr")"));
    EXPECT_THAT(part, HasSubstr(R"("value":90,"numerator":90,"denominator":100,)"));
    EXPECT_THAT(keys_of(json::parse(whole)),
                ElementsAre("plan", "indicator", "unit", "name", "clause", "measure", "value", "numerator", "denominator", "target",
                            "expected", "attainment", "through", "days_gone", "days_total", "missing", "weekly_rate", "status",
                            "assumed", "why"));
}

TEST(AssessmentView, what_is_not_known_is_null)
{
    const std::string text = assessment_json(example_engine(), batches);
    EXPECT_THAT(text, HasSubstr(R"("value":null,"numerator":null,"denominator":null,)"));
    EXPECT_THAT(text, HasSubstr(R"("attainment":null)"));
    EXPECT_THAT(text, HasSubstr(R"("status":"no_data")"));
}

TEST(Attainment, is_the_share_of_the_target_that_is_reached)
{
    const struct {
        const char* name;
        Comparator comparator;
        double value;
        std::int64_t target;
        std::optional<double> want;
    } cases[] = {
        {"half way", Comparator::at_least, 20, 40, 0.5},
        {"beyond", Comparator::at_least, 60, 40, 1.5},
        {"a limit that is kept", Comparator::at_most, 0, 5, 1},
        {"a limit that is doubled", Comparator::at_most, 10, 5, 0.5},
        {"no share of nothing", Comparator::at_least, 3, 0, std::nullopt},
    };
    for (const auto& c : cases) {
        Indicator indicator;
        indicator.target = Target{.comparator = c.comparator, .value = c.target};
        EXPECT_EQ(attainment(indicator, Assessment{.known = true, .value = c.value}), c.want) << c.name;
    }
    EXPECT_EQ(attainment(Indicator{}, Assessment{.known = true, .value = 1}), std::nullopt);
    Indicator with_target;
    with_target.target = Target{.value = 1};
    EXPECT_EQ(attainment(with_target, Assessment{}), std::nullopt);
}

Alert example_alert()
{
    return {.key = {AlertKind::overdue, "quarterly_progress", "agri", "2023-Q3"},
            .state = {Phase::firing, instant("2023-10-11T00:00:00+08:00")},
            .severity = Severity::warning,
            .why = "截止 2023-10-10",
            .facts = {{"due", "2023-10-10"}, {"days_late", "1"}},
            .told = {{"zhang", "张三", "mail", "zhang@example.org"}}};
}

TEST(AlertView, carries_clause_facts_and_who_is_responsible)
{
    Alert alert = example_alert();
    EXPECT_EQ(alert_json(*example_policy(), alert),
              R"({"id":"demo-2023:overdue:quarterly_progress:agri:2023-Q3","plan":"demo-2023","kind":"overdue","state":"firing","severity":"warning",)"
              R"("unit":"agri","duty":"quarterly_progress","period":"2023-Q3","clause":"八（三十二）","since":"2023-10-11T00:00:00+08:00",)"
              R"("why":"截止 2023-10-10","facts":{"due":"2023-10-10","days_late":"1"},)"
              R"("responsible":[{"unit":"agri","name":"区农业农村委","role":"responsible"}],"acknowledged_until":null,)"
              R"("told":[{"recipient":"zhang","name":"张三","channel":"mail"}],"acknowledged_by":null,"resolved":null})");
    alert.acknowledged_until = instant("2023-10-13T00:00:00Z");
    alert.acknowledged_by = "office";
    const std::string text = alert_json(*example_policy(), alert, instant("2023-10-12T00:00:00Z"));
    EXPECT_THAT(text, HasSubstr(R"("state":"resolved")"));
    EXPECT_THAT(text, HasSubstr(R"("acknowledged_until":"2023-10-13T08:00:00+08:00")"));
    EXPECT_THAT(text, HasSubstr(R"("acknowledged_by":"office","resolved":"2023-10-12T08:00:00+08:00"})"));
}

TEST(AlertView, names_its_subject_by_what_it_is)
{
    Alert alert;
    alert.key = {AlertKind::behind_pace, "sampling_batches", "", ""};
    EXPECT_THAT(alert_json(*example_policy(), alert), HasSubstr(R"("unit":null,"indicator":"sampling_batches","period":null,"clause":"三（十二）")"));
    alert.key = {AlertKind::undeliverable, "unit:agri", "", ""};
    EXPECT_THAT(alert_json(*example_policy(), alert), HasSubstr(R"("recipient":"unit:agri","period":null,"clause":null)"));
    alert.key = {AlertKind::overdue, "no_longer_there", "agri", "2023-Q3"};
    EXPECT_THAT(alert_json(*example_policy(), alert), HasSubstr(R"("duty":"no_longer_there","period":"2023-Q3","clause":null)"));
}

TEST(SimulateLines, have_the_documented_keys_in_order_of_time)
{
    Notice earlier = example_notice();
    earlier.at -= std::chrono::hours{24};
    earlier.step = "0";
    Alert pending = example_alert();
    pending.state.phase = Phase::pending;
    Changes changes;
    changes.notices = {earlier, example_notice()};
    changes.transitions = {{earlier.at, AlertEvent::pending, pending}, {example_notice().at, AlertEvent::fired, example_alert()}};
    EXPECT_EQ(change_lines(*example_policy(), changes),
              R"({"at":"2023-10-10T00:00:00+08:00","event":"notice","alert":"demo-2023:overdue:quarterly_progress:agri:2023-Q3","recipient":"zhang",)"
              R"("channel":"mail","step":"0","severity":"warning","unit":"agri","why":"2023-Q3 于 2023-09-30 结束，加 10 天"})"
              "\n"
              R"({"at":"2023-10-11T00:00:00+08:00","event":"alert","transition":"firing","kind":"overdue","severity":"warning","plan":"demo-2023",)"
              R"("unit":"agri","duty":"quarterly_progress","period":"2023-Q3","why":"截止 2023-10-10","id":"demo-2023:overdue:quarterly_progress:agri:2023-Q3"})"
              "\n"
              R"({"at":"2023-10-11T00:00:00+08:00","event":"notice","alert":"demo-2023:overdue:quarterly_progress:agri:2023-Q3","recipient":"zhang",)"
              R"("channel":"mail","step":"due","severity":"warning","unit":"agri","why":"2023-Q3 于 2023-09-30 结束，加 10 天"})"
              "\n");
    EXPECT_THAT(transition_line(*example_policy(), {example_notice().at, AlertEvent::resolved, example_alert()}), HasSubstr(R"("transition":"resolved")"));
}

}  // namespace
}  // namespace planwatch
