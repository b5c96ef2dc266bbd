#include "daemon/channels.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace planwatch {
const Destination* Channels::find(std::string_view id) const
{
    const auto found = std::ranges::find(destinations_, id, &Destination::id);
    return found == destinations_.end() ? nullptr : &*found;
}

asio::awaitable<SendResult> Channels::send(Destination to, Dispatch dispatch)
{
    Desk& desk = desks_.try_emplace(to.url).first->second;
    desk.limiter.set(rate_of(to));
    const std::vector<std::string> bodies = bodies_of(to, dispatch);
    const auto under_way = desk.parts_delivered.find(dispatch.id);
    std::size_t part = under_way == desk.parts_delivered.end() ? 0 : under_way->second;

    SendResult result{SendResult::Outcome::delivered, "delivered before"};
    for (; part < bodies.size(); ++part) {
        const Instant left = clock_.now();
        const Instant free = desk.limiter.free_at(left);
        result = {SendResult::Outcome::later, "its rate is used up for now", free - left};
        if (free > left) co_return result;
        desk.limiter.left(left);
        const auto blocking = [&]() -> asio::awaitable<SendResult> { co_return hand_over(to, dispatch.id, bodies[part], left); };
        result = co_await asio::co_spawn(threads_, blocking, asio::use_awaitable);
        const Instant now = clock_.now();
        desk.limiter.answered(left, now);
        if (result.outcome == SendResult::Outcome::later) desk.limiter.close_until(now + result.wait);
        if (result.outcome == SendResult::Outcome::refused) desk.parts_delivered.erase(dispatch.id);
        if (result.outcome != SendResult::Outcome::delivered) co_return result;
        if (bodies.size() > 1) desk.parts_delivered[dispatch.id] = part + 1;
    }
    desk.parts_delivered.erase(dispatch.id);
    co_return result;
}

}  // namespace planwatch
