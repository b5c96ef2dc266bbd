#include "exporters/alertmanager.hpp"

#include "example.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;

Alert overdue_alert()
{
    return {.key = {AlertKind::overdue, "quarterly_progress", "agri", "2023-Q3"},
            .state = {Phase::firing, instant("2023-10-11T00:00:00+08:00")},
            .severity = Severity::warning,
            .why = "2023-Q3 于 2023-09-30 结束，加 10 天"};
}

TEST(Alertmanager, a_firing_alert_has_ids_as_labels_and_words_as_annotations)
{
    const Alert alert = overdue_alert();
    Json json;
    write_firing(json, alert, *example_policy(), {alert.state.since, instant("2023-10-20T00:04:00Z")}, "http://127.0.0.1:9919");
    EXPECT_EQ(json.text(),
              R"({"labels":{"alertname":"overdue","service":"planwatch","plan":"demo-2023","duty":"quarterly_progress","unit":"agri","period":"2023-Q3","severity":"warning"},)"
              R"("annotations":{"summary":"逾期未报：区农业农村委 工作进展情况 2023-Q3","description":"2023-Q3 于 2023-09-30 结束，加 10 天",)"
              R"("clause":"八（三十二） 进展报告","plan_name":"示例区2023年食品安全监督管理计划","alert":"demo-2023:overdue:quarterly_progress:agri:2023-Q3"},)"
              R"("startsAt":"2023-10-10T16:00:00Z","endsAt":"2023-10-20T00:04:00Z",)"
              R"("generatorURL":"http://127.0.0.1:9919/api/v1/alerts/demo-2023%3Aoverdue%3Aquarterly_progress%3Aagri%3A2023-Q3/explain"})");
}

TEST(Alertmanager, an_end_has_the_same_labels)
{
    Json json;
    write_ended(json, {"demo-2023", {AlertKind::behind_pace, "sampling_batches", "", ""}, Severity::info},
                {instant("2023-10-10T16:00:00Z"), instant("2023-10-12T00:00:00Z")});
    EXPECT_EQ(json.text(), R"({"labels":{"alertname":"behind_pace","service":"planwatch","plan":"demo-2023","indicator":"sampling_batches","severity":"info"},)"
                           R"("startsAt":"2023-10-10T16:00:00Z","endsAt":"2023-10-12T00:00:00Z"})");
}

TEST(Alertmanager, nothing_begins_after_it_ends_where_the_clock_is_ahead)
{
    Json json;
    write_ended(json, {"p", {}, Severity::info}, {instant("2027-01-01T00:00:00Z"), instant("2026-01-01T00:00:00Z")});
    EXPECT_NE(json.text().find(R"("startsAt":"2026-01-01T00:00:00Z")"), std::string::npos);
}

}  // namespace
}  // namespace planwatch
