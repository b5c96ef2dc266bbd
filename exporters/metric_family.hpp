// A family under way: shared by those who turn our values into prometheus-cpp's.
#pragma once

#include "exporters/metrics.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace planwatch {

using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

inline double metric_seconds(Instant instant) { return std::chrono::duration<double>{instant.time_since_epoch()}.count(); }
inline std::optional<double> metric_seconds(const std::optional<Instant>& instant)
{
    if (!instant) return std::nullopt;
    return metric_seconds(*instant);
}

class FamilyBuilder {
public:
    FamilyBuilder(std::string name, prometheus::MetricType type, std::string help) : family_{std::move(name), std::move(help), type, {}} {}
    // With the name, help and type of `header`, which has no metrics.
    explicit FamilyBuilder(prometheus::MetricFamily header) : family_{std::move(header)} {}

    void add(MetricLabels labels, double value)
    {
        prometheus::ClientMetric metric;
        metric.label = std::move(labels);
        metric.timestamp_ms = time_ms_;
        switch (family_.type) {
            case prometheus::MetricType::Counter: metric.counter.value = value; break;
            case prometheus::MetricType::Untyped: metric.untyped.value = value; break;
            default: metric.gauge.value = value; break;
        }
        family_.metric.push_back(std::move(metric));
    }
    void add_if_known(MetricLabels labels, std::optional<double> value)
    {
        if (value) add(std::move(labels), *value);
    }
    void add(const DurationHistogram& histogram)
    {
        prometheus::ClientMetric metric;
        metric.histogram = histogram.to_prometheus();
        family_.metric.push_back(std::move(metric));
    }
    // What is added from here on stands at this moment; at first, at that of the scrape.
    void stand_at(Instant moment) { time_ms_ = moment.time_since_epoch().count(); }
    prometheus::MetricFamily take() { return std::move(family_); }

private:
    prometheus::MetricFamily family_;
    std::int64_t time_ms_ = 0;
};

}  // namespace planwatch
