// Instants, days, moments and decimals that are read come back the same from what is written of them.
#include "rules/decimal.hpp"
#include "rules/time.hpp"

#include <cstdlib>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto instant = parse_instant(text); instant && parse_instant(format_instant_utc(*instant)) != *instant) std::abort();
    if (const auto day = parse_day(text); day && format_day(*day) != text) std::abort();
    if (const auto moment = parse_moment(text, {}); moment && parse_instant(format_instant_utc(*moment)) != *moment) std::abort();
    if (const auto decimal = Decimal::parse(text); decimal && Decimal::parse(decimal->to_string()) != *decimal) std::abort();
    return 0;
}
