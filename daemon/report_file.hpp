// A report as a file of one format: for whoever asks for one, over HTTP or on the command line.
#pragma once

#include "daemon/report_maker.hpp"
#include "exporters/report_paper.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

const std::vector<std::string>& report_formats();  // json, text, html, eml, xlsx

// "monthly-example-2023-2023-09-1696813200000": a file name without its ending, and what a message id is made of.
std::string report_file_id(const ReportRequest& request, Instant as_of);

// What of a report's paper a file of the format needs; of json none.
PaperParts paper_parts(std::string_view format);

// Of `text`, `html` (with its pictures inside), `eml` (to nobody yet: who saves it addresses it), `xlsx`.
std::string paper_in(std::string_view format, const ReportPaper& paper, std::string_view id, Instant at);

}  // namespace planwatch
