// What a session reads from and writes to: a socket, or TLS over it. A session sees no difference but the handshake.
#pragma once

#include "daemon/certificate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <optional>

namespace planwatch {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
// With the io_context's own executor: a type-erased one costs at every operation.
using HttpSocket = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;

// An operation's error comes back beside its result instead of being thrown: a peer that goes away is nothing exceptional.
inline constexpr auto with_error = asio::as_tuple(asio::deferred);

class HttpStream {
public:
    // `certificate`: null for plain HTTP.
    HttpStream(HttpSocket socket, std::shared_ptr<Certificate> certificate);
    HttpStream(const HttpStream&) = delete;
    HttpStream& operator=(const HttpStream&) = delete;

    bool encrypted() const { return tls_.has_value(); }
    HttpSocket& socket() { return socket_; }

    // Before anything else where the stream is encrypted. A peer that speaks plain HTTP is to be told so in words that it understands:
    // the stream is plain from then on.
    enum class Greeting : std::uint8_t { done, plain_http, failed };
    asio::awaitable<Greeting> shake_hands();
    // Says in TLS that this is the end; bounded by the caller's cancel().
    asio::awaitable<void> say_goodbye();

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token)
    {
        return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this](auto handler, const Buffers& into) {
                if (tls_)
                    tls_->async_read_some(into, std::move(handler));
                else
                    socket_.async_read_some(into, std::move(handler));
            },
            token, buffers);
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token)
    {
        return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this](auto handler, const Buffers& from) {
                if (tls_)
                    tls_->async_write_some(from, std::move(handler));
                else
                    socket_.async_write_some(from, std::move(handler));
            },
            token, buffers);
    }
    // What goes into the socket's buffer without waiting; nothing where the stream is encrypted.
    std::size_t write_now(asio::const_buffer buffer);

    void cancel();
    void close();

private:
    HttpSocket socket_;
    std::shared_ptr<Certificate> certificate_;  // as it was when the peer came: a renewed one is for those who come later
    std::optional<asio::ssl::stream<HttpSocket&>> tls_;
};

}  // namespace planwatch
