// The courier: takes ripe rows out of the outbox, hands each to its channel, and records what became of it. A row stays
// waiting until the server has answered, so a crash sends a message twice under one Message-ID rather than never.
#pragma once

#include "config/settings.hpp"
#include "daemon/service.hpp"
#include "daemon/store.hpp"
#include "exporters/metrics.hpp"
#include "exporters/smtp.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <string>

namespace planwatch {

class Courier {
public:
    // Reads the SMTP password's file; throws std::system_error where it cannot.
    Courier(const asio::any_io_executor& executor, Service& service, Store& store, const Settings& settings, std::string public_url);

    // Runs until `stop`; a message under way is still brought to its end, and recorded.
    asio::awaitable<void> run();
    void wake() { news_.cancel(); }
    void stop();
    bool ended() const { return ended_; }

    CourierStats stats();

private:
    asio::awaitable<void> deliver(MessageRow row);
    SendResult hand_over(const MessageRow& row, const std::string& to, const std::string& mime) const;
    asio::awaitable<void> wait(std::optional<Instant> until);
    std::chrono::seconds backoff(std::uint32_t tries) const;

    Service& service_;
    Store& store_;
    Mail mail_;
    std::filesystem::path folder_;
    SmtpServer server_;
    std::string url_;
    asio::thread_pool threads_{1};  // libcurl blocks
    asio::steady_timer news_;
    CourierStats stats_;
    bool stopping_ = false;
    bool ended_ = false;
};

}  // namespace planwatch
