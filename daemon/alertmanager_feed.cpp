#include "daemon/alertmanager_feed.hpp"

#include "exporters/secrets.hpp"
#include "exporters/utf8.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace planwatch {
namespace {

std::string push_url(std::string alertmanager)
{
    while (alertmanager.ends_with('/')) alertmanager.pop_back();
    return alertmanager.append(alertmanager_path);
}

std::string bearer_of(const std::filesystem::path& file)
{
    if (file.empty()) return {};
    std::string token = read_file(file).text;
    token.erase(std::min(token.find_first_of("\r\n"), token.size()));
    return token;
}

std::string words_of(const HttpReply& reply)
{
    constexpr std::size_t enough = 300;
    return reply.status == 0 ? reply.problem : fmt::format("{} {}", reply.status, excerpt(reply.body, enough));
}

}  // namespace

AlertmanagerFeed::AlertmanagerFeed(const asio::any_io_executor& executor, const Service& service, const Clock& clock, const Alertmanager& settings,
                                   std::string public_url)
    : service_{service}, clock_{clock}, url_{push_url(settings.url)}, bearer_{bearer_of(settings.bearer_file)}, feed_{std::move(public_url)}, news_{executor}
{
    stats_.url = masked_url(settings.url);
}

void AlertmanagerFeed::note(const Engine& engine, const Changes& changes)
{
    feed_.changed(engine, changes);
    if (feed_.due(clock_.now())) news_.cancel();
}

asio::awaitable<void> AlertmanagerFeed::run()
{
    while (!stopping_) {
        if (!feed_.due(clock_.now())) {
            co_await wait();
            continue;
        }
        const std::vector<const Engine*> engines = service_.engines();
        const std::string batch = feed_.next_batch(engines, clock_.now());
        if (!batch.empty()) co_await send(batch);
    }
}

void AlertmanagerFeed::stop()
{
    stopping_ = true;
    news_.cancel();
}

asio::awaitable<void> AlertmanagerFeed::wait()
{
    const auto left = feed_.next_round() - clock_.now();
    news_.expires_after(std::clamp<std::chrono::milliseconds>(left, std::chrono::milliseconds{1}, AlertFeed::interval));
    boost::system::error_code ignored;
    co_await news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> AlertmanagerFeed::send(const std::string& batch)
{
    HttpPost request{.url = url_, .body = batch};
    if (!bearer_.empty()) request.headers.push_back("Authorization: Bearer " + bearer_);
    const auto blocking = [&request]() -> asio::awaitable<HttpReply> { co_return post(request); };
    const HttpReply reply = co_await asio::co_spawn(threads_, blocking, asio::use_awaitable);
    // 400 is for alerts that it does not understand; the others of the batch it has taken, and to repeat all would not mend them.
    const bool accepted = reply.status >= 200 && reply.status < 300, understood = accepted || reply.status == 400;
    ++(accepted ? stats_.accepted : stats_.failed);
    if (accepted) stats_.last_accepted = clock_.now();
    const bool news = feed_.answered(understood, clock_.now());
    if (reply.status == 400) spdlog::error("Alertmanager at {} refused alerts: {}", stats_.url, without_secret(words_of(reply), bearer_));
    if (!news) co_return;
    if (understood)
        spdlog::info("Alertmanager at {} takes alerts again", stats_.url);
    else
        spdlog::warn("Alertmanager at {} took no alerts, they are sent again until it does: {}", stats_.url, without_secret(words_of(reply), bearer_));
}

AlertmanagerStats AlertmanagerFeed::stats() const
{
    AlertmanagerStats stats = stats_;
    stats.firing = feed_.firing();
    return stats;
}

}  // namespace planwatch
