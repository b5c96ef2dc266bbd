// Places in a comparison: 1, 2, 2, 4, …
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace planwatch {

// The place of each score, the highest first; scores less than a billionth apart share one. What has no score has no place.
std::vector<std::optional<std::uint32_t>> places_of(const std::vector<std::optional<double>>& scores);

}  // namespace planwatch
