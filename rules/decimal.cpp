#include "rules/decimal.hpp"

#include "rules/scan.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace planwatch {

namespace {

__extension__ using Wide = __int128;

constexpr std::size_t places = 6;

}  // namespace

std::optional<Decimal> Decimal::from_double(double value)
{
    if (!std::isfinite(value) || std::fabs(value) > static_cast<double>(limit)) return std::nullopt;
    // The shortest text that reads back as this double is what a person typed; its places are counted, not the double's own.
    std::array<char, 512> text;
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{}) return std::nullopt;
    return parse({text.data(), end});
}

std::optional<Decimal> Decimal::parse(std::string_view text)
{
    Scan scan{text};
    const bool negative = scan.take("-");
    if (scan.leading_digits() == 0) return std::nullopt;
    std::int64_t whole = 0;
    while (const auto digit = scan.digits(1)) {
        whole = whole * 10 + *digit;
        if (whole > limit) return std::nullopt;
    }
    std::int64_t micros = whole * scale;
    if (scan.take(".")) {
        const std::size_t count = scan.leading_digits();
        auto fraction = scan.number(places);
        if (!fraction) return std::nullopt;
        for (std::size_t i = count; i < places; ++i) *fraction *= 10;
        micros += *fraction;
    }
    if (!scan.done() || micros > limit * scale) return std::nullopt;
    return from_micros(negative ? -micros : micros);
}

std::string Decimal::to_string() const
{
    const auto bits = static_cast<std::uint64_t>(micros_);
    const std::uint64_t magnitude = micros_ < 0 ? 0 - bits : bits;  // the least int64 has no positive twin
    std::string text = fmt::format("{}{}", micros_ < 0 ? "-" : "", magnitude / scale);
    if (const std::uint64_t fraction = magnitude % scale; fraction != 0) {
        text += fmt::format(".{:06}", fraction);
        text.erase(text.find_last_not_of('0') + 1);
    }
    return text;
}

std::strong_ordering compare_ratio(Decimal numerator, Decimal denominator, Decimal bound, int factor)
{
    // Each side stays below 2^127: |micros| < 2^63, and scale × factor < 2^63.
    const Wide left = Wide{numerator.micros()} * Decimal::scale * factor;
    const Wide right = Wide{bound.micros()} * denominator.micros();
    return left < right ? std::strong_ordering::less : left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace planwatch
