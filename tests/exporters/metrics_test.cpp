#include "exporters/metrics.hpp"

#include "example.hpp"
#include "exporters/exposition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>

namespace planwatch {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
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

std::string exposed(const Engine& engine)
{
    const std::array engines{&engine};
    return exposition(plan_families(engines));
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
    stats.history = HistoryStats{.stored = 70, .refused = 1, .failures = 2, .lag_seconds = 3};
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

std::vector<MetricFamily> all_families()
{
    const Engine engine = reported_engine();
    const std::array engines{&engine};
    std::vector<MetricFamily> families = plan_families(engines);
    std::ranges::move(daemon_families(example_stats()), std::back_inserter(families));
    return families;
}

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
             "planwatch_indicator_info{plan=\"demo-2023\",indicator=\"bright_kitchens\",measure=\"ratio\",reported=\"level\"} 1\n",
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
    EXPECT_THAT(text, Not(HasSubstr("indicator_value_")));
    EXPECT_THAT(text, Not(HasSubstr("attainment")));
    EXPECT_THAT(text, Not(HasSubstr("last_submission")));
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
    const std::string text = exposition(all_families());
    ASSERT_EQ(std::fwrite(text.data(), 1, text.size(), promtool), text.size());
    EXPECT_EQ(::pclose(promtool), 0) << "promtool is absent or objects; the text was:\n" << text;
}

std::string_view type_name(MetricType type)
{
    switch (type) {
        case MetricType::Counter: return "counter";
        case MetricType::Gauge: return "gauge";
        case MetricType::Histogram: return "histogram";
        default: return "untyped";
    }
}

std::string row_of(const MetricFamily& family)
{
    std::string labels;
    for (const ClientMetric::Label& label : family.metric.at(0).label) labels += (labels.empty() ? "" : ", ") + label.name;
    return family.name + " | " + std::string{type_name(family.type)} + " | " + labels;
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
    std::set<std::string> exposed_rows;
    for (const MetricFamily& family : all_families()) {
        ASSERT_FALSE(family.metric.empty()) << family.name << " has no example here";
        exposed_rows.insert(row_of(family));
    }

    std::set<std::string> listed;
    std::ifstream readme{SOURCE_DIR "/exporters/README.md"};
    ASSERT_TRUE(readme);
    for (std::string line; std::getline(readme, line);) {
        const std::vector<std::string> cells = cells_of(line);
        const bool of_metric = cells.size() == 4 && (cells[0].starts_with("`planwatch_") || cells[0].starts_with("`process_"));
        if (!of_metric) continue;
        EXPECT_FALSE(cells[3].empty()) << cells[0] << " has no meaning";
        listed.insert(cells[0].substr(1, cells[0].size() - 2) + " | " + cells[1] + " | " + cells[2]);
    }
    EXPECT_EQ(listed, exposed_rows);
}

}  // namespace
}  // namespace planwatch
