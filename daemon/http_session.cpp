#include "daemon/http_session.hpp"

#include "daemon/http_target.hpp"
#include "daemon/link.hpp"
#include "daemon/problem_json.hpp"

#include <boost/beast/http/error.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace planwatch {
namespace {

using boost::system::error_code;

constexpr std::size_t header_read = std::size_t{4} * 1024;
constexpr std::size_t body_read = std::size_t{64} * 1024;
constexpr std::size_t copied_body = std::size_t{64} * 1024;  // up to here a copy costs less than a second buffer
constexpr std::size_t buffers_at_once = 64;                    // as many as Asio hands to the kernel in one call
constexpr std::chrono::seconds linger_time{2};
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

// Nothing in an answer may be sniffed, or kept by a proxy.
constexpr std::string_view security_headers =
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n";

bool is_loopback(const HttpSocket& socket)
{
    error_code error;
    const asio::ip::address address = socket.remote_endpoint(error).address();
    if (error) return false;
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    }
    return address.is_loopback();
}

// What of a target may stand in a log: no query, and no link, which is good for whoever reads it. `path`: the same, decoded.
std::string_view without_link(std::string_view target, std::string_view path)
{
    if (path.starts_with(link_path) || target.find(link_path) != std::string_view::npos) return link_path;
    return target.substr(0, target.find('?'));
}

Response too_long(const Http& settings)
{
    return problem(408, fmt::format("the request was not complete within {} s", settings.read_timeout.count()));
}

Response failure(const std::exception& error)
{
    spdlog::error("a request failed: {}", error.what());
    return problem(500, "the request failed inside the server; its log says why");
}

Response malformed(error_code error, const Http& settings)
{
    if (error == http::error::header_limit) {
        return problem(431, fmt::format("the header of the request is larger than {} bytes", settings.max_header));
    }
    if (error == http::error::body_limit) {
        return problem(413, fmt::format("the body is larger than {} bytes; send it in several requests", settings.max_body));
    }
    if (error == http::error::bad_version) return problem(505, "this server speaks HTTP/1.1 and HTTP/1.0");
    return problem(400, fmt::format("this is no HTTP request: {}", error.message()));
}

}  // namespace

HttpSession::HttpSession(HttpShared& shared, HttpSocket socket)
    : shared_{shared}, stream_{std::move(socket), shared.certificate}, from_loopback_{is_loopback(stream_.socket())}, since_{shared.tick}
{
}

// Conditions that await stand alone: GCC 12 miscompiles `a && co_await b` where b's result decides.
asio::awaitable<void> HttpSession::run()
{
    if (stream_.encrypted()) {
        if (!co_await greet()) co_return;
    }
    while (keep_alive_) {
        begin_request();
        while (!parse()) {
            if (must_continue()) {
                if (!sent_at_once()) {
                    if (!co_await send_rest()) co_return;
                }
                enter(Stage::reading);
            }
            const std::size_t room = parser_->is_header_done() ? body_read : header_read;
            const auto [error, size] = co_await stream_.async_read_some(buffer_.prepare(room), with_error);
            if (!received(error, size)) co_return;
        }
        Response response;
        if (understand()) {
            enter(Stage::handling);
            try {
                response = co_await shared_.handler(request_);
            } catch (const std::exception& error) {
                response = failure(error);
                keep_alive_ = false;
            }
        } else {
            response = std::move(*refusal_);
        }
        compose(response);
        if (!sent_at_once()) {
            if (!co_await send_rest()) co_return;
        }
    }
    co_await linger();
}

asio::awaitable<void> HttpSession::turn_away()
{
    if (stream_.encrypted()) {
        if (!co_await greet()) co_return;
    }
    Response response = problem(503, fmt::format("the server has its {} connections already; try again in a second",
                                                 shared_.settings.max_connections));
    response.headers = "Retry-After: 1\r\n";
    co_await say(response);
}

// The TLS handshake. False when there is nothing more to do: who spoke plain HTTP has been told so.
asio::awaitable<bool> HttpSession::greet()
{
    enter(Stage::greeting);
    const HttpStream::Greeting greeting = co_await stream_.shake_hands();
    if (greeting == HttpStream::Greeting::plain_http) {
        Response response = problem(400, "this port speaks TLS: the address begins with https://");
        co_await say(response);
    }
    co_return greeting == HttpStream::Greeting::done;
}

// A last word that answers no request.
asio::awaitable<void> HttpSession::say(Response& response)
{
    keep_alive_ = false;
    compose(response);
    bool heard = sent_at_once();
    if (!heard) heard = co_await send_rest();
    if (heard) co_await linger();
}

// What the client sent after the last request stays in the buffer: it is the beginning of this one.
void HttpSession::begin_request()
{
    received_.clear();
    parser_.emplace(received_, shared_.settings.max_header, shared_.settings.max_body);
    refusal_.reset();
    head_only_ = false;
    if (buffer_.size() == 0 && buffer_.capacity() > 4 * header_read) buffer_.shrink_to_fit();
    enter(buffer_.size() == 0 ? Stage::idle : Stage::reading);
}

// True when there is something to answer: a whole request, or what is wrong with it.
bool HttpSession::parse()
{
    if (refusal_) return true;
    while (buffer_.size() > 0 && !parser_->is_done()) {
        error_code error;
        const std::size_t used = parser_->put(buffer_.data(), error);
        buffer_.consume(used);
        if (error == http::error::need_more || (!error && used == 0)) break;
        if (error) {
            refuse(error);
            return true;
        }
    }
    return parser_->is_done();
}

// False when there is nothing left to do on this connection.
bool HttpSession::received(error_code error, std::size_t size)
{
    if (!error) {
        buffer_.commit(size);
        if (stage_ == Stage::idle) enter(Stage::reading);
        return true;
    }
    const bool begun = stage_ == Stage::reading;
    if (begun && timed_out_) {
        refuse(too_long(shared_.settings));
        return true;
    }
    if (begun && error == asio::error::eof) {
        refuse(problem(400, "the request ends before it is complete"));
        return true;
    }
    return false;
}

// The client waits for a word before it sends the body. What is refused by its header alone never gets here.
bool HttpSession::must_continue()
{
    if (!parser_->is_header_done() || !received_.expects_continue || received_.version < 11) return false;
    received_.expects_continue = false;
    if (!received_.body.empty()) return false;
    out_ = go_on;
    sent_ = 0;
    return true;
}

void HttpSession::refuse(Response response)
{
    refusal_ = std::move(response);
    keep_alive_ = false;  // where the next request begins cannot be known
}

void HttpSession::refuse(error_code error) { refuse(malformed(error, shared_.settings)); }

// Turns what was received into what the handler is asked; false: refused.
bool HttpSession::understand()
{
    if (refusal_) return false;
    if (received_.hosts > 1 || (received_.hosts == 0 && received_.version == 11)) {
        refuse(problem(400, "a request of HTTP/1.1 has one Host field"));
        return false;
    }
    if (!read_target(received_.target, path_, request_.query)) {
        refuse(problem(400, "the request's target is no valid path and query; other characters than those of a URL are percent-encoded"));
        return false;
    }
    head_only_ = received_.method == "HEAD";
    request_.method = head_only_ ? std::string_view{"GET"} : received_.method;
    request_.path = path_;
    request_.authorization = received_.authorization;
    request_.content_type = received_.content_type;
    request_.accept = received_.accept;
    request_.accept_encoding = received_.accept_encoding;
    request_.body = received_.body;
    request_.from_loopback = from_loopback_;
    keep_alive_ = parser_->keep_alive();
    return true;
}

void HttpSession::compose(Response& response)
{
    if (shared_.stopping) keep_alive_ = false;
    if (spdlog::should_log(spdlog::level::debug)) {
        spdlog::debug("{} {} {}", received_.method, without_link(received_.target, path_), response.status);
    }
    sent_ = 0;
    out_.clear();
    pieces_ = {};
    piece_ = piece_sent_ = 0;
    std::size_t length = response.body.size();
    for (const std::string_view piece : response.pieces.views) length += piece.size();
    out_.append("HTTP/1.1 ").append(fmt::format_int(response.status).c_str()).append(" ").append(status_phrase(response.status));
    out_.append("\r\n").append(shared_.date);
    out_.append("Content-Type: ").append(response.content_type);
    out_.append("\r\nContent-Length: ").append(fmt::format_int(length).c_str()).append("\r\n");
    out_.append(security_headers).append("Content-Security-Policy: ").append(response.content_security_policy).append("\r\n").append(response.headers);
    if (!keep_alive_) {
        out_.append("Connection: close\r\n");
    } else if (received_.version == 10) {
        out_.append("Connection: keep-alive\r\n");
    }
    out_.append("\r\n");
    if (head_only_) return;
    pieces_ = std::move(response.pieces);
    if (response.body.size() <= copied_body) {
        out_.append(response.body);
    } else {
        pieces_.add(std::move(response.body));
        std::rotate(pieces_.views.begin(), pieces_.views.end() - 1, pieces_.views.end());
    }
}

// The usual answer fits into the socket's buffer: one call, no waiting, no coroutine frame.
bool HttpSession::sent_at_once()
{
    enter(Stage::writing);
    if (!pieces_.views.empty()) return false;
    sent_ = stream_.write_now(asio::buffer(out_));
    return sent_ == out_.size();
}

void HttpSession::count_sent(std::size_t size)
{
    const std::size_t of_head = std::min(size, out_.size() - sent_);
    sent_ += of_head;
    size -= of_head;
    while (piece_ < pieces_.views.size()) {  // to its end, for the last ones may be empty
        const std::size_t left = pieces_.views[piece_].size() - piece_sent_;
        if (size < left) break;
        size -= left;
        ++piece_;
        piece_sent_ = 0;
    }
    piece_sent_ += size;
}

// False when the client is gone.
asio::awaitable<bool> HttpSession::send_rest()
{
    while (!all_sent()) {
        std::array<asio::const_buffer, buffers_at_once> rest;  // those left over are empty
        rest[0] = asio::buffer(out_) + sent_;
        for (std::size_t i = 1; i < rest.size() && piece_ + i - 1 < pieces_.views.size(); ++i) rest[i] = asio::buffer(pieces_.views[piece_ + i - 1]);
        rest[1] += piece_sent_;
        const auto [error, size] = co_await stream_.async_write_some(rest, with_error);
        if (error) co_return false;
        count_sent(size);
        enter(Stage::writing);  // it moves: the time begins again
    }
    pieces_ = {};
    piece_ = piece_sent_ = 0;
    co_return true;
}

// Closing while bytes of the client are unread would reset the connection and take our last answer with it: the client is told
// that this is the end, and is heard until it has understood.
asio::awaitable<void> HttpSession::linger()
{
    enter(Stage::lingering);
    co_await stream_.say_goodbye();
    error_code failed;
    stream_.socket().shutdown(tcp::socket::shutdown_send, failed);
    while (!failed) {
        buffer_.clear();
        const auto [error, size] = co_await stream_.socket().async_read_some(buffer_.prepare(header_read), with_error);
        failed = error;
    }
}

void HttpSession::enter(Stage stage)
{
    stage_ = stage;
    since_ = shared_.tick;
    timed_out_ = false;
}

bool HttpSession::lasts_longer_than(std::chrono::milliseconds limit) const { return (shared_.tick - since_) * tick_length > limit; }

void HttpSession::check()
{
    switch (stage_) {
    case Stage::greeting: timed_out_ = lasts_longer_than(shared_.settings.read_timeout); break;
    case Stage::idle: timed_out_ = lasts_longer_than(shared_.settings.idle_timeout); break;
    case Stage::reading: timed_out_ = lasts_longer_than(shared_.settings.read_timeout); break;
    case Stage::handling: break;
    case Stage::writing: timed_out_ = lasts_longer_than(shared_.settings.read_timeout); break;
    case Stage::lingering: timed_out_ = lasts_longer_than(linger_time); break;
    }
    if (timed_out_) stream_.cancel();
}

void HttpSession::close_if_idle()
{
    if (stage_ == Stage::greeting || stage_ == Stage::idle || stage_ == Stage::lingering) stream_.cancel();
}

void HttpSession::abort()
{
    stream_.close();
    keep_alive_ = false;
}

}  // namespace planwatch
