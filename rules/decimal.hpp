// An exact decimal with six places, so that sums do not depend on their order, a percentage is
// compared without rounding (99.99999 % is not 100 %), and a replay gives the same bytes.
#pragma once

#include "rules/result.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace planwatch {

class Decimal {
public:
    static constexpr std::int64_t scale = 1'000'000;
    static constexpr std::int64_t limit = 1'000'000'000'000;  // largest magnitude a person may submit

    constexpr Decimal() = default;
    constexpr Decimal(std::int64_t whole) : micros_{whole * scale} {}  // NOLINT: a whole number is a Decimal
    static constexpr Decimal from_micros(std::int64_t micros)
    {
        Decimal d;
        d.micros_ = micros;
        return d;
    }
    // Empty when not finite, larger than `limit`, or with more than six places.
    static std::optional<Decimal> from_double(double value);
    static std::optional<Decimal> parse(std::string_view text);  // "412", "-1.5", "6.50"; no exponent

    constexpr std::int64_t micros() const { return micros_; }
    double to_double() const { return static_cast<double>(micros_) / static_cast<double>(scale); }
    std::string to_string() const;  // shortest: "412", "6.5"

    friend constexpr auto operator<=>(const Decimal&, const Decimal&) = default;
    // Past ±9.2e12 a sum wraps instead of being undefined: whatever ten units submit, sums stay independent of
    // their order and taking a figure back undoes having added it.
    friend constexpr Decimal operator+(Decimal a, Decimal b) { return from_bits(a.bits() + b.bits()); }
    friend constexpr Decimal operator-(Decimal a, Decimal b) { return from_bits(a.bits() - b.bits()); }
    constexpr Decimal& operator+=(Decimal other) { return *this = *this + other; }
    constexpr Decimal& operator-=(Decimal other) { return *this = *this - other; }

private:
    constexpr std::uint64_t bits() const { return static_cast<std::uint64_t>(micros_); }
    static constexpr Decimal from_bits(std::uint64_t bits) { return from_micros(static_cast<std::int64_t>(bits)); }

    std::int64_t micros_ = 0;
};

// `factor × numerator / denominator` against `bound`, exactly (128-bit products). `denominator` > 0; `factor` is 100 for a
// bound in percent.
std::strong_ordering compare_ratio(Decimal numerator, Decimal denominator, Decimal bound, int factor = 1);

}  // namespace planwatch
