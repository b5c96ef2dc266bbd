// Look-ups by name and by position, built once a policy. Used by the engine on its hot way.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace planwatch {

// Name → position in a vector of things with an `id`.
class NameIndex {
public:
    NameIndex() = default;
    template <class Things>
    explicit NameIndex(const Things& things)
    {
        positions_.reserve(things.size());
        std::uint32_t position = 0;
        for (const auto& thing : things) positions_.emplace(thing.id, position++);
    }
    std::optional<std::uint32_t> find(std::string_view name) const
    {
        const auto found = positions_.find(name);
        if (found == positions_.end()) return std::nullopt;
        return found->second;
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> positions_;
};

// Where a unit stands in a list of units: a table where the list holds a fair share of all units, else a search.
class PositionIndex {
public:
    PositionIndex() = default;
    PositionIndex(std::span<const std::uint32_t> members, std::size_t universe)
    {
        if (members.size() * 8 >= universe) {
            table_.assign(universe, none);
            for (std::size_t i = 0; i < members.size(); ++i) table_[members[i]] = static_cast<std::uint32_t>(i);
        } else {
            sorted_.reserve(members.size());
            for (std::size_t i = 0; i < members.size(); ++i) sorted_.emplace_back(members[i], static_cast<std::uint32_t>(i));
            std::sort(sorted_.begin(), sorted_.end());
        }
    }
    std::optional<std::uint32_t> find(std::uint32_t member) const
    {
        if (!table_.empty()) {
            if (member >= table_.size() || table_[member] == none) return std::nullopt;
            return table_[member];
        }
        const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), std::pair{member, std::uint32_t{0}});
        if (found == sorted_.end() || found->first != member) return std::nullopt;
        return found->second;
    }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};
    std::vector<std::uint32_t> table_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> sorted_;
};

}  // namespace planwatch
