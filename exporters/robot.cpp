#include "exporters/robot.hpp"

#include "config/json.hpp"
#include "exporters/chat.hpp"
#include "exporters/json.hpp"
#include "exporters/secrets.hpp"
#include "exporters/utf8.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

namespace planwatch {
namespace {

// What the vendors take, in bytes; of DingTalk and Feishu the whole body counts.
constexpr std::size_t wecom_text = 2048;
constexpr std::size_t wecom_markdown = 4096;
constexpr std::size_t whole_body = 20'000;

constexpr std::size_t longest_title = 200;
constexpr std::size_t part_mark = 32;       // "（12/34）"
constexpr std::size_t feishu_signature = 128;

// Line breaks as \n: WeCom wants no \uXXXX, which is how Json writes all control characters.
std::string json_text(std::string_view text)
{
    std::string out = "\"";
    for (;;) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string line;
        append_json_string(line, to_valid_utf8(text.substr(0, end)));
        out.append(line, 1, line.size() - 2);
        if (end == text.size()) return out + '"';
        out += "\\n";
        text.remove_prefix(end + 1);
    }
}

std::string short_title(const ChatText& text)
{
    std::string title = without_calls(excerpt(text.title, longest_title));
    if (text.title.size() > longest_title) title += "…";
    return title;
}

std::vector<std::string> clean_rows(const ChatText& text, bool plain)
{
    std::vector<std::string> rows;
    for (const std::string& row : text.rows) {
        std::string clean = without_calls(to_valid_utf8(row));
        rows.push_back(plain ? plain_row(clean) : std::move(clean));
    }
    return rows;
}

// A title that tells which of several parts this is.
std::string title_of(const std::string& title, std::size_t part, std::size_t parts)
{
    return parts == 1 ? title : fmt::format("{}（{}/{}）", title, part + 1, parts);
}

void write_mobiles(Json& json, std::string_view key, const std::vector<std::string>& mobiles)
{
    json.key(key).array();
    for (const std::string& mobile : mobiles) json.value(mobile);
    json.end_array();
}

std::vector<std::string> wecom_bodies(const ChatText& text, const std::vector<std::string>& mobiles)
{
    // Only a text calls people by their mobile number.
    const bool plain = !mobiles.empty();
    const std::string title = short_title(text);
    const std::size_t limit = plain ? wecom_text : wecom_markdown;
    const auto parts = split_rows(clean_rows(text, plain), "\n", limit - title.size() - part_mark, raw_size);
    std::vector<std::string> bodies;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string content = fmt::format("{}{}\n{}", plain ? "" : "## ", title_of(title, i, parts.size()), parts[i]);
        Json json;
        json.object().member("msgtype", plain ? "text" : "markdown").key(plain ? "text" : "markdown").object();
        json.key("content").raw(json_text(content));
        if (plain && i == 0) write_mobiles(json, "mentioned_mobile_list", mobiles);  // once is enough
        json.end_object().end_object();
        bodies.push_back(std::move(json).text());
    }
    return bodies;
}

std::string dingtalk_body(const std::string& title, std::string_view rows, const std::vector<std::string>& mobiles)
{
    std::string content = fmt::format("### {}\n\n{}", title, rows);
    // A number is shown as a name, and its owner called, only where it stands in the text too.
    if (!mobiles.empty()) content += fmt::format("\n\n@{}", fmt::join(mobiles, " @"));
    Json json;
    json.object().member("msgtype", "markdown").key("markdown").object();
    json.key("title").raw(json_text(title)).key("text").raw(json_text(content)).end_object();
    json.key("at").object();
    write_mobiles(json, "atMobiles", mobiles);
    json.member("isAtAll", false).end_object().end_object();
    return std::move(json).text();
}

std::string_view card_colour(const ChatText& text)
{
    if (text.resolved) return "green";
    switch (text.severity) {
        case Severity::critical: return "red";
        case Severity::warning: return "orange";
        case Severity::info: break;
    }
    return "blue";
}

std::string feishu_body(const std::string& title, std::string_view rows, std::string_view colour)
{
    Json json;
    json.object().member("msg_type", "interactive").key("card").object().member("schema", "2.0");
    json.key("header").object().key("title").object().member("tag", "plain_text").key("content").raw(json_text(title)).end_object();
    json.member("template", colour).end_object();
    json.key("body").object().key("elements").array().object().member("tag", "markdown").key("content").raw(json_text(rows)).end_object();
    json.end_array().end_object().end_object().end_object();
    return std::move(json).text();
}

// Cut so that with what stands around the rows (`body` of none) each body keeps the limit.
template <class Body>
std::vector<std::string> within_body(const ChatText& text, std::string_view separator, std::size_t reserve, const Body& body)
{
    const std::string title = short_title(text);
    const std::size_t around = body(title, std::string{}, true).size() + 2 * part_mark + reserve;
    const auto parts = split_rows(clean_rows(text, false), separator, whole_body - around, json_size);
    std::vector<std::string> bodies;
    for (std::size_t i = 0; i < parts.size(); ++i) bodies.push_back(body(title_of(title, i, parts.size()), parts[i], i == 0));
    return bodies;
}

}  // namespace

std::vector<std::string> robot_bodies(DestinationKind kind, const ChatText& text, const std::vector<std::string>& mobiles)
{
    switch (kind) {
        case DestinationKind::wecom: return wecom_bodies(text, mobiles);
        case DestinationKind::dingtalk:
            return within_body(text, "\n\n", 0, [&](const std::string& title, const std::string& rows, bool first) {
                return dingtalk_body(title, rows, first ? mobiles : std::vector<std::string>{});
            });
        case DestinationKind::feishu:
            return within_body(text, "\n", feishu_signature, [&](const std::string& title, const std::string& rows, bool) {
                return feishu_body(title, rows, card_colour(text));
            });
        case DestinationKind::webhook: break;
    }
    throw std::logic_error{"a webhook is no robot"};
}

HttpPost sign(const Destination& robot, std::string body, Instant now)
{
    if (robot.secret.empty()) return {.url = robot.url, .body = std::move(body)};
    if (robot.kind == DestinationKind::dingtalk) {
        const std::string time = std::to_string(now.time_since_epoch().count());
        const std::string signature = base64(hmac_sha256(robot.secret, time + "\n" + robot.secret));
        const char joint = robot.url.find('?') == std::string::npos ? '?' : '&';
        return {.url = fmt::format("{}{}timestamp={}&sign={}", robot.url, joint, time, percent_encode(signature)), .body = std::move(body)};
    }
    if (robot.kind == DestinationKind::feishu) {
        const std::string time = std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
        const std::string signature = base64(hmac_sha256(time + "\n" + robot.secret, ""));
        body.replace(0, 1, fmt::format(R"({{"timestamp":"{}","sign":"{}",)", time, signature));
    }
    return {.url = robot.url, .body = std::move(body)};
}

}  // namespace planwatch
