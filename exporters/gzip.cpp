#include "exporters/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <new>

namespace planwatch {

struct Deflater::Stream {
    z_stream z{};
};

namespace {

// An exposition is so repetitive that more effort than the least saves a twentieth and costs twice the time.
constexpr int level = 1;
constexpr int raw_window = -15;  // 32 KiB, and no frame of zlib's own
constexpr int memory = 8;

}  // namespace

Deflater::Deflater() : stream_{std::make_unique<Stream>()}
{
    if (deflateInit2(&stream_->z, level, Z_DEFLATED, raw_window, memory, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc{};
}

Deflater::~Deflater() { deflateEnd(&stream_->z); }

void Deflater::run(std::string_view text, int flush)
{
    assert(text.size() <= std::numeric_limits<uInt>::max());
    z_stream& z = stream_->z;
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    do {
        const std::size_t at = part_.bytes.size();
        const std::size_t room = std::max<std::size_t>(256, text.size() / 8);
        part_.bytes.resize(at + room);
        z.next_out = reinterpret_cast<Bytef*>(part_.bytes.data() + at);
        z.avail_out = static_cast<uInt>(room);
        deflate(&z, flush);  // cannot fail but for lack of room, which the loop gives
        part_.bytes.resize(at + room - z.avail_out);
    } while (z.avail_out == 0);
}

void Deflater::add(std::string_view text)
{
    if (text.empty()) return;  // where there is nothing to read zlib's checksum begins anew
    part_.crc = static_cast<std::uint32_t>(crc32_z(part_.crc, reinterpret_cast<const Bytef*>(text.data()), text.size()));
    part_.length += text.size();
    run(text, Z_NO_FLUSH);
}

Deflated Deflater::take()
{
    run({}, Z_FULL_FLUSH);
    deflateReset(&stream_->z);
    Deflated part = std::move(part_);
    part_ = {};
    part.bytes.shrink_to_fit();
    return part;
}

// No name, no time, of unknown origin.
std::string_view GzipFrame::head() { return {"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10}; }

void GzipFrame::count(const Deflated& part)
{
    crc_ = static_cast<std::uint32_t>(crc32_combine(crc_, part.crc, static_cast<z_off_t>(part.length)));
    length_ += part.length;
}

// An empty last block, the checksum and the length, least byte first.
std::string GzipFrame::tail() const
{
    std::string tail{"\x03\0", 2};
    for (const std::uint32_t number : {crc_, static_cast<std::uint32_t>(length_)})
        for (unsigned shift = 0; shift < 32; shift += 8) tail += static_cast<char>(number >> shift);
    return tail;
}

}  // namespace planwatch
