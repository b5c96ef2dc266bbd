#include "exporters/exposition.hpp"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <limits>
#include <set>
#include <sstream>

namespace planwatch {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily gauge(std::string name, double value, std::vector<ClientMetric::Label> labels = {}, std::string help = "Help.")
{
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = value;
    return {std::move(name), std::move(help), MetricType::Gauge, {metric}};
}

// Values that the library prints exactly, in every type of metric, sorted as both print them.
std::vector<MetricFamily> tame_families()
{
    ClientMetric counter;
    counter.label = {{"plan", "demo"}, {"path", R"(C:\x "y")"}};
    counter.counter.value = 42;
    counter.timestamp_ms = 1697763600000;
    ClientMetric histogram;
    histogram.label = {{"op", "commit"}};
    histogram.histogram = {.sample_count = 5, .sample_sum = 2.5, .bucket = {{1, 0.25}, {3, 0.5}}};
    ClientMetric bare = histogram;
    bare.label.clear();
    bare.histogram.bucket.push_back({5, std::numeric_limits<double>::infinity()});
    ClientMetric summary;
    summary.summary = {.sample_count = 3, .sample_sum = 1.5, .quantile = {{0.5, 0.25}, {0.75, -2}}};
    ClientMetric untyped;
    untyped.untyped.value = -0.5;
    return {{"a_total", "A.", MetricType::Counter, {counter}},
            gauge("b", 1e15, {{"x", "区\n县"}}),
            {"c_seconds", "C.", MetricType::Histogram, {histogram, bare}},
            {"d", "D.", MetricType::Summary, {summary}},
            {"e", "", MetricType::Untyped, {untyped}}};
}

std::multiset<std::string> lines_of(const std::string& text)
{
    std::multiset<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.insert(line);
    return lines;
}

// But for the order within a metric: the library puts count and sum before the buckets, everybody else after.
TEST(Exposition, agrees_with_the_library_on_tame_values)
{
    EXPECT_EQ(lines_of(exposition(tame_families())), lines_of(prometheus::TextSerializer{}.Serialize(tame_families())));
}

TEST(Exposition, a_histogram_is_buckets_then_sum_then_count)
{
    const std::string text = exposition({tame_families()[2]});
    EXPECT_EQ(text.substr(text.rfind("c_seconds_bucket{le=\"0.5\"}")),
              "c_seconds_bucket{le=\"0.5\"} 3\nc_seconds_bucket{le=\"+Inf\"} 5\nc_seconds_sum 2.5\nc_seconds_count 5\n");
}

TEST(Exposition, spells_what_is_not_finite_as_prometheus_does)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(
        exposition({gauge("a", infinity), gauge("b", -infinity), gauge("c", std::nan(""))}),
        "# HELP a Help.\n# TYPE a gauge\na +Inf\n# HELP b Help.\n# TYPE b gauge\nb -Inf\n# HELP c Help.\n# TYPE c gauge\nc NaN\n");
}

TEST(Exposition, doubles_come_out_whole)
{
    // Sixteen digits, as the library prints them, would read back as its neighbour.
    EXPECT_EQ(exposition({gauge("a", 0.1 + 0.2)}), "# HELP a Help.\n# TYPE a gauge\na 0.30000000000000004\n");
}

TEST(Exposition, a_line_break_in_help_cannot_begin_a_line)
{
    EXPECT_EQ(exposition({gauge("a", 1, {}, "one\ntwo \\ \"three\"")}), "# HELP a one\\ntwo \\\\ \"three\"\n# TYPE a gauge\na 1\n");
}

TEST(Exposition, bytes_that_are_no_utf8_do_not_get_through)
{
    EXPECT_EQ(exposition({gauge("a", 1, {{"x", "\xff\""}}, "\xc3(")}), "# HELP a \uFFFD(\n# TYPE a gauge\na{x=\"\uFFFD\\\"\"} 1\n");
}

TEST(Exposition, openmetrics_names_types_and_units_its_own_way)
{
    ClientMetric counted;
    counted.counter.value = 3;
    ClientMetric timed;
    timed.gauge.value = 1;
    timed.timestamp_ms = 1697763600250;
    ClientMetric durations;
    durations.histogram = {.sample_count = 5, .sample_sum = 2.5, .bucket = {{1, 0.5}, {3, 1}, {4, 10}}};
    ClientMetric untyped;
    untyped.untyped.value = 7;
    const std::vector<MetricFamily> families = {{"a_seconds_total", "With \"quotes\".", MetricType::Counter, {counted}},
                                                {"b_total", "", MetricType::Counter, {counted}},
                                                {"c_timestamp_seconds", "", MetricType::Gauge, {timed}},
                                                {"d_seconds", "", MetricType::Histogram, {durations}},
                                                gauge("e_info", 1, {{"name", "x"}}, ""),
                                                {"f_count", "", MetricType::Untyped, {untyped}},
                                                {"g", "", MetricType::Counter, {counted}}};
    EXPECT_EQ(exposition(families, ExpositionFormat::openmetrics),
              "# HELP a_seconds With \\\"quotes\\\".\n# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 3\n"
              "# TYPE b counter\nb_total 3\n"
              "# TYPE c_timestamp_seconds gauge\n# UNIT c_timestamp_seconds seconds\nc_timestamp_seconds 1 1697763600.25\n"
              "# TYPE d_seconds histogram\n# UNIT d_seconds seconds\n"
              "d_seconds_bucket{le=\"0.5\"} 1\nd_seconds_bucket{le=\"1.0\"} 3\nd_seconds_bucket{le=\"10.0\"} 4\nd_seconds_bucket{le=\"+Inf\"} 5\n"
              "d_seconds_sum 2.5\nd_seconds_count 5\n"
              "# TYPE e info\ne_info{name=\"x\"} 1\n"
              "# TYPE f_count unknown\nf_count 7\n"
              "# TYPE g counter\ng_total 3\n"
              "# EOF\n");
}

TEST(Exposition, an_empty_one_ends_all_the_same)
{
    EXPECT_EQ(exposition({}), "");
    EXPECT_EQ(exposition({}, ExpositionFormat::openmetrics), "# EOF\n");
}

TEST(Exposition, families_are_sorted_and_empty_ones_left_out)
{
    const MetricFamily empty{"a", "Nothing.", MetricType::Gauge, {}};
    EXPECT_EQ(exposition({gauge("z", 1), empty, gauge("b", 2)}),
              "# HELP b Help.\n# TYPE b gauge\nb 2\n# HELP z Help.\n# TYPE z gauge\nz 1\n");
}

}  // namespace
}  // namespace planwatch
