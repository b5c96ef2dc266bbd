// A message on its way to a robot or a webhook, whichever it is: the requests that carry it, and one try at one of them.
#pragma once

#include "exporters/chat_text.hpp"
#include "exporters/destination.hpp"
#include "exporters/send_result.hpp"
#include "rules/time.hpp"

#include <string>
#include <vector>

namespace planwatch {

// What is handed over of a message.
struct Dispatch {
    std::string id;                    // the message's, the same on every try
    ChatText text;                     // for a robot
    std::vector<std::string> mobiles;  // who is called by name, where the robot can
    std::string json;                  // for a webhook: webhook_json()
};

// The bodies that are to be posted, in this order: of a long message to a robot several.
std::vector<std::string> bodies_of(const Destination& to, const Dispatch& dispatch);

// Signs and posts one of them. Blocks; callers run it on a thread of their own. The answer holds no secret, even where the server
// quotes one.
SendResult hand_over(const Destination& to, const std::string& id, const std::string& body, Instant now);

}  // namespace planwatch
