// A report as a workbook (.xlsx): all of its figures as numbers, a sheet a subject, with charts of the spreadsheet's own.
#pragma once

#include "rules/report.hpp"

#include <string>

namespace planwatch {

// The same report gives the same bytes. What people typed stays text, whatever it begins with. Throws std::runtime_error where there is
// no room for it in memory or in the folder for temporary files.
std::string report_workbook(const Report& report);

}  // namespace planwatch
