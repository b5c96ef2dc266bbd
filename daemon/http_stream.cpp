#include "daemon/http_stream.hpp"

#include <openssl/ssl.h>
#include <spdlog/spdlog.h>

namespace planwatch {

using boost::system::error_code;

HttpStream::HttpStream(HttpSocket socket, std::shared_ptr<Certificate> certificate)
    : socket_{std::move(socket)}, certificate_{std::move(certificate)}
{
    error_code ignored;  // a connection that is broken already says so at the first read
    socket_.set_option(tcp::no_delay{true}, ignored);
    socket_.non_blocking(true, ignored);
    if (certificate_) tls_.emplace(socket_, certificate_->context());
}

asio::awaitable<HttpStream::Greeting> HttpStream::shake_hands()
{
    const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::server, with_error);
    if (!error) co_return Greeting::done;
    const bool from_openssl = error.category() == asio::error::get_ssl_category();
    if (from_openssl && ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST) {
        tls_.reset();
        co_return Greeting::plain_http;
    }
    spdlog::debug("a TLS handshake failed: {}", error.message());
    co_return Greeting::failed;
}

asio::awaitable<void> HttpStream::say_goodbye()
{
    if (tls_) co_await tls_->async_shutdown(with_error);
}

std::size_t HttpStream::write_now(asio::const_buffer buffer)
{
    if (tls_) return 0;
    error_code error;  // would_block, or what the rest will meet again
    return socket_.write_some(buffer, error);
}

void HttpStream::cancel()
{
    error_code ignored;
    socket_.cancel(ignored);
}

void HttpStream::close()
{
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace planwatch
