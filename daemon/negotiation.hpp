// What a client of /metrics can read (RFC 9110, 12.5): of Accept and Accept-Encoding what matters there. Fields that cannot be
// read count as absent.
#pragma once

#include "exporters/exposition.hpp"

#include <string_view>

namespace planwatch {

// OpenMetrics 1.0 for those who name it and want nothing else more; to all others the text format, also where they ask for what there is
// not: Prometheus' own clients do the same.
ExpositionFormat negotiate_format(std::string_view accept);

bool accepts_gzip(std::string_view accept_encoding);

}  // namespace planwatch
