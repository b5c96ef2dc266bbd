#include "rules/circles.hpp"

#include <algorithm>
#include <unordered_map>

namespace planwatch {

Circles::Circles(const Plan& plan, const std::vector<UnitIndex>& units)
{
    std::unordered_map<UnitIndex, std::uint32_t> drawn;
    std::vector<std::uint32_t> sizes;
    circle_of_.reserve(units.size());
    for (const UnitIndex index : units) {
        const Unit& unit = plan.units[index];
        const UnitIndex told_as = unit.kind == UnitKind::business ? unit.parent.value_or(index) : index;
        const auto [circle, is_new] = drawn.try_emplace(told_as, static_cast<std::uint32_t>(told_as_.size()));
        if (is_new) {
            told_as_.push_back(told_as);
            sizes.push_back(0);
        }
        ++sizes[circle->second];
        circle_of_.push_back(circle->second);
    }
    begins_.push_back(0);
    for (const std::uint32_t size : sizes) begins_.push_back(begins_.back() + size);
    positions_.resize(units.size());
    std::vector<std::uint32_t> next{begins_.begin(), begins_.end() - 1};
    for (std::uint32_t position = 0; position < units.size(); ++position) positions_[next[circle_of_[position]]++] = position;
    told_as_.shrink_to_fit();
    begins_.shrink_to_fit();
}

std::optional<Circle> Circles::find(UnitIndex told_as) const
{
    const auto found = std::find(told_as_.begin(), told_as_.end(), told_as);
    if (found == told_as_.end()) return std::nullopt;
    return (*this)[static_cast<std::size_t>(found - told_as_.begin())];
}

}  // namespace planwatch
