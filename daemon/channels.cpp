#include "daemon/channels.hpp"

#include "exporters/robot.hpp"
#include "exporters/secrets.hpp"
#include "exporters/webhook.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace planwatch {
namespace {

// A server may quote what it was given, and what it says is logged and kept.
SendResult without_secrets_of(const Receiver& receiver, SendResult result)
{
    result.answer = without_secret(without_url(std::move(result.answer), receiver.url), receiver.secret);
    return result;
}

}  // namespace

const Receiver* Channels::receiver(std::string_view id) const
{
    const auto found = std::ranges::find(receivers_, id, &Receiver::id);
    return found == receivers_.end() ? nullptr : &*found;
}

asio::awaitable<HttpReply> Channels::hand_over(const HttpPost& request)
{
    const auto blocking = [&request]() -> asio::awaitable<HttpReply> { co_return post(request); };
    co_return co_await asio::co_spawn(threads_, blocking, asio::use_awaitable);
}

asio::awaitable<SendResult> Channels::send(Receiver receiver, Dispatch dispatch)
{
    if (receiver.kind != ReceiverKind::webhook) {
        SendResult result = co_await send_to_robot(receiver, dispatch);
        co_return without_secrets_of(receiver, std::move(result));
    }
    const HttpPost request = webhook_post(receiver, dispatch.id, dispatch.json, clock_.now());
    const HttpReply reply = co_await hand_over(request);
    co_return without_secrets_of(receiver, read_webhook_reply(reply));
}

asio::awaitable<SendResult> Channels::send_to_robot(const Receiver& robot, const Dispatch& dispatch)
{
    using Outcome = SendResult::Outcome;
    Desk& desk = desks_.try_emplace(robot.url, Desk{RateLimiter{rate_of(robot.kind)}, {}}).first->second;
    const std::vector<std::string> bodies = robot_bodies(robot.kind, dispatch.text);
    const auto under_way = desk.parts_delivered.find(dispatch.id);
    std::size_t part = under_way == desk.parts_delivered.end() ? 0 : under_way->second;

    SendResult result{Outcome::delivered, "delivered before"};
    for (; part < bodies.size(); ++part) {
        const Instant left = clock_.now();
        if (const Instant free = desk.limiter.free_at(left); free > left)
            co_return SendResult{Outcome::later, "waits: the robot takes no more for now", free - left};
        desk.limiter.left(left);
        RobotPost signed_post = sign(robot, bodies[part], left);
        const HttpPost request{.url = std::move(signed_post.url), .body = std::move(signed_post.body)};
        const HttpReply reply = co_await hand_over(request);
        const Instant now = clock_.now();
        desk.limiter.answered(left, now);
        result = reply.status == 0 ? SendResult{Outcome::retry, reply.problem} : read_robot_answer(robot.kind, reply.body);
        if (result.outcome == Outcome::later) desk.limiter.close_until(now + result.wait);
        if (result.outcome == Outcome::refused) desk.parts_delivered.erase(dispatch.id);
        if (result.outcome != Outcome::delivered) co_return result;
        if (bodies.size() > 1) desk.parts_delivered[dispatch.id] = part + 1;
    }
    desk.parts_delivered.erase(dispatch.id);
    co_return result;
}

}  // namespace planwatch
