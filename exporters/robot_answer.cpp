#include "config/json.hpp"
#include "exporters/robot.hpp"
#include "exporters/utf8.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

namespace planwatch {
namespace {

using namespace std::chrono_literals;
using Outcome = SendResult::Outcome;

// What a robot's code means for the message; codes that are not listed are for an operator to mend, and the message waits.
struct Meaning {
    DestinationKind kind;
    std::int64_t code;
    Outcome outcome;
    std::chrono::seconds wait;
    std::string_view words;
};
constexpr std::array meanings = {
    Meaning{DestinationKind::wecom, 45009, Outcome::later, 60s, "more than 20 messages a minute"},
    Meaning{DestinationKind::wecom, 45033, Outcome::later, 5s, "too many at the same time"},
    Meaning{DestinationKind::wecom, 40058, Outcome::refused, 0s, "the message is too long or not of the form it must have"},
    Meaning{DestinationKind::wecom, 40008, Outcome::refused, 0s, "the kind of message is not known"},
    Meaning{DestinationKind::wecom, 44004, Outcome::refused, 0s, "the message is empty"},
    Meaning{DestinationKind::wecom, 93000, Outcome::retry, 0s, "the key in the URL is not known: copy the robot's URL again"},
    Meaning{DestinationKind::dingtalk, 130101, Outcome::later, 600s, "more than 20 messages a minute, closed for ten minutes"},
    Meaning{DestinationKind::dingtalk, 410100, Outcome::later, 600s, "too many messages"},
    Meaning{DestinationKind::dingtalk, 460101, Outcome::refused, 0s, "the message is too long"},
    Meaning{DestinationKind::dingtalk, 310000, Outcome::retry, 0s, "its security setting (keyword, signature or address) refuses us"},
    Meaning{DestinationKind::feishu, 11232, Outcome::later, 60s, "too many messages"},
    Meaning{DestinationKind::feishu, 11246, Outcome::refused, 0s, "the card is not of the form it must have"},
    Meaning{DestinationKind::feishu, 19021, Outcome::retry, 0s, "the signature or its time is wrong: compare the secret, and this machine's clock"},
    Meaning{DestinationKind::feishu, 19022, Outcome::retry, 0s, "this machine's address is not on the robot's list"},
    Meaning{DestinationKind::feishu, 19024, Outcome::retry, 0s, "the keyword that the robot asks for is missing"},
};

constexpr std::size_t longest_words = 300;  // bytes of the server's own words that are kept

std::optional<std::int64_t> number_in(const boost::json::object& object, std::string_view key)
{
    const boost::json::value* const found = object.if_contains(key);
    if (!found || !found->is_int64()) return std::nullopt;
    return found->as_int64();
}

std::string text_of(const boost::json::object& object, std::string_view key)
{
    const boost::json::value* const found = object.if_contains(key);
    return found && found->is_string() ? excerpt(std::string_view{found->as_string()}, longest_words) : std::string{};
}

}  // namespace

std::string_view robot_name(DestinationKind kind)
{
    switch (kind) {
        case DestinationKind::wecom: return "WeCom";
        case DestinationKind::dingtalk: return "DingTalk";
        case DestinationKind::feishu: return "Feishu";
        case DestinationKind::webhook: break;
    }
    return "webhook";
}

SendResult read_robot_answer(DestinationKind kind, std::string_view body)
{
    const bool feishu = kind == DestinationKind::feishu;
    const auto read = parse_json(body);
    const std::optional<std::int64_t> code = read && read->is_object() ? number_in(read->as_object(), feishu ? "code" : "errcode") : std::nullopt;
    if (!code) return {Outcome::retry, fmt::format("{} gave no answer that its robots give: {}", robot_name(kind), excerpt(body, longest_words))};

    const std::string said = text_of(read->as_object(), feishu ? "msg" : "errmsg");
    const std::string answer = fmt::format("{} {}", *code, said);
    if (*code == 0) return {Outcome::delivered, answer};
    const auto* const meaning = std::ranges::find_if(meanings, [&](const Meaning& each) { return each.kind == kind && each.code == *code; });
    if (meaning == meanings.end()) return {Outcome::retry, answer};
    return {meaning->outcome, fmt::format("{} ({})", answer, meaning->words), meaning->wait};
}

}  // namespace planwatch
