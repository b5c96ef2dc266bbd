#include "exporters/report_paper.hpp"

#include "exporters/secrets.hpp"
#include "exporters/utf8.hpp"

#include <glib.h>

#include <memory>

namespace planwatch {
namespace {

std::string escaped(const std::string& text)
{
    const std::string line = to_one_line(text);
    const std::unique_ptr<char, decltype(&g_free)> markup{g_markup_escape_text(line.data(), static_cast<gssize>(line.size())), &g_free};
    return markup.get();
}

}  // namespace

ReportPaper set_report(const Report& report)
{
    ReportPaper paper;
    paper.subject = to_one_line(report.title);
    paper.text = paper.subject + "\n\n" + to_one_line(report.summary) + '\n';
    paper.html = "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head><meta charset=\"utf-8\"><title>" + escaped(report.title) + "</title></head>\n<body>\n<h1>" +
                 escaped(report.title) + "</h1>\n<p>" + escaped(report.summary) + "</p>\n</body>\n</html>\n";
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
