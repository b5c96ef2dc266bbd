// One connection of the HTTP server: requests in a straight line until one side has had enough.
#pragma once

#include "config/settings.hpp"
#include "daemon/http_message.hpp"
#include "daemon/http_parser.hpp"
#include "daemon/http_server.hpp"
#include "daemon/http_stream.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {

// What all sessions of a server share.
struct HttpShared {
    Http settings;
    HttpServer::Handler handler;
    std::shared_ptr<Certificate> certificate;  // for connections to come; null: plain HTTP
    std::uint32_t tick = 0;  // time, for timeouts: read at every request, so it is counted and not asked for
    std::string date;        // the Date line of this second
    bool stopping = false;
};
inline constexpr std::chrono::milliseconds tick_length{250};

class HttpSession {
public:
    HttpSession(HttpShared& shared, HttpSocket socket);

    asio::awaitable<void> run();
    // Says that there are too many connections, and ends.
    asio::awaitable<void> turn_away();

    // Called at every tick: ends what has taken too long.
    void check();
    // At the server's end: closes a connection that waits for a request; another one goes on to its answer.
    void close_if_idle();
    void abort();

private:
    enum class Stage : std::uint8_t { greeting, idle, reading, handling, writing, lingering };

    asio::awaitable<bool> greet();
    asio::awaitable<void> say(Response& response);
    void begin_request();
    bool parse();
    bool received(boost::system::error_code error, std::size_t size);
    bool must_continue();
    void refuse(Response response);
    void refuse(boost::system::error_code error);
    bool understand();
    void compose(Response& response);
    bool sent_at_once();
    bool all_sent() const { return sent_ == out_.size() && piece_ == pieces_.views.size(); }
    void count_sent(std::size_t size);
    asio::awaitable<bool> send_rest();
    asio::awaitable<void> linger();
    void enter(Stage stage);
    bool lasts_longer_than(std::chrono::milliseconds limit) const;

    HttpShared& shared_;
    HttpStream stream_;
    bool from_loopback_ = false;
    Stage stage_ = Stage::greeting;
    std::uint32_t since_ = 0;  // tick at which the stage began, or last made progress
    bool timed_out_ = false;

    boost::beast::flat_buffer buffer_;
    std::optional<RequestParser> parser_;
    ReceivedRequest received_;
    std::string path_;
    Request request_;
    std::optional<Response> refusal_;
    bool keep_alive_ = true;
    bool head_only_ = false;
    std::string out_;       // an answer's head, and its body where that is small
    std::size_t sent_ = 0;  // of it
    TextPieces pieces_;  // the body, or more of it, where it is not worth a copy
    std::size_t piece_ = 0;                                   // those before it are sent,
    std::size_t piece_sent_ = 0;                              // and so much of this one
};

}  // namespace planwatch
