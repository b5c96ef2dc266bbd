#include "rules/ranking.hpp"

#include <algorithm>

namespace planwatch {

std::vector<std::optional<std::uint32_t>> places_of(const std::vector<std::optional<double>>& scores)
{
    constexpr double same = 1e-9;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (scores[i]) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return *scores[a] > *scores[b]; });
    std::vector<std::optional<std::uint32_t>> places(scores.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const bool shared = i > 0 && *scores[order[i - 1]] - *scores[order[i]] < same;
        places[order[i]] = shared ? places[order[i - 1]] : std::optional{static_cast<std::uint32_t>(i + 1)};
    }
    return places;
}

}  // namespace planwatch
