#include "exporters/exposition.hpp"

#include "exporters/number.hpp"
#include "exporters/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace planwatch {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::string_view type_name(MetricType type)
{
    switch (type) {
        case MetricType::Counter: return "counter";
        case MetricType::Gauge: return "gauge";
        case MetricType::Summary: return "summary";
        case MetricType::Histogram: return "histogram";
        case MetricType::Untyped: break;
    }
    return "untyped";
}

void append_count(std::string& out, std::uint64_t count)
{
    char buffer[20];
    const auto [end, error] = std::to_chars(std::begin(buffer), std::end(buffer), count);
    out.append(buffer, end);
}

// `{a="b"`, without the brace that closes it; nothing where there are none.
void append_labels(std::string& out, const std::vector<ClientMetric::Label>& labels)
{
    for (const ClientMetric::Label& label : labels) {
        out += &label == &labels.front() ? '{' : ',';
        out += label.name;
        out += "=\"";
        append_escaped(out, label.value, true);
        out += '"';
    }
}

// What the lines of one metric have in common: `{a="b"` without the brace that closes it, made once a metric.
class Lines {
public:
    Lines(std::string& out, const std::string& name, const ClientMetric& metric) : out_{out}, name_{name}, metric_{metric}
    {
        append_labels(labels_, metric.label);
    }

    void add(std::string_view suffix, double value)
    {
        begin(suffix);
        if (!labels_.empty()) out_ += '}';
        end(value);
    }
    void add(std::string_view suffix, std::uint64_t count)
    {
        begin(suffix);
        if (!labels_.empty()) out_ += '}';
        end(count);
    }
    // One more label, a number: `le` of a bucket, `quantile` of a summary.
    template <class Value>
    void add(std::string_view suffix, std::string_view label, double bound, Value value)
    {
        begin(suffix);
        out_ += labels_.empty() ? '{' : ',';
        out_ += label;
        out_ += "=\"";
        append_number(out_, bound);
        out_ += "\"}";
        end(value);
    }

private:
    void begin(std::string_view suffix)
    {
        out_ += name_;
        out_ += suffix;
        out_ += labels_;
    }
    void end(double value)
    {
        out_ += ' ';
        append_number(out_, value);
        end_line();
    }
    void end(std::uint64_t count)
    {
        out_ += ' ';
        append_count(out_, count);
        end_line();
    }
    void end_line()
    {
        if (metric_.timestamp_ms != 0) {
            out_ += ' ';
            out_ += std::to_string(metric_.timestamp_ms);
        }
        out_ += '\n';
    }

    std::string& out_;
    const std::string& name_;
    const ClientMetric& metric_;
    std::string labels_;
};

void append_summary(Lines& lines, const ClientMetric::Summary& summary)
{
    for (const auto& quantile : summary.quantile) lines.add("", "quantile", quantile.quantile, quantile.value);
    lines.add("_sum", summary.sample_sum);
    lines.add("_count", summary.sample_count);
}

void append_histogram(Lines& lines, const ClientMetric::Histogram& histogram)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const auto& bucket : histogram.bucket) lines.add("_bucket", "le", bucket.upper_bound, bucket.cumulative_count);
    const bool closed = !histogram.bucket.empty() && histogram.bucket.back().upper_bound == infinity;
    if (!closed) lines.add("_bucket", "le", infinity, histogram.sample_count);
    lines.add("_sum", histogram.sample_sum);
    lines.add("_count", histogram.sample_count);
}

void append_metric(std::string& out, const MetricFamily& family, const ClientMetric& metric)
{
    Lines lines{out, family.name, metric};
    switch (family.type) {
        case MetricType::Counter: return lines.add("", metric.counter.value);
        case MetricType::Gauge: return lines.add("", metric.gauge.value);
        case MetricType::Untyped: return lines.add("", metric.untyped.value);
        case MetricType::Summary: return append_summary(lines, metric.summary);
        case MetricType::Histogram: return append_histogram(lines, metric.histogram);
    }
}

void append_family(std::string& out, const MetricFamily& family)
{
    if (!family.help.empty()) {
        out += "# HELP ";
        out += family.name;
        out += ' ';
        append_escaped(out, family.help, false);
        out += '\n';
    }
    out += "# TYPE ";
    out += family.name;
    out += ' ';
    out += type_name(family.type);
    out += '\n';
    for (const ClientMetric& metric : family.metric) append_metric(out, family, metric);
}

}  // namespace

// Prometheus reads NUL, so only bytes that are no UTF-8 need mending; a text with neither is the rule, and costs no copy.
void append_escaped(std::string& out, std::string_view text, bool quotes)
{
    if (!is_valid_utf8(text)) return append_escaped(out, to_valid_utf8(text), quotes);
    for (const char byte : text) {
        if (byte == '\\') {
            out += "\\\\";
        } else if (byte == '\n') {
            out += "\\n";
        } else if (byte == '"' && quotes) {
            out += "\\\"";
        } else {
            out += byte;
        }
    }
}

void append_series(std::string& out, std::string_view name, const std::vector<ClientMetric::Label>& labels)
{
    out += name;
    append_labels(out, labels);
    if (!labels.empty()) out += '}';
}

void append_number(std::string& out, double value)
{
    if (std::isnan(value)) {
        out += "NaN";
    } else if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
    } else {
        append_shortest(out, value);
    }
}

void append_exposition(std::string& out, const std::vector<MetricFamily>& families)
{
    std::vector<const MetricFamily*> sorted;
    for (const MetricFamily& family : families) {
        if (!family.metric.empty()) sorted.push_back(&family);
    }
    std::ranges::stable_sort(sorted, {}, [](const MetricFamily* family) -> const std::string& { return family->name; });
    for (const MetricFamily* family : sorted) append_family(out, *family);
}

std::string exposition(const std::vector<MetricFamily>& families)
{
    std::string out;
    append_exposition(out, families);
    return out;
}

}  // namespace planwatch
