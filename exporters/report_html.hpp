// A report's sheet as HTML that mail readers take: tables, styles in the elements, no script, nothing loaded but pictures by `cid:`. No
// colour of text or ground is set but on labels that have both, so that a dark mode keeps its own. Every value is escaped for its place.
#pragma once

#include "exporters/report_sheet.hpp"

#include <string>

namespace planwatch {

// The id of the sheet's n-th chart.
std::string chart_id(std::size_t chart);

std::string report_html(const ReportSheet& sheet);

}  // namespace planwatch
