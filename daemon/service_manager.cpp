#include "daemon/service_manager.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <chrono>
#include <cstdint>

namespace planwatch::service_manager {

void ready(std::string_view status) { sd_notify(0, fmt::format("READY=1\nSTATUS={}", status).c_str()); }

void reloading()
{
    // The moment, by CLOCK_MONOTONIC, lets Type=notify-reload (systemd 253) tell this reload from an earlier one; older ones pass it over.
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", std::chrono::duration_cast<std::chrono::microseconds>(now).count()).c_str());
}

void stopping() { sd_notify(0, "STOPPING=1\nSTATUS=requests in hand are answered first"); }

boost::asio::awaitable<void> feed_watchdog(std::function<bool()> moved)
{
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) <= 0) co_return;
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
    for (;;) {
        if (moved()) sd_notify(0, "WATCHDOG=1");
        timer.expires_after(std::chrono::microseconds{microseconds / 3});
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

}  // namespace planwatch::service_manager
