#include "exporters/metrics.hpp"

#include "example.hpp"
#include "exporters/metrics_text.hpp"
#include "joined.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

namespace planwatch {
namespace {

using prometheus::MetricFamily;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace planwatch::testing;

Engine reported_engine()
{
    Engine engine = example_engine();
    submit_value(engine, "samr", "2023-09", "sampling_batches", 1045);
    submit_ratio(engine, "samr", "2023-09", "bright_kitchens", 90, 100);
    submit_ratio(engine, "dazhang", "2023-09", "bright_kitchens", 10, 10);
    submit_value(engine, "samr", "2023-09", "batches_per_1000", 5700);
    submit_ratio(engine, "samr", "2023-09", "training_hours", 300, 10);
    submit_value(engine, "agri", "2023-09", "drill", 1);
    return engine;
}

std::string exposed(const Engine& engine, std::vector<MetricFamily> others = {}, ExpositionFormat format = ExpositionFormat::text)
{
    PlanSampler sampler{engine};
    MetricsText metrics{1000};
    return joined(metrics.render({sampler.samples(engine)}, std::move(others), {.format = format}));
}

DaemonStats example_stats()
{
    DaemonStats stats{.version = "0.1.0", .revision = "85cbd24"};
    stats.writer.submissions[SubmissionResult::stored] = 3;
    stats.writer.commit_duration.observe(0.0005);
    stats.writer.commit_duration.observe(0.0006);
    stats.writer.commit_duration.observe(60);
    stats.courier.notifications["mail"][NotificationResult::retried] = 2;
    stats.courier.queue_length = 4;
    stats.reporter.sent[ReportKind::monthly] = 3;
    stats.reporter.failed[ReportKind::scores] = 1;
    stats.alertmanagers = {{.url = "http://127.0.0.1:9093", .accepted = 5, .failed = 1, .firing = 2, .last_accepted = instant("2023-10-20T00:00:00Z")}};
    stats.history = HistoryStats{.stored = 70, .refused = 1, .failures = 2, .lag_seconds = 3};
    stats.courier.oldest = instant("2023-10-19T00:00:00Z");
    stats.ledger_entries = 12;
    stats.storage = {.database_bytes = 4096, .free_bytes = 1e9, .size_bytes = 2e9};
    stats.config_last_reload_success = instant("2023-10-20T00:00:00Z");
    stats.certificate_not_after = instant("2024-01-01T00:00:00Z");
    stats.tokens = {{.id = 7, .role = "submit", .expires = instant("2024-06-30T16:00:00Z")}};
    stats.process = {.cpu_seconds = 1.5,
                     .resident_memory_bytes = 1e7,
                     .virtual_memory_bytes = 2e7,
                     .open_fds = 9,
                     .max_fds = 1024,
                     .start_time_seconds = 1.7e9};
    return stats;
}

std::string all_exposed(ExpositionFormat format = ExpositionFormat::text) { return exposed(reported_engine(), daemon_families(example_stats()), format); }

TEST(Metrics, each_measure_has_a_family_of_its_own_in_base_units)
{
    const std::string text = exposed(reported_engine());
    for (const char* line : {
             "planwatch_indicator_value_count{plan=\"demo-2023\",indicator=\"sampling_batches\"} 1045\n",
             "planwatch_unit_indicator_value_count{plan=\"demo-2023\",indicator=\"sampling_batches\",unit=\"samr\"} 1045\n",
             "planwatch_indicator_value_ratio{plan=\"demo-2023\",indicator=\"bright_kitchens\"} 0.9090909090909091\n",
             "planwatch_unit_indicator_value_ratio{plan=\"demo-2023\",indicator=\"bright_kitchens\",unit=\"samr\"} 0.9\n",
             "planwatch_unit_indicator_value_ratio{plan=\"demo-2023\",indicator=\"bright_kitchens\",unit=\"dazhang\"} 1\n",
             "planwatch_indicator_value_per_thousand{plan=\"demo-2023\",indicator=\"batches_per_1000\"} 6\n",
             "planwatch_indicator_value_average{plan=\"demo-2023\",indicator=\"training_hours\"} 30\n",
             "planwatch_indicator_value_count{plan=\"demo-2023\",indicator=\"drill\"} 1\n",
             "planwatch_indicator_attainment_ratio{plan=\"demo-2023\",indicator=\"sampling_batches\"} 0.2\n",
             "planwatch_indicator_attainment_ratio{plan=\"demo-2023\",indicator=\"training_hours\"} 0.75\n",
             "planwatch_indicator_last_submission_timestamp_seconds{plan=\"demo-2023\",indicator=\"drill\"} 1697763600\n",
             "planwatch_indicator_target_count{plan=\"demo-2023\",indicator=\"sampling_batches\"} 5225\n",
             "planwatch_indicator_target_ratio{plan=\"demo-2023\",indicator=\"bright_kitchens\"} 0.91\n",
             "planwatch_indicator_target_per_thousand{plan=\"demo-2023\",indicator=\"batches_per_1000\"} 6.5\n",
             "planwatch_indicator_target_timestamp_seconds{plan=\"demo-2023\",indicator=\"drill\"} 1704038400\n",
             "planwatch_indicator_pace_tolerance_ratio{plan=\"demo-2023\",indicator=\"training_hours\"} 0.1\n",
         }) {
        EXPECT_THAT(text, HasSubstr(line));
    }
}

TEST(Metrics, names_are_there_to_join_with)
{
    const std::string text = exposed(reported_engine());
    for (const char* line : {
             "planwatch_plan_info{plan=\"demo-2023\",name=\"",
             "planwatch_indicator_info{plan=\"demo-2023\",indicator=\"bright_kitchens\",name=\"学校食堂“互联网+明厨亮灶”覆盖率\",clause=\"三（十二）\","
             "measure=\"ratio\",reported=\"level\",comparator=\"at_least\",counted_in=\"%\"} 1\n",
             "planwatch_duty_info{plan=\"demo-2023\",duty=\"monthly_figures\",name=\"抽检月报\",clause=\"三（十二）\",cadence=\"monthly\"} 1\n",
             "planwatch_unit_info{plan=\"demo-2023\",unit=\"agri\",name=\"区农业农村委\",kind=\"department\",parent=\"samr\"} 1\n",
         }) {
        EXPECT_THAT(text, HasSubstr(line));
    }
}

TEST(Metrics, what_a_pace_expects_is_a_share_of_the_target)
{
    const Engine engine = reported_engine();
    const Assessment assessment = engine.assessment(batches);
    ASSERT_TRUE(assessment.expected);
    std::string line = "planwatch_indicator_expected_ratio{plan=\"demo-2023\",indicator=\"sampling_batches\"} ";
    append_number(line, *assessment.expected / 5225);
    EXPECT_THAT(exposed(engine), HasSubstr(line + "\n"));
}

TEST(Metrics, a_target_that_units_reach_together_says_nothing_about_one_of_them)
{
    const std::string text = exposed(reported_engine());
    EXPECT_THAT(
        text,
        HasSubstr("planwatch_unit_indicator_attainment_ratio{plan=\"demo-2023\",indicator=\"bright_kitchens\",unit=\"samr\"}"));
    EXPECT_THAT(text,
                Not(HasSubstr("planwatch_unit_indicator_attainment_ratio{plan=\"demo-2023\",indicator=\"sampling_batches\"")));
}

TEST(Metrics, missing_is_not_zero)
{
    const std::string text = exposed(example_engine());
    for (const char* family : {"value_", "attainment_", "last_submission_"}) {
        EXPECT_THAT(text, Not(HasSubstr(std::string{"\nplanwatch_indicator_"} + family)));
        EXPECT_THAT(text, Not(HasSubstr(std::string{"\nplanwatch_unit_indicator_"} + family)));
    }
    EXPECT_THAT(exposed(reported_engine()), Not(HasSubstr("value_ratio{plan=\"demo-2023\",indicator=\"disposal\"")));
}

TEST(Metrics, the_states_of_slots_add_up_to_the_whole)
{
    const std::string text = exposed(reported_engine());
    // On 20 October: three overdue but for September's figures, which came in late; the fourth quarter and October are to come.
    for (const char* line : {"{plan=\"demo-2023\",state=\"overdue\"} 2\n", "{plan=\"demo-2023\",state=\"late\"} 1\n",
                             "{plan=\"demo-2023\",state=\"upcoming\"} 3\n", "{plan=\"demo-2023\",state=\"due_soon\"} 0\n",
                             "{plan=\"demo-2023\",state=\"on_time\"} 0\n", "{plan=\"demo-2023\",state=\"waived\"} 0\n"}) {
        EXPECT_THAT(text, HasSubstr(std::string{"planwatch_slots"} + line));
    }
    EXPECT_THAT(text, HasSubstr("planwatch_duty_slots{plan=\"demo-2023\",duty=\"monthly_figures\",state=\"late\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("planwatch_duty_slots{plan=\"demo-2023\",duty=\"quarterly_progress\",state=\"overdue\"} 2\n"));
}

TEST(Metrics, the_next_due_moment_is_one_that_is_still_awaited)
{
    const std::string text = exposed(example_engine());
    // 2024-01-11T00:00:00+08:00, and 2023-11-16T00:00:00+08:00; those of October have passed.
    EXPECT_THAT(text,
                HasSubstr("planwatch_slot_due_timestamp_seconds{plan=\"demo-2023\",duty=\"quarterly_progress\"} 1704902400\n"));
    EXPECT_THAT(text, HasSubstr("planwatch_slot_due_timestamp_seconds{plan=\"demo-2023\",duty=\"monthly_figures\"} 1700064000\n"));
}

TEST(Metrics, alerts_are_counted_and_none_is_zero)
{
    const Engine engine = example_engine();
    std::map<Severity, int> overdue;
    for (const auto& [key, alert] : engine.alerts()) {
        if (key.kind == AlertKind::overdue && alert.state.phase == Phase::firing) ++overdue[alert.severity];
    }
    EXPECT_EQ(overdue[Severity::info] + overdue[Severity::warning] + overdue[Severity::critical], 3);
    const std::string text = exposed(engine);
    for (const Severity severity : {Severity::info, Severity::warning, Severity::critical}) {
        EXPECT_THAT(text, HasSubstr("planwatch_alerts{plan=\"demo-2023\",severity=\"" + std::string{to_string(severity)} +
                                    "\",state=\"firing\",kind=\"overdue\"} " + std::to_string(overdue[severity]) + "\n"));
    }
    EXPECT_THAT(text, HasSubstr("kind=\"undeliverable\"} 0\n"));
}

TEST(Metrics, the_daemon_exposes_every_result_from_the_first_scrape)
{
    const std::string text = exposition(daemon_families(example_stats()));
    for (const char* line : {
             "planwatch_build_info{version=\"0.1.0\",revision=\"85cbd24\"} 1\n",
             "planwatch_submissions_total{result=\"stored\"} 3\n",
             "planwatch_submissions_total{result=\"rejected\"} 0\n",
             "planwatch_notifications_total{channel=\"mail\",result=\"retried\"} 2\n",
             "planwatch_notifications_total{channel=\"mail\",result=\"dead\"} 0\n",
             "planwatch_notification_queue_length 4\n",
             "planwatch_notification_oldest_timestamp_seconds 1697673600\n",
             "planwatch_ledger_entries 12\n",
             "planwatch_storage_writable 1\n",
             "planwatch_data_free_bytes 1000000000\n",
             "planwatch_config_last_reload_successful 1\n",
             "planwatch_config_last_reload_success_timestamp_seconds 1697760000\n",
             "process_cpu_seconds_total 1.5\n",
             "planwatch_evaluation_duration_seconds_count 0\n",
         }) {
        EXPECT_THAT(text, HasSubstr(line));
    }
}

TEST(Metrics, a_duration_counts_in_its_own_bucket_and_all_above)
{
    const std::string text = exposition(daemon_families(example_stats()));
    for (const char* line : {"_bucket{le=\"0.00025\"} 0\n", "_bucket{le=\"0.0005\"} 1\n", "_bucket{le=\"0.001\"} 2\n",
                             "_bucket{le=\"10\"} 2\n", "_bucket{le=\"+Inf\"} 3\n", "_sum 60.0011\n", "_count 3\n"}) {
        EXPECT_THAT(text, HasSubstr(std::string{"planwatch_commit_duration_seconds"} + line));
    }
}

TEST(Metrics, what_could_not_be_read_of_the_process_is_left_out)
{
    EXPECT_THAT(exposition(daemon_families({})), Not(HasSubstr("process_")));
}

TEST(Metrics, promtool_has_nothing_to_say)
{
    std::FILE* promtool = ::popen("promtool check metrics 2>&1", "w");
    ASSERT_NE(promtool, nullptr);
    const std::string text = all_exposed();
    ASSERT_EQ(std::fwrite(text.data(), 1, text.size(), promtool), text.size());
    EXPECT_EQ(::pclose(promtool), 0) << "promtool is absent or objects; the text was:\n" << text;
}

// ---- the table in README.md

std::vector<std::string> words_of(const std::string& line)
{
    std::istringstream in{line};
    return {std::istream_iterator<std::string>{in}, {}};
}

// "plan, indicator" of `name{plan="…",indicator="…"} 1`; what only histograms add, `le`, is left out.
std::string label_names(const std::string& line)
{
    std::string names;
    const std::string labels = line.substr(0, line.rfind('}') + 1);
    for (std::size_t begin = labels.find('{'), end = labels.find("=\"", begin); end != std::string::npos;
         begin = labels.find(',', labels.find('"', end + 2)), end = begin == std::string::npos ? begin : labels.find("=\"", begin)) {
        const std::string name = labels.substr(begin + 1, end - begin - 1);
        if (name != "le") names += (names.empty() ? "" : ", ") + name;
    }
    return names;
}

// name → "type | unit | labels", read off what is exposed.
std::map<std::string, std::string> exposed_rows()
{
    std::istringstream openmetrics{all_exposed(ExpositionFormat::openmetrics)};
    std::map<std::string, std::string> unit;  // by OpenMetrics' own name of the family
    for (std::string line; std::getline(openmetrics, line);)
        if (const auto words = words_of(line); words.at(0) == "#" && words.at(1) == "UNIT") unit[words.at(2)] = words.at(3);

    std::map<std::string, std::string> rows;
    std::istringstream text{all_exposed()};
    std::string name, type;
    for (std::string line; std::getline(text, line);) {
        const auto words = words_of(line);
        if (line.starts_with("# TYPE")) {
            name = words.at(2);
            type = words.at(3);
        }
        if (line.starts_with("#")) continue;
        const std::string bare = name.ends_with("_total") ? name.substr(0, name.size() - 6) : name;
        rows.try_emplace(name, type + " | " + unit[bare] + " | " + label_names(line));
    }
    return rows;
}

// "| a | b |" → {"a", "b"}; empty for a line that is no row of a table.
std::vector<std::string> cells_of(const std::string& line)
{
    std::vector<std::string> cells;
    if (!line.starts_with("| ") || !line.ends_with(" |")) return cells;
    for (std::size_t begin = 1, end = line.find('|', begin); end != std::string::npos;
         begin = end + 1, end = line.find('|', begin)) {
        const std::string cell = line.substr(begin + 1, end - begin - 1);
        cells.push_back(cell.substr(0, cell.find_last_not_of(' ') + 1));
    }
    return cells;
}

TEST(Metrics, the_readme_lists_every_family_and_no_other)
{
    std::map<std::string, std::string> listed;
    std::ifstream readme{SOURCE_DIR "/exporters/README.md"};
    ASSERT_TRUE(readme);
    for (std::string line; std::getline(readme, line);) {
        const std::vector<std::string> cells = cells_of(line);
        const bool of_metric = cells.size() == 5 && (cells[0].starts_with("`planwatch_") || cells[0].starts_with("`process_"));
        if (!of_metric) continue;
        EXPECT_FALSE(cells[4].empty()) << cells[0] << " has no meaning";
        EXPECT_TRUE(listed.emplace(cells[0].substr(1, cells[0].size() - 2), cells[1] + " | " + cells[2] + " | " + cells[3]).second) << cells[0] << " is listed twice";
    }
    EXPECT_EQ(listed, exposed_rows());
}

}  // namespace
}  // namespace planwatch
