#include "exporters/exposition.hpp"

#include "exporters/number.hpp"
#include "exporters/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

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

// Neither to be escaped nor to be looked at as UTF-8: nearly every text. No early end, so that it is done sixteen bytes at a time.
bool is_plain(std::string_view text)
{
    unsigned special = 0;
    for (const char byte : text) {
        special |= static_cast<unsigned>(static_cast<signed char>(byte) < ' ');  // bytes of many-byte characters are negative
        special |= static_cast<unsigned>(byte == '\\') | static_cast<unsigned>(byte == '"');
    }
    return special == 0;
}

void append_count(std::string& out, std::uint64_t count)
{
    char buffer[20];
    const auto [end, error] = std::to_chars(std::begin(buffer), std::end(buffer), count);
    out.append(buffer, end);
}

void append_label(std::string& out, char before, const ClientMetric::Label& label)
{
    out += before;
    out += label.name;
    out += "=\"";
    append_escaped(out, label.value, true);
    out += '"';
}

// `{a="b"`, without the brace that closes it; nothing where there are none.
void append_labels(std::string& out, const std::vector<ClientMetric::Label>& labels)
{
    for (const ClientMetric::Label& label : labels) append_label(out, &label == &labels.front() ? '{' : ',', label);
}

// The lines of one metric.
class Lines {
public:
    Lines(std::string& out, const std::string& name, const ClientMetric& metric, ExpositionFormat format)
        : out_{out}, name_{name}, metric_{metric}, format_{format}
    {
    }

    template <class Value>
    void add(std::string_view suffix, Value value)
    {
        begin(suffix);
        if (!metric_.label.empty()) out_ += '}';
        end(value);
    }
    // One more label, a number: `le` of a bucket, `quantile` of a summary.
    template <class Value>
    void add(std::string_view suffix, std::string_view label, double bound, Value value)
    {
        begin(suffix);
        out_ += metric_.label.empty() ? '{' : ',';
        out_ += label;
        out_ += "=\"";
        append_bound(bound);
        out_ += "\"}";
        end(value);
    }

private:
    void begin(std::string_view suffix)
    {
        out_ += name_;
        out_ += suffix;
        append_labels(out_, metric_.label);
    }
    // OpenMetrics compares these as texts, so it wants one spelling of a number: 1.0, not 1.
    void append_bound(double bound)
    {
        const std::size_t at = out_.size();
        append_number(out_, bound);
        const bool whole = out_.find_first_not_of("-0123456789", at) == std::string::npos;
        if (whole && format_ == ExpositionFormat::openmetrics) out_ += ".0";
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
    // Milliseconds in the text format, seconds in OpenMetrics.
    void end_line()
    {
        if (metric_.timestamp_ms != 0) {
            out_ += ' ';
            if (format_ == ExpositionFormat::openmetrics)
                append_number(out_, static_cast<double>(metric_.timestamp_ms) / 1000);
            else
                out_ += std::to_string(metric_.timestamp_ms);
        }
        out_ += '\n';
    }

    std::string& out_;
    const std::string& name_;
    const ClientMetric& metric_;
    ExpositionFormat format_;
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

constexpr std::string_view counter_suffix = "_total";
constexpr std::string_view info_suffix = "_info";

// What OpenMetrics calls a family, and of what type and unit it is.
struct OpenMetricsFamily {
    std::string_view name;
    std::string_view type;
    std::string_view unit;
};

OpenMetricsFamily openmetrics_family(const MetricFamily& family)
{
    std::string_view name = family.name;
    const auto take_off = [&](std::string_view suffix) {
        if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
    };
    if (family.type == MetricType::Gauge && name.ends_with(info_suffix)) {
        take_off(info_suffix);
        return {name, "info", {}};
    }
    if (family.type == MetricType::Counter) take_off(counter_suffix);
    const std::string_view type = family.type == MetricType::Untyped ? "unknown" : type_name(family.type);
    for (const std::string_view unit : {"seconds", "bytes", "ratio"}) {
        if (name.size() > unit.size() && name.ends_with(unit) && name[name.size() - unit.size() - 1] == '_') return {name, type, unit};
    }
    return {name, type, {}};
}

void append_comment(std::string& out, std::string_view what, std::string_view name, std::string_view says)
{
    out += "# ";
    out += what;
    out += ' ';
    out += name;
    out += ' ';
    out += says;
    out += '\n';
}

}  // namespace

void append_lines(std::string& out, const MetricFamily& family, ExpositionFormat format)
{
    const bool lacks_total = format == ExpositionFormat::openmetrics && family.type == MetricType::Counter && !family.name.ends_with(counter_suffix);
    for (const ClientMetric& metric : family.metric) {
        Lines lines{out, family.name, metric, format};
        switch (family.type) {
            case MetricType::Counter: lines.add(lacks_total ? counter_suffix : "", metric.counter.value); break;
            case MetricType::Gauge: lines.add("", metric.gauge.value); break;
            case MetricType::Untyped: lines.add("", metric.untyped.value); break;
            case MetricType::Summary: append_summary(lines, metric.summary); break;
            case MetricType::Histogram: append_histogram(lines, metric.histogram); break;
        }
    }
}

void append_header(std::string& out, const MetricFamily& family, ExpositionFormat format)
{
    const bool openmetrics = format == ExpositionFormat::openmetrics;
    const OpenMetricsFamily named = openmetrics ? openmetrics_family(family) : OpenMetricsFamily{family.name, type_name(family.type), {}};
    if (!family.help.empty()) {
        std::string help;
        append_escaped(help, family.help, openmetrics);
        append_comment(out, "HELP", named.name, help);
    }
    append_comment(out, "TYPE", named.name, named.type);
    if (!named.unit.empty()) append_comment(out, "UNIT", named.name, named.unit);
}

void append_escaped(std::string& out, std::string_view text, bool quotes)
{
    if (is_plain(text)) {
        out += text;
        return;
    }
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
    char before = '{';
    for (const ClientMetric::Label& label : labels) {
        if (!label.value.empty()) append_label(out, std::exchange(before, ','), label);
    }
    if (before == ',') out += '}';
}

std::string_view content_type(ExpositionFormat format)
{
    return format == ExpositionFormat::openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";
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

std::string exposition(const std::vector<MetricFamily>& families, ExpositionFormat format)
{
    std::vector<const MetricFamily*> sorted;
    for (const MetricFamily& family : families) {
        if (!family.metric.empty()) sorted.push_back(&family);
    }
    std::ranges::stable_sort(sorted, {}, [](const MetricFamily* family) -> const std::string& { return family->name; });
    std::string out;
    for (const MetricFamily* family : sorted) {
        append_header(out, *family, format);
        append_lines(out, *family, format);
    }
    if (format == ExpositionFormat::openmetrics) out += openmetrics_end;
    return out;
}

}  // namespace planwatch
