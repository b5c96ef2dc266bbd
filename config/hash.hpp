#pragma once

#include <string>
#include <string_view>

namespace planwatch {

// SHA-256 in lower-case hex, 64 digits.
std::string sha256_hex(std::string_view text);

}  // namespace planwatch
