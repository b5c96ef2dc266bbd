#include "exporters/webhook.hpp"

#include "exporters/json.hpp"
#include "exporters/secrets.hpp"
#include "exporters/utf8.hpp"
#include "exporters/views.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace planwatch {
namespace {

using Outcome = SendResult::Outcome;

void write_words(Json& json, const ChatText& text)
{
    std::string words;
    for (const std::string& row : text.rows) words += plain_row(row) + "\n";
    json.member("title", text.title).member("text", words);
}

void write_notice(Json& json, const Notice& notice, const Policy& policy)
{
    const auto key = AlertKey::parse(notice.alert, policy.plan.id).value_or(AlertKey{});
    const auto unit = policy.plan.unit(key.unit);
    json.object().member("number", notice.number).member("at", format_instant(notice.at, policy.zone));
    json.member("alert", notice.alert).member("kind", to_string(key.kind));
    json.member("state", notice.step == "resolved" ? "resolved" : "firing").member("step", notice.step);
    json.member("severity", to_string(notice.severity)).key("unit").value_or_null(key.unit);
    json.key("unit_name").value_or_null(unit ? std::string_view{policy.plan.units[*unit].name} : std::string_view{});
    json.key(subject_field(key.kind)).value_or_null(key.subject);
    json.key("period").value_or_null(key.period).member("why", notice.why).end_object();
}

std::string signing_key(const std::string& secret)
{
    constexpr std::string_view standard = "whsec_";
    return secret.starts_with(standard) ? from_base64(std::string_view{secret}.substr(standard.size())) : secret;
}

}  // namespace

std::string webhook_json(const Message& message, const Policy& policy, std::string_view id, const ChatText& text)
{
    Json json;
    json.object().member("version", webhook_version).member("id", id).member("test", false);
    json.member("at", format_instant(message.at, policy.zone)).member("plan", policy.plan.id).member("plan_name", policy.plan.name);
    json.key("recipient").object().member("id", message.recipient.id).member("name", message.recipient.name).end_object();
    json.member("severity", to_string(message.severity()));
    write_words(json, text);
    json.key("notices").array();
    for (const Notice& notice : message.notices) write_notice(json, notice, policy);
    json.end_array().end_object();
    return std::move(json).text();
}

std::string webhook_test_json(std::string_view id, Instant at, const ChatText& text)
{
    Json json;
    json.object().member("version", webhook_version).member("id", id).member("test", true).member("at", format_instant_utc(at));
    json.member("severity", to_string(text.severity));
    write_words(json, text);
    json.key("notices").array().end_array().end_object();
    return std::move(json).text();
}

HttpPost webhook_post(const Receiver& receiver, std::string_view id, std::string body, Instant now)
{
    const auto time = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    HttpPost post{.url = receiver.url, .body = std::move(body)};
    post.headers = {fmt::format("webhook-id: {}", id), fmt::format("webhook-timestamp: {}", time)};
    if (!receiver.secret.empty()) {
        const std::string signature = hmac_sha256(signing_key(receiver.secret), fmt::format("{}.{}.{}", id, time, post.body));
        post.headers.push_back("webhook-signature: v1," + base64(signature));
    }
    return post;
}

SendResult read_webhook_reply(const HttpReply& reply)
{
    constexpr std::array for_good = {400L, 410L, 413L, 422L};
    constexpr std::size_t longest_words = 300;
    if (reply.status == 0) return {Outcome::retry, reply.problem};
    std::string words = to_valid_utf8(reply.body.substr(0, prefix_at_character(reply.body, longest_words)));
    std::ranges::replace_if(words, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    const std::string answer = words.empty() ? std::to_string(reply.status) : fmt::format("{} {}", reply.status, words);
    const std::chrono::seconds wait = reply.retry_after.value_or(std::chrono::seconds{0});
    if (reply.status >= 200 && reply.status < 300) return {Outcome::delivered, answer};
    if (reply.status >= 300 && reply.status < 400) return {Outcome::retry, answer + " (redirects are not followed: give the address it leads to)"};
    if (reply.status == 429) return {Outcome::later, answer, reply.retry_after.value_or(std::chrono::minutes{1})};
    if (std::ranges::find(for_good, reply.status) != for_good.end()) return {Outcome::refused, answer};
    return {Outcome::retry, answer, wait};
}

}  // namespace planwatch
