// Samples that carry their own time, gathered by family and series: what history is made of. `openmetrics`, `prometheus_text` and
// `remote_write` say it in the formats of those who read it.
#pragma once

#include "rules/time.hpp"

#include <prometheus/metric_family.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace planwatch {

class TimedSamples {
public:
    using Label = prometheus::ClientMetric::Label;
    struct Point {
        std::int64_t at = 0;  // milliseconds since 1970
        double value = 0;
        friend bool operator==(const Point&, const Point&) = default;
    };
    struct Series {
        std::vector<Label> labels;
        std::vector<Point> points;  // in the order they came; a history adds them in time's
    };
    struct Family {
        prometheus::MetricType type = prometheus::MetricType::Untyped;
        std::string help;
        std::map<std::string, Series> series;  // by their text, `name{label="value",…}`
    };

    // Every metric of a gauge, counter or untyped family, at its own timestamp_ms.
    void add(const prometheus::MetricFamily& family);
    void add(const prometheus::MetricFamily& family, const prometheus::ClientMetric& metric, std::string series_text, Point point);
    // Takes over what `other` has, behind what is here.
    void add(TimedSamples&& other);
    // Leaves only what stands in [from, to].
    void keep_between(Instant from, Instant to);

    const std::map<std::string, Family>& families() const { return families_; }
    std::size_t size() const;  // in points
    bool empty() const { return families_.empty(); }

private:
    Series& series_of(const prometheus::MetricFamily& family, const prometheus::ClientMetric& metric, std::string series_text);

    std::map<std::string, Family> families_;
};

// Of a gauge, counter or untyped family.
double value_of(const prometheus::MetricFamily& family, const prometheus::ClientMetric& metric);

}  // namespace planwatch
