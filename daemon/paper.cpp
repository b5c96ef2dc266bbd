#include "daemon/paper.hpp"

#include "exporters/report_paper.hpp"

namespace planwatch {

Digest digest_of(const ReportPaper& paper)
{
    std::string whole;
    const auto add = [&](std::string_view part) { whole.append(std::to_string(part.size())).append(":").append(part); };
    for (const std::string* part : {&paper.subject, &paper.text, &paper.html, &paper.workbook, &paper.workbook_name}) add(*part);
    for (const Picture& picture : paper.pictures) {
        for (const std::string* part : {&picture.id, &picture.alt, &picture.png}) add(*part);
        add(std::to_string(picture.width));
        add(std::to_string(picture.height));
    }
    return sha256(whole);
}

}  // namespace planwatch
