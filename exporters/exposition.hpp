// Prometheus' text format 0.0.4 and OpenMetrics 1.0, from prometheus-cpp's values. Our own writer because the library's prints
// doubles with 16 digits (they do not come back the same), leaves a newline in HELP as it is, lets invalid UTF-8 through
// (either of the last two makes Prometheus refuse the whole scrape), and knows no OpenMetrics.
// Sources: https://prometheus.io/docs/instrumenting/exposition_formats/, https://prometheus.io/docs/specs/om/open_metrics_spec/
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

enum class ExpositionFormat : std::uint8_t { text, openmetrics };
std::string_view content_type(ExpositionFormat format);

// Families sorted by name, metrics in the order given. A family without metrics is left out: its HELP alone says nothing.
// Names and label names must be valid already; they are ours and not text from outside.
//
// OpenMetrics has its own words for some: a counter is named without its _total, a gauge whose name ends in _info is an `info`,
// and a name that ends in _seconds, _bytes or _ratio says so as its UNIT.
std::string exposition(const std::vector<prometheus::MetricFamily>& families, ExpositionFormat format = ExpositionFormat::text);

// The same in pieces: what stands above a family's lines (`family.metric` is not looked at), its lines, and what OpenMetrics wants
// at the very end. Lines of gauges and untyped metrics without a time are the same in both formats.
void append_header(std::string& out, const prometheus::MetricFamily& family, ExpositionFormat format);
void append_lines(std::string& out, const prometheus::MetricFamily& family, ExpositionFormat format);
inline constexpr std::string_view openmetrics_end = "# EOF\n";

// `name{label="value",…}`, as a line of the format begins. A label that is empty is left out: servers take it for none, and so it
// tells apart no series.
void append_series(std::string& out, std::string_view name, const std::vector<prometheus::ClientMetric::Label>& labels);

// Backslashes and line ends escaped, and quotes where they would end the text (a label's value does); what is no UTF-8 is mended.
void append_escaped(std::string& out, std::string_view text, bool quotes);

// Shortest text that reads back as the same double; +Inf, -Inf and NaN as Prometheus spells them.
void append_number(std::string& out, double value);

}  // namespace planwatch
