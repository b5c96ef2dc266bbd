// Timed samples as the bodies of requests: lines for VictoriaMetrics' /api/v1/import/prometheus, compressed with gzip, and messages of
// Prometheus remote write 1.0, compressed with snappy.
// Sources: https://docs.victoriametrics.com/#how-to-import-data-in-prometheus-exposition-format,
//          https://prometheus.io/docs/specs/prw/remote_write_spec/
#pragma once

#include "exporters/timed_samples.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

// Some points of one series; what it looks into must outlive it.
struct SeriesSlice {
    std::string_view name;  // of the family
    std::string_view text;  // name and labels
    std::span<const TimedSamples::Label> labels;
    std::span<const TimedSamples::Point> points;
};
using SampleBatch = std::vector<SeriesSlice>;

// Cut so that none has more than `most` points; series in their order, points in theirs.
std::vector<SampleBatch> in_batches(const TimedSamples& samples, std::size_t most);
std::size_t size_of(std::span<const SeriesSlice> batch);  // in points
// The first half of its points, and the rest. Of a batch with at least two points.
std::pair<SampleBatch, SampleBatch> halves(std::span<const SeriesSlice> batch);

std::string import_body(std::span<const SeriesSlice> batch);        // gzip
std::string remote_write_body(std::span<const SeriesSlice> batch);  // snappy, block format

}  // namespace planwatch
