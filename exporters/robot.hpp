// The chat robots of WeCom (企业微信), DingTalk (钉钉) and Feishu (飞书): a message as the bodies of the POSTs that carry it, signed,
// and what the robots' answers mean. What each takes and says is the vendors' own description (README.md). No I/O, no clock.
#pragma once

#include "exporters/chat_text.hpp"
#include "exporters/destination.hpp"
#include "exporters/http_post.hpp"
#include "exporters/send_result.hpp"
#include "rules/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

// The message as JSON bodies, in the order in which they are to be sent; each within the robot's limit, none of them signed.
// `kind` is one of the robots. `mobiles`: who is called by name, by WeCom (which then shows no markdown) and DingTalk; Feishu's robots
// know nobody by number.
std::vector<std::string> robot_bodies(DestinationKind kind, const ChatText& text, const std::vector<std::string>& mobiles = {});

// One of them with the robot's signature of this moment; DingTalk's stands in the URL, Feishu's in the body, WeCom has none.
// Robots take no signature that is an hour old: sign each try anew.
HttpPost sign(const Destination& robot, std::string body, Instant now);

// The code in the body decides, whatever the HTTP status is. Unknown codes and answers that are no answer are `retry`.
SendResult read_robot_answer(DestinationKind kind, std::string_view body);

std::string_view robot_name(DestinationKind kind);  // "WeCom", "DingTalk", "Feishu"

}  // namespace planwatch
