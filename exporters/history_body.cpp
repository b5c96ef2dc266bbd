#include "exporters/history_body.hpp"

#include "exporters/timed_text.hpp"
#include "exporters/utf8.hpp"

#include <remote_write.pb.h>
#include <snappy.h>
#include <zlib.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace planwatch {
namespace {

constexpr int gzip_window = 15 + 16;  // 32 KiB, and the frame of gzip

std::string gzip(std::string_view text)
{
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc{};
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int code = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (code != Z_STREAM_END) throw std::runtime_error{"zlib did not compress in the room that it asked for"};
    return out;
}

void add_label(remote_write::TimeSeries& series, std::string_view name, std::string_view value)
{
    remote_write::Label& label = *series.add_labels();
    label.set_name(std::string{name});
    label.set_value(is_valid_utf8(value) ? std::string{value} : to_valid_utf8(value));
}

// In the order of their names, as receivers want them.
void add_labels(remote_write::TimeSeries& series, const SeriesSlice& slice)
{
    std::vector<std::pair<std::string_view, std::string_view>> labels{{"__name__", slice.name}};
    for (const TimedSamples::Label& label : slice.labels) labels.emplace_back(label.name, label.value);
    std::ranges::sort(labels);
    for (const auto& [name, value] : labels) add_label(series, name, value);
}

SeriesSlice cut(const SeriesSlice& slice, std::size_t from, std::size_t count)
{
    return {slice.name, slice.text, slice.labels, slice.points.subspan(from, count)};
}

}  // namespace

std::vector<SampleBatch> in_batches(const TimedSamples& samples, std::size_t most)
{
    std::vector<SampleBatch> batches;
    std::size_t room = 0;
    for (const auto& [name, family] : samples.families()) {
        for (const auto& [text, series] : family.series) {
            const SeriesSlice whole{name, text, series.labels, series.points};
            for (std::size_t from = 0; from < series.points.size();) {
                if (room == 0) {
                    batches.emplace_back();
                    room = most;
                }
                const std::size_t count = std::min(room, series.points.size() - from);
                batches.back().push_back(cut(whole, from, count));
                from += count;
                room -= count;
            }
        }
    }
    return batches;
}

std::size_t size_of(std::span<const SeriesSlice> batch)
{
    return std::accumulate(batch.begin(), batch.end(), std::size_t{0}, [](std::size_t sum, const SeriesSlice& slice) { return sum + slice.points.size(); });
}

std::pair<SampleBatch, SampleBatch> halves(std::span<const SeriesSlice> batch)
{
    std::size_t left = size_of(batch) / 2;
    std::pair<SampleBatch, SampleBatch> both;
    for (const SeriesSlice& slice : batch) {
        const std::size_t first = std::min(left, slice.points.size());
        if (first > 0) both.first.push_back(cut(slice, 0, first));
        if (first < slice.points.size()) both.second.push_back(cut(slice, first, slice.points.size() - first));
        left -= first;
    }
    return both;
}

std::string import_body(std::span<const SeriesSlice> batch)
{
    std::string lines;
    for (const SeriesSlice& slice : batch)
        for (const TimedSamples::Point& point : slice.points) append_import_line(lines, slice.text, point);
    return gzip(lines);
}

std::string remote_write_body(std::span<const SeriesSlice> batch)
{
    remote_write::WriteRequest request;
    for (const SeriesSlice& slice : batch) {
        remote_write::TimeSeries& series = *request.add_timeseries();
        add_labels(series, slice);
        for (const TimedSamples::Point& point : slice.points) {
            remote_write::Sample& sample = *series.add_samples();
            sample.set_value(point.value);
            sample.set_timestamp(point.at);
        }
    }
    const std::string message = request.SerializeAsString();
    std::string compressed;
    snappy::Compress(message.data(), message.size(), &compressed);
    return compressed;
}

}  // namespace planwatch
