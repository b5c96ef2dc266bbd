#include "exporters/report_mail.hpp"

namespace planwatch {

MailMessage compose(const ReportPaper& paper, const Envelope& envelope)
{
    MailMessage mail{.from = envelope.from,
                     .to_name = envelope.to_name,
                     .to = envelope.to,
                     .subject = paper.subject,
                     .text = paper.text,
                     .html = paper.html,
                     .message_id = envelope.message_id,
                     .date = envelope.date};
    for (const Picture& picture : paper.pictures) mail.inline_files.push_back({picture.id, "image/png", picture.png});
    if (!paper.workbook.empty())
        mail.attachments.push_back({paper.workbook_name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", paper.workbook});
    return mail;
}

}  // namespace planwatch
