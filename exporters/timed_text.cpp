#include "exporters/timed_text.hpp"

#include "exporters/exposition.hpp"

#include <fmt/format.h>

#include <iterator>

namespace planwatch {
namespace {

using prometheus::MetricType;

constexpr std::size_t chunk = std::size_t{1} << 20U;

void append_header(std::string& out, const std::string& name, const TimedSamples::Family& family)
{
    const std::string_view type = family.type == MetricType::Gauge ? "gauge" : "unknown";
    fmt::format_to(std::back_inserter(out), "# TYPE {} {}\n", name, type);
    if (family.help.empty()) return;
    fmt::format_to(std::back_inserter(out), "# HELP {} ", name);
    append_escaped(out, family.help, true);
    out += '\n';
}

void append_seconds(std::string& out, std::int64_t milliseconds)
{
    fmt::format_to(std::back_inserter(out), "{}", milliseconds / 1000);
    if (const auto rest = milliseconds % 1000) fmt::format_to(std::back_inserter(out), ".{:03}", rest);
}

}  // namespace

void write_openmetrics(const TimedSamples& samples, const std::function<void(std::string_view)>& write,
                       const std::function<void(std::uint64_t, std::uint64_t)>& progress)
{
    const std::uint64_t all = samples.size();
    std::uint64_t done = 0;
    std::string out;
    const auto flush = [&](std::size_t least) {
        if (out.size() < least) return;
        write(out);
        out.clear();
        if (progress) progress(done, all);
    };
    for (const auto& [name, family] : samples.families()) {
        append_header(out, name, family);
        for (const auto& [text, series] : family.series) {
            for (const TimedSamples::Point& point : series.points) {
                out += text;
                out += ' ';
                append_number(out, point.value);
                out += ' ';
                append_seconds(out, point.at);
                out += '\n';
                ++done;
            }
            flush(chunk);
        }
    }
    out += "# EOF\n";
    flush(0);
}

void append_import_line(std::string& out, std::string_view series_text, const TimedSamples::Point& point)
{
    out += series_text;
    out += ' ';
    append_number(out, point.value);
    fmt::format_to(std::back_inserter(out), " {}\n", point.at);
}

}  // namespace planwatch
