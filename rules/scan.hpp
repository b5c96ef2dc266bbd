// A cursor over a short text, for the strict little grammars of this layer: days, instants, periods, due rules.
// A take that fails moves nothing, so that alternatives can be tried one after the other.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace planwatch {

class Scan {
public:
    explicit constexpr Scan(std::string_view text) : rest_{text} {}

    constexpr std::string_view rest() const { return rest_; }
    constexpr bool done() const { return rest_.empty(); }

    constexpr bool take(std::string_view word)
    {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    // At least one space.
    constexpr bool spaces()
    {
        const std::size_t before = rest_.size();
        while (take(" ")) {}
        return rest_.size() < before;
    }

    // Exactly `count` ASCII digits (1 to 9).
    constexpr std::optional<int> digits(std::size_t count)
    {
        if (leading_digits() < count) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) value = value * 10 + (rest_[i] - '0');
        rest_.remove_prefix(count);
        return value;
    }

    // As many digits as there are, from 1 to `most` (at most 9) of them.
    constexpr std::optional<int> number(std::size_t most)
    {
        const std::size_t count = leading_digits();
        if (count == 0 || count > most) return std::nullopt;
        return digits(count);
    }

    constexpr std::size_t leading_digits() const
    {
        std::size_t count = 0;
        while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
        return count;
    }

private:
    std::string_view rest_;
};

}  // namespace planwatch
