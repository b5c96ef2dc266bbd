// What the kernel says of this process, for /metrics.
#pragma once

#include "exporters/metrics.hpp"

namespace planwatch {

ProcessStats process_stats();

}  // namespace planwatch
