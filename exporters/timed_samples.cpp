#include "exporters/timed_samples.hpp"

#include "exporters/exposition.hpp"

#include <algorithm>
#include <iterator>

namespace planwatch {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

double value_of(const MetricFamily& family, const ClientMetric& metric)
{
    switch (family.type) {
        case MetricType::Counter: return metric.counter.value;
        case MetricType::Gauge: return metric.gauge.value;
        default: return metric.untyped.value;
    }
}

TimedSamples::Series& TimedSamples::series_of(const MetricFamily& family, const ClientMetric& metric, std::string series_text)
{
    Family& here = families_[family.name];
    if (here.series.empty()) {
        here.type = family.type;
        here.help = family.help;
    }
    Series& series = here.series[std::move(series_text)];
    if (series.points.empty()) {
        series.labels = metric.label;
        std::erase_if(series.labels, [](const Label& label) { return label.value.empty(); });  // remote write forbids them
    }
    return series;
}

void TimedSamples::add(const MetricFamily& family, const ClientMetric& metric, std::string series_text, Point point)
{
    series_of(family, metric, std::move(series_text)).points.push_back(point);
}

void TimedSamples::add(const MetricFamily& family)
{
    for (const ClientMetric& metric : family.metric) {
        std::string text;
        append_series(text, family.name, metric.label);
        add(family, metric, std::move(text), {metric.timestamp_ms, value_of(family, metric)});
    }
}

void TimedSamples::add(TimedSamples&& other)
{
    for (auto& [name, family] : other.families_) {
        const auto [here, fresh] = families_.try_emplace(name, std::move(family));
        if (fresh) continue;
        for (auto& [text, series] : family.series) {
            const auto [at, added] = here->second.series.try_emplace(text, std::move(series));
            if (!added) std::ranges::copy(series.points, std::back_inserter(at->second.points));
        }
    }
    other.families_.clear();
}

void TimedSamples::keep_between(Instant from, Instant to)
{
    const auto outside = [&](const Point& point) { return point.at < from.time_since_epoch().count() || point.at > to.time_since_epoch().count(); };
    for (auto& [name, family] : families_) {
        for (auto& [text, series] : family.series) std::erase_if(series.points, outside);
        std::erase_if(family.series, [](const auto& each) { return each.second.points.empty(); });
    }
    std::erase_if(families_, [](const auto& each) { return each.second.series.empty(); });
}

std::size_t TimedSamples::size() const
{
    std::size_t points = 0;
    for (const auto& [name, family] : families_)
        for (const auto& [text, series] : family.series) points += series.points.size();
    return points;
}

}  // namespace planwatch
