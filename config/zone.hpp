// The IANA time zone database, turned into the table of offsets that the rules work with.
#pragma once

#include "rules/time.hpp"

namespace planwatch {

// The eras that cover 1 January of `from_year` to 31 December of `to_year`. A problem (without path) when there is no
// such zone. Throws std::runtime_error when the machine has no time zone database.
Result<Zone> load_zone(std::string_view iana_name, int from_year, int to_year);

}  // namespace planwatch
