// How text from outside is answered: a value, or every problem found in it, all at once.
// Used wherever settings, plans, request bodies or imported rows are read. Failures of the
// world (disk, sockets) are exceptions instead; bugs are assertions.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace planwatch {

// `path` says where: "plan.toml:12:3" for a file, "/values/disposal/numerator" (RFC 6901) for a body.
struct Problem {
    std::string path;
    std::string message;
    friend bool operator==(const Problem&, const Problem&) = default;
};

using Problems = std::vector<Problem>;

template <class T>
using Result = tl::expected<T, Problems>;

inline tl::unexpected<Problems> fail(std::string path, std::string message)
{
    return tl::unexpected<Problems>{Problems{{std::move(path), std::move(message)}}};
}

// One step of an RFC 6901 pointer: "/" and `key` with ~ and / escaped.
void append_pointer(std::string& out, std::string_view key);

// "path: message", one a line.
std::string to_text(const Problems& problems);

}  // namespace planwatch
