#include "exporters/webhook.hpp"

#include "exporters/json.hpp"
#include "exporters/secrets.hpp"
#include "exporters/utf8.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace planwatch {
namespace {

using Outcome = SendResult::Outcome;

std::string signing_key(const std::string& secret)
{
    constexpr std::string_view standard = "whsec_";
    return secret.starts_with(standard) ? from_base64(std::string_view{secret}.substr(standard.size())) : secret;
}

}  // namespace

std::string webhook_json(std::string_view id, std::string_view message)
{
    Json json;
    json.object().member("version", webhook_version).member("id", id).member("test", false).key("message").raw(message).end_object();
    return std::move(json).text();
}

std::string webhook_test_json(std::string_view id, Instant at, std::string_view subject)
{
    Json json;
    json.object().member("version", webhook_version).member("id", id).member("test", true).key("message").object();
    json.member("number", 0).member("at", format_instant_utc(at)).member("plan", nullptr).member("recipient", nullptr);
    json.member("severity", "info").member("subject", subject).key("alerts").array().end_array().end_object().end_object();
    return std::move(json).text();
}

HttpPost webhook_post(const Destination& to, std::string_view id, std::string body, Instant now)
{
    const auto time = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    HttpPost post{.url = to.url, .body = std::move(body)};
    post.headers = {fmt::format("webhook-id: {}", id), fmt::format("webhook-timestamp: {}", time)};
    if (!to.secret.empty()) {
        const std::string signature = hmac_sha256(signing_key(to.secret), fmt::format("{}.{}.{}", id, time, post.body));
        post.headers.push_back("webhook-signature: v1," + base64(signature));
    }
    return post;
}

SendResult read_webhook_reply(const HttpReply& reply)
{
    constexpr std::array for_good = {400L, 410L, 413L, 422L};
    constexpr std::size_t longest_words = 300;
    if (reply.status == 0) return {Outcome::retry, reply.problem};
    const std::string words = excerpt(reply.body, longest_words);
    const std::string answer = words.empty() ? std::to_string(reply.status) : fmt::format("{} {}", reply.status, words);
    const std::chrono::seconds wait = reply.retry_after.value_or(std::chrono::seconds{0});
    if (reply.status >= 200 && reply.status < 300) return {Outcome::delivered, answer};
    if (reply.status >= 300 && reply.status < 400) return {Outcome::retry, answer + " (redirects are not followed: give the address it leads to)"};
    if (reply.status == 429) return {Outcome::later, answer, reply.retry_after.value_or(std::chrono::minutes{1})};
    if (std::ranges::find(for_good, reply.status) != for_good.end()) return {Outcome::refused, answer};
    return {Outcome::retry, answer, wait};
}

}  // namespace planwatch
