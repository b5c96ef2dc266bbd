#include "exporters/exposition.hpp"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

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

TEST(Exposition, agrees_with_the_library_on_tame_values)
{
    EXPECT_EQ(exposition(tame_families()), prometheus::TextSerializer{}.Serialize(tame_families()));
}

TEST(Exposition, spells_what_is_not_finite_as_prometheus_does)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(exposition({gauge("a", infinity), gauge("b", -infinity), gauge("c", std::nan(""))}),
              "# HELP a Help.\n# TYPE a gauge\na +Inf\n# HELP b Help.\n# TYPE b gauge\nb -Inf\n# HELP c Help.\n# TYPE c gauge\nc NaN\n");
}

TEST(Exposition, doubles_read_back_the_same)
{
    std::mt19937_64 random{42};
    for (int i = 0; i < 20'000; ++i) {
        const double value = std::bit_cast<double>(random());
        if (!std::isfinite(value)) continue;
        std::string text;
        append_number(text, value);
        EXPECT_EQ(std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)), std::bit_cast<std::uint64_t>(value)) << text;
    }
}

TEST(Exposition, a_line_break_in_help_cannot_begin_a_line)
{
    EXPECT_EQ(exposition({gauge("a", 1, {}, "one\ntwo \\ \"three\"")}), "# HELP a one\\ntwo \\\\ \"three\"\n# TYPE a gauge\na 1\n");
}

TEST(Exposition, bytes_that_are_no_utf8_do_not_get_through)
{
    EXPECT_EQ(exposition({gauge("a", 1, {{"x", "\xff\""}}, "\xc3(")}), "# HELP a \uFFFD(\n# TYPE a gauge\na{x=\"\uFFFD\\\"\"} 1\n");
}

TEST(Exposition, families_are_sorted_and_empty_ones_left_out)
{
    const MetricFamily empty{"a", "Nothing.", MetricType::Gauge, {}};
    EXPECT_EQ(exposition({gauge("z", 1), empty, gauge("b", 2)}),
              "# HELP b Help.\n# TYPE b gauge\nb 2\n# HELP z Help.\n# TYPE z gauge\nz 1\n");
}

}  // namespace
}  // namespace planwatch
