#include "exporters/notice_mail.hpp"

#include "exporters/notice_text.hpp"
#include "exporters/utf8.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <memory>

namespace planwatch {
namespace {

std::string html(std::string_view text)
{
    const std::string valid = to_valid_utf8(text);
    const std::unique_ptr<char, decltype(&g_free)> escaped{g_markup_escape_text(valid.data(), static_cast<gssize>(valid.size())),
                                                           &g_free};
    return escaped.get();
}

std::string_view colour(const Notice& notice)
{
    if (notice.step == "resolved") return "#2e7d32";
    switch (notice.severity) {
        case Severity::critical: return "#b71c1c";
        case Severity::warning: return "#e65100";
        case Severity::info: break;
    }
    return "#1565c0";
}

std::string plain_lines(const std::vector<NoticeText::Line>& lines)
{
    std::string text;
    for (const NoticeText::Line& line : lines) text += fmt::format("{}：{}\n", line.label, line.text);
    return text;
}

std::string plain(const NoticeText& notice)
{
    return fmt::format("{}\n\n{}\n-- 依据 --\n{}", notice.headline, plain_lines(notice.to_do), plain_lines(notice.evidence));
}

std::string html_lines(const std::vector<NoticeText::Line>& lines)
{
    std::string rows;
    for (const NoticeText::Line& line : lines) {
        rows += fmt::format(R"(<tr><td style="padding:2px 12px 2px 0;white-space:nowrap;vertical-align:top">{}</td><td>{}</td></tr>)",
                            html(line.label), html(line.text));
        rows += '\n';
    }
    return fmt::format("<table style=\"border-collapse:collapse\">\n{}</table>\n", rows);
}

// Styles stand in the elements because mail readers drop style sheets.
std::string page(const NoticeText& notice, std::string_view accent)
{
    return fmt::format(
        R"(<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="font-family:sans-serif;font-size:15px;line-height:1.6;color:#212121">
<p style="font-size:18px;font-weight:bold;margin:0 0 12px;padding-left:10px;border-left:5px solid {accent}">{headline}</p>
{to_do}<p style="margin:16px 0 4px;color:#616161">依据</p>
<div style="font-size:13px;color:#424242">{evidence}</div>
</body></html>
)",
        fmt::arg("title", html(notice.subject)), fmt::arg("accent", accent), fmt::arg("headline", html(notice.headline)),
        fmt::arg("to_do", html_lines(notice.to_do)), fmt::arg("evidence", html_lines(notice.evidence)));
}

}  // namespace

std::string message_id_of(std::string_view plan, std::uint64_t number, std::string_view instance, std::string_view host)
{
    return fmt::format("<{}.{}.{}@{}>", plan, number, instance, host);
}

MailMessage compose(const Notice& notice, const Policy& policy, const MailContext& context)
{
    const NoticeText text = notice_text(notice, policy, context.url);
    return {.from = context.from,
            .to_name = notice.recipient.name,
            .to = notice.recipient.address,
            .subject = text.subject,
            .text = plain(text),
            .html = page(text, colour(notice)),
            .message_id = message_id_of(policy.plan.id, notice.number, context.instance, context.message_host),
            .date = notice.at};
}

MailMessage compose(const Message& message, const Policy& policy, const MailContext& context)
{
    MailMessage mail = compose(message.notices.front(), policy, context);
    for (std::size_t i = 1; i < message.notices.size(); ++i) mail.text += "\n" + compose(message.notices[i], policy, context).text;
    mail.to = message.recipient.address;
    mail.date = message.at;
    return mail;
}

}  // namespace planwatch
