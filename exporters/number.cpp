#include "exporters/number.hpp"

#include <charconv>
#include <cmath>
#include <iterator>

namespace planwatch {

void append_shortest(std::string& out, double value)
{
    const double size = std::abs(value);
    const bool written_out = size == 0 || (size >= 1e-6 && size < 1e17);
    char buffer[40];
    const auto [end, error] = std::to_chars(std::begin(buffer), std::end(buffer), value,
                                            written_out ? std::chars_format::fixed : std::chars_format::scientific);
    out.append(buffer, end);
}

}  // namespace planwatch
