// gzip (RFC 1952) put together of parts that were compressed each on its own, so that a part that did not change need not be
// compressed again. One member, as every client reads it. Built on zlib.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace planwatch {

// A compressed part: deflate blocks that end at a byte and refer to nothing before them.
struct Deflated {
    std::string bytes;
    std::uint32_t crc = 0;     // of what was compressed
    std::uint64_t length = 0;  // of the same
};

// Not thread safe; costs 256 KiB while it lives.
class Deflater {
public:
    Deflater();  // throws std::bad_alloc
    ~Deflater();
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    // Of one part: any number of `add`, then `take`.
    void add(std::string_view text);
    Deflated take();

private:
    struct Stream;
    void run(std::string_view text, int flush);

    std::unique_ptr<Stream> stream_;
    Deflated part_;
};

// What stands around the parts.
class GzipFrame {
public:
    static std::string_view head();
    void count(const Deflated& part);  // every part, in order
    std::string tail() const;

private:
    std::uint32_t crc_ = 0;
    std::uint64_t length_ = 0;
};

}  // namespace planwatch
