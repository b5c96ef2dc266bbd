// Timed samples as text: OpenMetrics 1.0, as `promtool tsdb create-blocks-from openmetrics` reads it, and the lines of
// VictoriaMetrics' /api/v1/import/prometheus.
// Sources: https://github.com/OpenObservability/OpenMetrics/blob/main/specification/OpenMetrics.md,
//          https://docs.victoriametrics.com/#how-to-import-data-in-prometheus-exposition-format
#pragma once

#include "exporters/timed_samples.hpp"

#include <functional>
#include <string_view>

namespace planwatch {

// Families by name, series by labels, points in their order; times in seconds; `# EOF` at the end. `write` is given a few
// thousand lines at a time, `progress` how many points of all are written.
void write_openmetrics(const TimedSamples& samples, const std::function<void(std::string_view)>& write,
                       const std::function<void(std::uint64_t done, std::uint64_t all)>& progress = {});

// One line: the series' text, the value, milliseconds.
void append_import_line(std::string& out, std::string_view series_text, const TimedSamples::Point& point);

}  // namespace planwatch
