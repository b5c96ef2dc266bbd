// Whom one alert about a slot speaks of: a unit by itself, or the businesses of a town under the town's name, for twenty thousand
// alerts at one midnight would tell nobody anything.
#pragma once

#include "rules/plan.hpp"

#include <optional>
#include <span>
#include <vector>

namespace planwatch {

struct Circle {
    UnitIndex told_as = 0;
    std::span<const std::uint32_t> positions;  // in the duty's units, ascending
};

// The circles of one duty, in the order of their first units. Flat, since a duty may have a hundred thousand units.
class Circles {
public:
    Circles() = default;
    Circles(const Plan& plan, const std::vector<UnitIndex>& units);

    std::size_t size() const { return told_as_.size(); }
    Circle operator[](std::size_t index) const
    {
        return {told_as_[index], std::span{positions_}.subspan(begins_[index], begins_[index + 1] - begins_[index])};
    }
    Circle of(std::uint32_t position) const { return (*this)[circle_of_[position]]; }
    std::optional<Circle> find(UnitIndex told_as) const;

private:
    std::vector<UnitIndex> told_as_;
    std::vector<std::uint32_t> begins_;     // of each circle in positions_, and the end
    std::vector<std::uint32_t> positions_;
    std::vector<std::uint32_t> circle_of_;  // by position
};

}  // namespace planwatch
