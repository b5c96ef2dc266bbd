#include "exporters/number.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace planwatch {

void append_shortest(std::string& out, double value)
{
    const double size = std::abs(value);
    char buffer[40];
    // Counts and instants, most of what is written: whole numbers are done several times faster as such. -0 is not one of them.
    constexpr double exact_below = 9007199254740992;  // 2^53
    if (size < exact_below && std::trunc(value) == value && !(size == 0 && std::signbit(value))) {
        const auto [end, error] = std::to_chars(std::begin(buffer), std::end(buffer), static_cast<std::int64_t>(value));
        out.append(buffer, end);
        return;
    }
    const bool written_out = size == 0 || (size >= 1e-6 && size < 1e17);
    const auto [end, error] = std::to_chars(std::begin(buffer), std::end(buffer), value,
                                            written_out ? std::chars_format::fixed : std::chars_format::scientific);
    out.append(buffer, end);
}

}  // namespace planwatch
