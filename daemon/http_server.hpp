// The HTTP/1.1 server: connections in, requests to one handler, answers out. Knows nothing of plans. Lives on the one
// thread that runs the io_context.
//
// Every limit has its own answer, a problem document: 400 malformed, 408 a request took longer than read_timeout, 413 body,
// 431 header, 503 with Retry-After past max_connections, 505 no HTTP/1. A connection without a request for
// idle_timeout is closed without a word, and so is one whose TLS handshake takes longer than read_timeout. Timeouts are looked at four times a second instead of with a timer a
// request, so they come up to 250 ms late.
#pragma once

#include "config/settings.hpp"
#include "daemon/certificate.hpp"
#include "daemon/clock.hpp"
#include "daemon/http_message.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace planwatch {

class HttpServer {
public:
    // An exception out of the handler is logged and answered with 500.
    using Handler = std::function<asio::awaitable<Response>(const Request&)>;

    // Listens when it returns; nobody is answered before `start`. `clock` gives the Date of answers. Throws std::runtime_error
    // that says which address cannot be had, and why.
    // `certificate`: for TLS; null for plain HTTP.
    HttpServer(asio::io_context& io, const Clock& clock, const Http& settings, Handler handler, std::shared_ptr<Certificate> certificate = nullptr);
    ~HttpServer();  // what is still under way lives on until the io_context is gone, but nobody new is let in

    std::uint16_t port() const;  // the one chosen, where the settings leave it open
    void start();
    // Connections from now on are shown this one; those that stand keep theirs.
    void renew(std::shared_ptr<Certificate> certificate);
    // No new connections; waiting ones are closed, requests in hand are answered, for at most `bound`; then all is closed.
    asio::awaitable<void> stop(std::chrono::milliseconds bound);

    std::size_t connections() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace planwatch
