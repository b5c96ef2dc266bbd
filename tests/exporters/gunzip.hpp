// gzip read by zlib itself, which checks the sum and the length.
#pragma once

#include <zlib.h>

#include <stdexcept>
#include <string>

namespace planwatch::testing {

// The whole must be one member.
inline std::string gunzip(const std::string& packed)
{
    z_stream z{};
    inflateInit2(&z, 16 + 15);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    z.avail_in = static_cast<uInt>(packed.size());
    std::string text;
    int result = Z_OK;
    while (result == Z_OK) {
        char piece[4096];
        z.next_out = reinterpret_cast<Bytef*>(piece);
        z.avail_out = sizeof piece;
        result = inflate(&z, Z_NO_FLUSH);
        text.append(piece, sizeof piece - z.avail_out);
    }
    const bool whole = result == Z_STREAM_END && z.avail_in == 0;
    inflateEnd(&z);
    if (!whole) throw std::runtime_error{"not one whole gzip member"};
    return text;
}

}  // namespace planwatch::testing
