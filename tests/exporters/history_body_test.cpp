#include "exporters/history_body.hpp"

#include "exporters/timed_text.hpp"

#include <gtest/gtest.h>
#include <remote_write.pb.h>
#include <snappy.h>
#include <zlib.h>

#include <cmath>

namespace planwatch {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

TimedSamples samples_of(std::initializer_list<std::pair<const char*, int>> series_and_points)
{
    TimedSamples samples;
    for (const auto& [unit, points] : series_and_points) {
        MetricFamily family{"planwatch_b", "", MetricType::Gauge, {}};
        for (int i = 0; i < points; ++i) {
            ClientMetric metric;
            metric.label = {{"unit", unit}, {"Area", "东"}};
            metric.gauge.value = i + 0.5;
            metric.timestamp_ms = 1'000 + i;
            family.metric.push_back(metric);
        }
        samples.add(family);
    }
    return samples;
}

std::string unzipped(const std::string& bytes)
{
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string out(std::size_t{1} << 20U, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

remote_write::WriteRequest message_in(const std::string& body)
{
    std::string raw;
    EXPECT_TRUE(snappy::Uncompress(body.data(), body.size(), &raw));
    remote_write::WriteRequest request;
    EXPECT_TRUE(request.ParseFromString(raw));
    return request;
}

TEST(HistoryBody, batches_hold_every_point_once_in_order_and_none_holds_too_many)
{
    const TimedSamples samples = samples_of({{"a", 7}, {"b", 1}, {"c", 12}});
    const auto batches = in_batches(samples, 5);
    EXPECT_EQ(batches.size(), 4U);
    std::string text, whole;
    for (const SampleBatch& batch : batches) {
        EXPECT_LE(size_of(batch), 5U);
        text += unzipped(import_body(batch));
    }
    for (const auto& [name, series] : samples.families().at("planwatch_b").series)
        for (const TimedSamples::Point& point : series.points) append_import_line(whole, name, point);
    EXPECT_EQ(text, whole);
    EXPECT_TRUE(in_batches({}, 5).empty());
}

TEST(HistoryBody, halves_are_the_whole_down_to_single_points)
{
    const TimedSamples samples = samples_of({{"a", 3}, {"b", 4}});
    std::vector<SampleBatch> open = in_batches(samples, 100);
    std::string whole = unzipped(import_body(open.front())), text;
    while (!open.empty()) {
        const SampleBatch batch = std::move(open.back());
        open.pop_back();
        if (size_of(batch) == 1) {
            text += unzipped(import_body(batch));
            continue;
        }
        auto [first, second] = halves(batch);
        EXPECT_GE(size_of(first), 1U);
        EXPECT_EQ(size_of(first) + size_of(second), size_of(batch));
        open.push_back(std::move(second));
        open.push_back(std::move(first));
    }
    EXPECT_EQ(text, whole);
}

TEST(HistoryBody, remote_write_sorts_labels_with_the_name_among_them_and_keeps_values_and_milliseconds)
{
    const TimedSamples samples = samples_of({{"a", 2}});
    const auto request = message_in(remote_write_body(in_batches(samples, 10).front()));
    ASSERT_EQ(request.timeseries_size(), 1);
    const remote_write::TimeSeries& series = request.timeseries(0);
    std::string labels;
    for (const auto& label : series.labels()) labels += label.name() + "=" + label.value() + " ";
    EXPECT_EQ(labels, "Area=东 __name__=planwatch_b unit=a ");
    ASSERT_EQ(series.samples_size(), 2);
    EXPECT_EQ(series.samples(1).value(), 1.5);
    EXPECT_EQ(series.samples(1).timestamp(), 1'001);
}

TEST(HistoryBody, remote_write_mends_what_is_no_utf8)
{
    const TimedSamples samples = samples_of({{"a\xff", 1}});
    EXPECT_EQ(message_in(remote_write_body(in_batches(samples, 10).front())).timeseries(0).labels(2).value(), "a\xEF\xBF\xBD");
}

// The bytes of the specification, for a message made by hand: field 1, length; label 1 "__name__"; sample 2 double, varint.
TEST(HistoryBody, the_message_is_the_one_that_receivers_expect)
{
    TimedSamples samples;
    ClientMetric metric;
    metric.gauge.value = 1;
    metric.timestamp_ms = 300;
    samples.add(MetricFamily{"up", "", MetricType::Gauge, {metric}});
    std::string raw;
    const std::string body = remote_write_body(in_batches(samples, 10).front());
    ASSERT_TRUE(snappy::Uncompress(body.data(), body.size(), &raw));
    const std::string label = std::string{"\x0a\x0e"} + "\x0a\x08__name__" + "\x12\x02up";
    const std::string sample{"\x12\x0c\x09\x00\x00\x00\x00\x00\x00\xf0\x3f\x10\xac\x02", 14};
    EXPECT_EQ(raw, "\x0a" + std::string(1, static_cast<char>(label.size() + sample.size())) + label + sample);
}

}  // namespace
}  // namespace planwatch
