#include "daemon/report_preview.hpp"

#include "daemon/destinations.hpp"
#include "daemon/paper.hpp"
#include "exporters/eml.hpp"
#include "exporters/report_mail.hpp"
#include "exporters/smtp.hpp"

#include <fmt/format.h>

#include <system_error>

namespace planwatch {

SendResult send_preview(ReportPaper paper, const Mail& mail, const std::filesystem::path& folder, const std::string& to, Instant now)
{
    paper.subject = "【预览】" + paper.subject;
    const Digest digest = sha256(fmt::format("{} {} {}", to_hex(digest_of(paper)), to, now.time_since_epoch().count()));
    const std::string id = fmt::format("<preview.{}@planwatch>", to_hex(digest).substr(0, 32));
    const std::string mime = to_mime(compose(paper, {.from = mail.from, .to_name = {}, .to = to, .message_id = id, .date = now}));
    if (!mail.server.empty()) return send(smtp_server(mail), mail.from, to, mime);
    try {
        return {SendResult::Outcome::delivered, write_eml(folder, eml_name(id), mime).string()};
    } catch (const std::system_error& error) {
        return {SendResult::Outcome::retry, error.what()};
    }
}

}  // namespace planwatch
