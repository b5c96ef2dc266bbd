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
    ReceiverKind kind;
    std::int64_t code;
    Outcome outcome;
    std::chrono::seconds wait;
    std::string_view words;
};
constexpr std::array meanings = {
    Meaning{ReceiverKind::wecom, 45009, Outcome::later, 60s, "more than 20 messages a minute"},
    Meaning{ReceiverKind::wecom, 45033, Outcome::later, 5s, "too many at the same time"},
    Meaning{ReceiverKind::wecom, 40058, Outcome::refused, 0s, "the message is too long or not of the form it must have"},
    Meaning{ReceiverKind::wecom, 40008, Outcome::refused, 0s, "the kind of message is not known"},
    Meaning{ReceiverKind::wecom, 44004, Outcome::refused, 0s, "the message is empty"},
    Meaning{ReceiverKind::wecom, 93000, Outcome::retry, 0s, "the key in the URL is not known: copy the robot's URL again"},
    Meaning{ReceiverKind::dingtalk, 130101, Outcome::later, 600s, "more than 20 messages a minute, closed for ten minutes"},
    Meaning{ReceiverKind::dingtalk, 410100, Outcome::later, 600s, "too many messages"},
    Meaning{ReceiverKind::dingtalk, 460101, Outcome::refused, 0s, "the message is too long"},
    Meaning{ReceiverKind::dingtalk, 310000, Outcome::retry, 0s, "its security setting (keyword, signature or address) refuses us"},
    Meaning{ReceiverKind::feishu, 11232, Outcome::later, 60s, "too many messages"},
    Meaning{ReceiverKind::feishu, 11246, Outcome::refused, 0s, "the card is not of the form it must have"},
    Meaning{ReceiverKind::feishu, 19021, Outcome::retry, 0s, "the signature or its time is wrong: compare the secret, and this machine's clock"},
    Meaning{ReceiverKind::feishu, 19022, Outcome::retry, 0s, "this machine's address is not on the robot's list"},
    Meaning{ReceiverKind::feishu, 19024, Outcome::retry, 0s, "the keyword that the robot asks for is missing"},
};

constexpr std::size_t longest_words = 300;  // bytes of the server's own words that are kept

std::string shortened(std::string_view text)
{
    std::string line = to_valid_utf8(text.substr(0, prefix_at_character(text, longest_words)));
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return line;
}

std::optional<std::int64_t> number_in(const boost::json::object& object, std::string_view key)
{
    const boost::json::value* const found = object.if_contains(key);
    if (!found || !found->is_int64()) return std::nullopt;
    return found->as_int64();
}

std::string text_of(const boost::json::object& object, std::string_view key)
{
    const boost::json::value* const found = object.if_contains(key);
    return found && found->is_string() ? shortened(std::string_view{found->as_string()}) : std::string{};
}

}  // namespace

std::string_view robot_name(ReceiverKind kind)
{
    switch (kind) {
        case ReceiverKind::wecom: return "WeCom";
        case ReceiverKind::dingtalk: return "DingTalk";
        case ReceiverKind::feishu: return "Feishu";
        case ReceiverKind::webhook: break;
    }
    return "webhook";
}

SendResult read_robot_answer(ReceiverKind kind, std::string_view body)
{
    const bool feishu = kind == ReceiverKind::feishu;
    const auto read = parse_json(body);
    const std::optional<std::int64_t> code = read && read->is_object() ? number_in(read->as_object(), feishu ? "code" : "errcode") : std::nullopt;
    if (!code) return {Outcome::retry, fmt::format("{} gave no answer that its robots give: {}", robot_name(kind), shortened(body))};

    const std::string said = text_of(read->as_object(), feishu ? "msg" : "errmsg");
    const std::string answer = fmt::format("{} {}", *code, said);
    if (*code == 0) return {Outcome::delivered, answer};
    const auto* const meaning = std::ranges::find_if(meanings, [&](const Meaning& each) { return each.kind == kind && each.code == *code; });
    if (meaning == meanings.end()) return {Outcome::retry, answer};
    return {meaning->outcome, fmt::format("{} ({})", answer, meaning->words), meaning->wait};
}

}  // namespace planwatch
