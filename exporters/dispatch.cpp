#include "exporters/dispatch.hpp"

#include "exporters/robot.hpp"
#include "exporters/secrets.hpp"
#include "exporters/webhook.hpp"

namespace planwatch {

std::vector<std::string> bodies_of(const Destination& to, const Dispatch& dispatch)
{
    if (to.kind == DestinationKind::webhook) return {dispatch.json};
    return robot_bodies(to.kind, dispatch.text, dispatch.mobiles);
}

SendResult hand_over(const Destination& to, const std::string& id, const std::string& body, Instant now)
{
    const bool webhook = to.kind == DestinationKind::webhook;
    const HttpReply reply = post(webhook ? webhook_post(to, id, body, now) : sign(to, body, now));
    SendResult result;
    if (webhook)
        result = read_webhook_reply(reply);
    else if (reply.status == 0)
        result.answer = reply.problem;
    else
        result = read_robot_answer(to.kind, reply.body);
    result.answer = without_secret(without_url(std::move(result.answer), to.url), to.secret);
    return result;
}

}  // namespace planwatch
