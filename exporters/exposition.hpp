// The Prometheus text format 0.0.4, from prometheus-cpp's values. Our own writer because the library's prints doubles
// with 16 digits (they do not come back the same), leaves a newline in HELP as it is and lets invalid UTF-8
// through; either of the last two makes Prometheus refuse the whole scrape.
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

inline constexpr std::string_view exposition_content_type = "text/plain; version=0.0.4; charset=utf-8";

// Families sorted by name, metrics in the order given. A family without metrics is left out: its HELP alone says nothing.
// Names and label names must be valid already; they are ours and not text from outside.
std::string exposition(const std::vector<prometheus::MetricFamily>& families);
void append_exposition(std::string& out, const std::vector<prometheus::MetricFamily>& families);

// `name{label="value",…}`, as a line of the format begins.
void append_series(std::string& out, std::string_view name, const std::vector<prometheus::ClientMetric::Label>& labels);

// Backslashes and line ends, and quotes where they would end the text; what is no UTF-8 is mended.
void append_escaped(std::string& out, std::string_view text, bool quotes);

// Shortest text that reads back as the same double; +Inf, -Inf and NaN as Prometheus spells them.
void append_number(std::string& out, double value);

}  // namespace planwatch
