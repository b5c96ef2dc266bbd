#include "exporters/report_message.hpp"

#include "exporters/chat.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace planwatch {

ChatText report_chat(const ReportPaper& paper)
{
    constexpr std::size_t most_rows = 8;
    ChatText chat{.title = without_calls(paper.subject), .rows = {}};
    chat.rows.push_back(fmt::format("**{}**", chat.title));
    for (std::size_t at = 0; at < paper.text.size() && chat.rows.size() < most_rows;) {
        const std::size_t end = std::min(paper.text.find('\n', at), paper.text.size());
        std::string row = without_calls(paper.text.substr(at, end - at));
        at = end + 1;
        if (!row.empty()) chat.rows.push_back(std::move(row));
        else if (chat.rows.size() > 1) break;
    }
    return chat;
}

void write_report_message(Json& json, const Message& message, std::uint64_t report, const ReportPaper& paper, const Policy& policy)
{
    json.object().member("number", message.number).member("at", format_instant(message.at, policy.zone));
    json.key("plan").object().member("id", policy.plan.id).member("name", policy.plan.name).end_object();
    json.key("recipient").object().member("id", message.recipient.id).member("name", message.recipient.name).end_object();
    json.member("severity", to_string(message.severity())).member("subject", paper.subject).key("alerts").array().end_array();
    json.key("report").object().member("id", report).member("text", paper.text).end_object().end_object();
}

}  // namespace planwatch
