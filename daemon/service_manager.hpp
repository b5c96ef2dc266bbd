// What systemd is told (sd_notify(3)): when the daemon serves, reloads, stops, and that it is alive. Without a service manager
// ($NOTIFY_SOCKET) nothing is sent.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string_view>

namespace planwatch::service_manager {

void ready(std::string_view status);  // also: a reload is over
void reloading();
void stopping();

// Once in a third of the watchdog's time: sends the sign of life if `moved` says that there was movement since it was last asked.
// Returns at once where the service manager keeps no watchdog over us.
boost::asio::awaitable<void> feed_watchdog(std::function<bool()> moved);

}  // namespace planwatch::service_manager
