// A report (报告) as an office hands it out: plain text, HTML with its pictures, workbook. The same report gives the same bytes.
#pragma once

#include "rules/report.hpp"

#include <string>
#include <vector>

namespace planwatch {

// A picture that the HTML shows as `cid:ID`.
struct Picture {
    std::string id;   // [a-z0-9-]+, its own within the paper
    std::string png;  // twice as dense as it is shown, for phones
    std::string alt;  // what it shows, in words
    int width = 0;    // as shown, in CSS pixels
    int height = 0;
};

struct ReportPaper {
    std::string subject;         // one line
    std::string text;            // says what the HTML says
    std::string html;            // under 100,000 bytes, as mail readers take it: no script, nothing loaded, styles in the elements
    std::vector<Picture> pictures;
    std::string workbook;        // .xlsx; all that the text leaves out for length stands here
    std::string workbook_name;   // a file name: the report's title with .xlsx
};

// What there is to set beside text and HTML, each about as dear as the report itself where a plan is large.
struct PaperParts {
    bool pictures = true;
    bool workbook = true;
};

// The parts that were not asked for stay empty; what is set is the same without them. Blocks while pictures are drawn: not on the thread that
// answers requests, and on one thread at a time.
ReportPaper set_report(const Report& report, PaperParts parts = {});

// The HTML with its pictures inside it, for a browser.
std::string standalone_html(const ReportPaper& paper);

}  // namespace planwatch
