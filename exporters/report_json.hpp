// A report as JSON, for programs: what it says, with its numbers unrounded. README.md of this folder documents the keys.
#pragma once

#include "rules/report.hpp"

#include <string>

namespace planwatch {

std::string report_json(const Report& report);

}  // namespace planwatch
