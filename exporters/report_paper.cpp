#include "exporters/report_paper.hpp"

#include "exporters/report_html.hpp"
#include "exporters/report_text.hpp"
#include "exporters/report_workbook.hpp"
#include "exporters/secrets.hpp"
#include "exporters/utf8.hpp"

#include <algorithm>

namespace planwatch {
namespace {

constexpr std::size_t longest_html = 100'000;  // bytes; Gmail cuts off what is longer than some 102,000

// Nothing that a file system or a mail reader would stumble over.
std::string file_name(std::string_view title)
{
    std::string name{to_one_line(title)};
    std::ranges::replace_if(name, [](char c) { return std::string_view{"/\\:*?\"<>|"}.find(c) != std::string_view::npos; }, '_');
    name.resize(prefix_at_character(name, 150));
    return name + ".xlsx";
}

Picture picture_of(const Chart& chart, std::size_t position)
{
    const Drawing drawing = draw(chart);
    return {.id = chart_id(position), .png = drawing.png(), .alt = chart.alt, .width = drawing.width(), .height = drawing.height()};
}

}  // namespace

ReportPaper set_report(const Report& report, PaperParts parts)
{
    SheetLimits limits;
    ReportSheet sheet = report_sheet(report, limits);
    ReportPaper paper{.html = report_html(sheet)};
    while (paper.html.size() >= longest_html && limits.rows > 1) {
        limits = limits.tighter();
        sheet = report_sheet(report, limits);
        paper.html = report_html(sheet);
    }
    paper.subject = sheet.subject;
    paper.text = report_text(sheet);
    for (std::size_t i = 0; parts.pictures && i < sheet.charts.size(); ++i) paper.pictures.push_back(picture_of(sheet.charts[i], i));
    if (!parts.workbook) return paper;
    paper.workbook = report_workbook(report);
    paper.workbook_name = file_name(report.title);
    return paper;
}

std::string standalone_html(const ReportPaper& paper)
{
    std::string html = paper.html;
    for (const Picture& picture : paper.pictures) {
        const std::string reference = "\"cid:" + picture.id + '"';
        const std::string data = "\"data:image/png;base64," + base64(picture.png) + '"';
        for (std::size_t at = html.find(reference); at != std::string::npos; at = html.find(reference, at + data.size())) html.replace(at, reference.size(), data);
    }
    return html;
}

}  // namespace planwatch
