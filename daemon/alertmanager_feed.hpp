// Keeps one Alertmanager told of every plan's firing alerts (AlertFeed says of which and when). A task of its own, off the way of
// submissions: at most AlertFeed::most_in_batch alerts are written at a time, and libcurl blocks a thread of its own.
#pragma once

#include "config/settings.hpp"
#include "daemon/alert_feed.hpp"
#include "daemon/service.hpp"
#include "exporters/http_post.hpp"
#include "exporters/metrics.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <string>

namespace planwatch {

class AlertmanagerFeed {
public:
    // `clock` is the world's: Alertmanager's minutes are real ones also where the daemon lives in virtual time. `public_url` is the
    // daemon's own. Throws std::system_error where the token's file cannot be read.
    AlertmanagerFeed(const asio::any_io_executor& executor, const Service& service, const Clock& clock, const Alertmanager& settings, std::string public_url);

    void note(const Engine& engine, const Changes& changes);
    asio::awaitable<void> run();
    void stop();

    AlertmanagerStats stats() const;

private:
    asio::awaitable<void> wait();
    asio::awaitable<void> send(const std::string& batch);

    const Service& service_;
    const Clock& clock_;
    std::string url_;
    std::string bearer_;  // empty: none is sent
    AlertFeed feed_;
    asio::thread_pool threads_{1};
    asio::steady_timer news_;
    AlertmanagerStats stats_;
    bool stopping_ = false;
};

}  // namespace planwatch
