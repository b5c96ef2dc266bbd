#include "exporters/timed_text.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily gauge(const std::string& name, const std::string& label, std::int64_t at, double value)
{
    ClientMetric metric;
    metric.label = {{"unit", label}};
    metric.gauge.value = value;
    metric.timestamp_ms = at;
    return {name, "What \"it\" is.\nReally.", MetricType::Gauge, {metric}};
}

std::string openmetrics(const TimedSamples& samples)
{
    std::string text;
    write_openmetrics(samples, [&](std::string_view part) { text += part; });
    return text;
}

TEST(TimedText, families_and_series_are_sorted_times_are_seconds_and_the_end_is_marked)
{
    TimedSamples samples;
    samples.add(gauge("planwatch_b", "samr", 1'696'089'540'001, 0.1));
    samples.add(gauge("planwatch_b", "agri", 1'696'089'540'000, 3));
    samples.add(gauge("planwatch_b", "samr", 1'698'767'940'000, 1e300));
    MetricFamily untyped = gauge("planwatch_a_count", "x\"\\\n", 1'500, 0);
    untyped.type = MetricType::Untyped;
    untyped.metric[0].untyped.value = 7;
    samples.add(untyped);
    EXPECT_EQ(openmetrics(samples), R"(# TYPE planwatch_a_count unknown
# HELP planwatch_a_count What \"it\" is.\nReally.
planwatch_a_count{unit="x\"\\\n"} 7 1.500
# TYPE planwatch_b gauge
# HELP planwatch_b What \"it\" is.\nReally.
planwatch_b{unit="agri"} 3 1696089540
planwatch_b{unit="samr"} 0.1 1696089540.001
planwatch_b{unit="samr"} 1e+300 1698767940
# EOF
)");
}

TEST(TimedText, nothing_is_an_end_alone) { EXPECT_EQ(openmetrics({}), "# EOF\n"); }

TEST(TimedText, progress_ends_with_all)
{
    TimedSamples samples;
    for (int i = 0; i < 30'000; ++i) samples.add(gauge("planwatch_b", "unit" + std::to_string(i), i, i));
    std::size_t calls = 0, last = 0, parts = 0;
    write_openmetrics(samples, [&](std::string_view) { ++parts; }, [&](std::uint64_t done, std::uint64_t all) {
        EXPECT_EQ(all, 30'000U);
        EXPECT_GE(done, last);
        last = done;
        ++calls;
    });
    EXPECT_EQ(last, 30'000U);
    EXPECT_GT(parts, 1U);
    EXPECT_EQ(calls, parts);
}

TEST(TimedText, an_import_line_has_milliseconds)
{
    std::string line;
    append_import_line(line, "a{b=\"c\"}", {1'696'089'540'001, 0.5});
    EXPECT_EQ(line, "a{b=\"c\"} 0.5 1696089540001\n");
}

TEST(TimedSamples, what_stands_outside_is_left_out_and_what_is_added_comes_behind)
{
    TimedSamples samples, more;
    samples.add(gauge("planwatch_b", "samr", 10, 1));
    more.add(gauge("planwatch_b", "samr", 20, 2));
    more.add(gauge("planwatch_b", "agri", 30, 3));
    more.add(gauge("planwatch_c", "agri", 40, 4));
    samples.add(std::move(more));
    EXPECT_EQ(samples.size(), 4U);
    const Instant first{std::chrono::milliseconds{20}}, last{std::chrono::milliseconds{30}};
    samples.keep_between(first, last);
    ASSERT_EQ(samples.families().size(), 1U);
    const auto& series = samples.families().at("planwatch_b").series;
    EXPECT_EQ(series.at("planwatch_b{unit=\"samr\"}").points, (std::vector<TimedSamples::Point>{{20, 2}}));
    EXPECT_EQ(series.at("planwatch_b{unit=\"agri\"}").points, (std::vector<TimedSamples::Point>{{30, 3}}));
}

TEST(TimedSamples, an_empty_label_is_none)
{
    TimedSamples samples;
    MetricFamily family = gauge("planwatch_unit_info", "samr", 10, 1);
    family.metric[0].label.push_back({"parent", ""});
    samples.add(family);
    const auto& series = samples.families().at("planwatch_unit_info").series;
    ASSERT_TRUE(series.contains("planwatch_unit_info{unit=\"samr\"}"));
    EXPECT_EQ(series.begin()->second.labels.size(), 1U);
}

}  // namespace
}  // namespace planwatch
