#include "daemon/report_file.hpp"

#include "exporters/report_mail.hpp"

#include <fmt/format.h>

#include <cctype>

namespace planwatch {

const std::vector<std::string>& report_formats()
{
    static const std::vector<std::string> formats{"json", "text", "html", "eml", "xlsx"};
    return formats;
}

std::string report_file_id(const ReportRequest& request, Instant as_of)
{
    std::string id = fmt::format("{}-{}-{}", to_string(request.kind), request.plan, request.period.to_string());
    for (const std::string* part : {&request.unit, &request.composite})
        if (!part->empty()) id += "-" + *part;
    for (char& c : id)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '_';
    return fmt::format("{}-{}", id, as_of.time_since_epoch().count());
}

PaperParts paper_parts(std::string_view format)
{
    const bool all = format == "eml";
    return {.pictures = all || format == "html", .workbook = all || format == "xlsx"};
}

std::string paper_in(std::string_view format, const ReportPaper& paper, std::string_view id, Instant at)
{
    if (format == "text") return paper.text;
    if (format == "html") return standalone_html(paper);
    if (format == "xlsx") return paper.workbook;
    return to_mime(compose(paper, {.from = "planwatch@localhost", .to_name = {}, .to = "planwatch@localhost", .message_id = fmt::format("<report.{}@planwatch>", id), .date = at}));
}

}  // namespace planwatch
