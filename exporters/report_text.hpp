// A report's sheet as plain text (UTF-8, LF): what the HTML says, pictures aside.
#pragma once

#include "exporters/report_sheet.hpp"

#include <string>

namespace planwatch {

std::string report_text(const ReportSheet& sheet);

}  // namespace planwatch
