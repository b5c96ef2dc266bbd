// SHA-256, and bytes nobody can guess. The one file of the daemon that asks the system for randomness.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace planwatch {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);
std::array<std::uint8_t, 32> random_bytes();
std::string to_hex(std::span<const std::uint8_t> bytes);
std::string to_base64url(std::span<const std::uint8_t> bytes);  // without padding

}  // namespace planwatch
