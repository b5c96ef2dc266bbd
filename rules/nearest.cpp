#include "rules/nearest.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace planwatch {
namespace {

constexpr std::size_t max_compared = 64;  // bytes; longer names are no misspellings of anything

// Optimal string alignment; `too_far` as soon as it cannot be less.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t too_far)
{
    std::array<std::array<std::size_t, max_compared + 1>, 3> rows;
    auto *before = &rows[0], *last = &rows[1], *row = &rows[2];
    for (std::size_t j = 0; j <= b.size(); ++j) (*last)[j] = j;
    std::size_t least_before = 0;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t least = (*row)[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = (*last)[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            (*row)[j] = std::min({(*last)[j] + 1, (*row)[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                (*row)[j] = std::min((*row)[j], (*before)[j - 2] + 1);
            least = std::min(least, (*row)[j]);
        }
        // A swap reaches back over two rows.
        if (least >= too_far && least_before >= too_far) return too_far;
        least_before = least;
        auto* const freed = before;
        before = last;
        last = row;
        row = freed;
    }
    return (*last)[b.size()];
}

}  // namespace

NearestName::NearestName(std::string_view name) : name_{name}, too_far_{std::max<std::size_t>(1, name.size() / 3) + 1} {}

void NearestName::consider(std::string_view known)
{
    const auto [shorter, longer] = std::minmax({name_.size(), known.size()});
    if (longer > max_compared || longer - shorter >= too_far_) return;
    const std::size_t distance = edit_distance(name_, known, too_far_);
    if (distance >= too_far_) return;
    nearest_ = known;
    too_far_ = distance;
}

std::string NearestName::suggestion() const
{
    return nearest_.data() ? fmt::format("; did you mean '{}'?", nearest_) : std::string{};
}

std::string suggestion(std::string_view name, std::span<const std::string> known)
{
    NearestName nearest{name};
    for (const std::string& each : known) nearest.consider(each);
    if (std::string near = nearest.suggestion(); !near.empty()) return near;
    constexpr std::size_t few = 12;
    if (known.empty() || known.size() > few) return {};
    return fmt::format("; known: {}", fmt::join(known, ", "));
}

}  // namespace planwatch
