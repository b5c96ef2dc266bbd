// The server over real sockets with raw bytes: what it understands, and what it says to all else.
#include "daemon/http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <thread>

namespace planwatch {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct FixedClock final : Clock {
    Instant now() const override { return Instant{std::chrono::milliseconds{784'111'777'000}}; }  // the example of RFC 9110
    asio::awaitable<void> sleep_until(Instant) override { co_return; }
};

// Says back what it was asked; "/slow" takes a while, "/large" is long, "/pieces" comes in pieces, "/broken" throws.
asio::awaitable<Response> echo(const Request& request)
{
    if (request.path == "/broken") throw std::runtime_error{"secret of the inside"};
    if (request.path == "/slow") {
        asio::steady_timer timer{co_await asio::this_coro::executor, 300ms};
        co_await timer.async_wait(asio::use_awaitable);
    }
    if (request.path == "/large") co_return Response{.content_type = "text/plain", .body = std::string(std::size_t{8} << 20U, 'x')};
    if (request.path == "/pieces") {
        Response response{.content_type = "text/plain", .body = "head "};
        for (std::size_t i = 0; i < 1000; ++i) response.pieces.add(std::string(i * 7, static_cast<char>('a' + i % 26)));
        response.pieces.add({});
        co_return response;
    }
    std::string body = fmt::format("{} {} from {}\n", request.method, request.path, request.from_loopback ? "loopback" : "elsewhere");
    for (const QueryParameter& parameter : request.query) body += fmt::format("{}={}\n", parameter.name, parameter.value);
    body += fmt::format("authorization {} type {} body {}\n", request.authorization, request.content_type, request.body);
    co_return Response{.status = 201, .content_type = "text/plain", .body = body, .headers = "X-Test: yes\r\n"};
}

Http small_limits()
{
    Http settings;
    settings.listen.port = 0;
    settings.max_body = 1000;
    settings.max_header = 2000;
    settings.read_timeout = 1s;
    settings.idle_timeout = 60s;
    settings.max_connections = 8;
    return settings;
}

class HttpServerTest : public ::testing::Test {
protected:
    void start(const Http& settings = small_limits())
    {
        server_ = std::make_unique<HttpServer>(io_, clock_, settings, echo);
        server_->start();
        port_ = server_->port();
        thread_ = std::thread{[this] { io_.run(); }};
    }
    void stop(std::chrono::milliseconds bound = 5s)
    {
        std::promise<void> stopped;
        asio::co_spawn(io_, server_->stop(bound), [&](const std::exception_ptr&) { stopped.set_value(); });
        stopped.get_future().wait();
    }
    ~HttpServerTest() override
    {
        if (!thread_.joinable()) return;
        stop(0ms);
        thread_.join();
    }

    std::size_t connections()
    {
        std::promise<std::size_t> count;
        asio::post(io_, [&] { count.set_value(server_->connections()); });
        return count.get_future().get();
    }

    asio::io_context io_{1};
    FixedClock clock_;
    std::unique_ptr<HttpServer> server_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

class Client {
public:
    explicit Client(std::uint16_t port) { socket_.connect({asio::ip::make_address("127.0.0.1"), port}); }

    Client& say(std::string_view bytes)
    {
        boost::system::error_code ignored;  // a server that has said no may be gone already
        asio::write(socket_, asio::buffer(bytes), ignored);
        return *this;
    }
    Client& say_no_more()
    {
        socket_.shutdown(tcp::socket::shutdown_send);
        return *this;
    }
    // One answer: head, and as much body as its Content-Length says. `head_only`: to a HEAD.
    std::string hear(bool head_only = false)
    {
        std::size_t end;
        while ((end = heard_.find("\r\n\r\n")) == std::string::npos)
            if (!read()) return std::exchange(heard_, {});
        std::size_t size = end + 4;
        if (const auto field = heard_.find("Content-Length: "); !head_only && field < end) size += std::stoul(heard_.substr(field + 16));
        while (heard_.size() < size)
            if (!read()) break;
        std::string answer = heard_.substr(0, size);
        heard_.erase(0, size);
        return answer;
    }
    // All that comes until the server closes.
    std::string hear_all()
    {
        while (read()) {}
        return std::exchange(heard_, {});
    }

private:
    bool read()
    {
        char piece[4096];
        boost::system::error_code error;
        const std::size_t size = socket_.read_some(asio::buffer(piece), error);
        heard_.append(piece, size);
        return !error;
    }
    asio::io_context io_;
    tcp::socket socket_{io_};
    std::string heard_;
};

std::string get(std::string_view target, std::string_view fields = {}) { return fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n{}\r\n", target, fields); }

TEST_F(HttpServerTest, answers_a_request_with_its_parts_decoded)
{
    start();
    Client client{port_};
    client.say("POST /a%20b/%E4%B8%89?as_of=2023-10-20T00:00:00+08:00&x=1%2B1&y HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t\r\n"
               "Content-Type: text/csv\r\nContent-Length: 5\r\n\r\nhello");
    const std::string answer = client.hear();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 201 Created\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Test: yes\r\n"));
    EXPECT_THAT(answer, HasSubstr("POST /a b/三 from loopback\nas_of=2023-10-20T00:00:00+08:00\nx=1+1\ny=\n"));
    EXPECT_THAT(answer, HasSubstr("authorization Bearer t type text/csv body hello\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Connection:")));
}

TEST_F(HttpServerTest, serves_many_requests_on_one_connection_even_when_they_come_at_once)
{
    start();
    Client client{port_};
    client.say(get("/1") + get("/2") + "POST /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" + get("/4"));
    EXPECT_THAT(client.hear(), HasSubstr("GET /1 "));
    EXPECT_THAT(client.hear(), HasSubstr("GET /2 "));
    EXPECT_THAT(client.hear(), HasSubstr("body abc\n"));
    EXPECT_THAT(client.hear(), HasSubstr("GET /4 "));
    EXPECT_THAT(client.say(get("/5")).hear(), HasSubstr("GET /5 "));
}

TEST_F(HttpServerTest, keeps_or_closes_the_connection_as_the_client_asks)
{
    start();
    EXPECT_THAT(Client{port_}.say("GET /a HTTP/1.0\r\n\r\n").hear_all(), HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(Client{port_}.say(get("/a", "Connection: close\r\n")).hear_all(), HasSubstr("Connection: close\r\n"));
    Client old{port_};
    EXPECT_THAT(old.say("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").hear(), HasSubstr("Connection: keep-alive\r\n"));
    EXPECT_THAT(old.say("GET /b HTTP/1.0\r\n\r\n").hear(), HasSubstr("GET /b "));
}

TEST_F(HttpServerTest, answers_head_with_the_head_alone)
{
    start();
    Client client{port_};
    const std::string head = client.say("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n").hear(true);
    EXPECT_THAT(head, HasSubstr("Content-Length: "));
    EXPECT_THAT(head, Not(HasSubstr("Content-Length: 0")));
    EXPECT_THAT(client.say(get("/b")).hear(), StartsWith("HTTP/1.1 201")) << "no body stands between";
}

TEST_F(HttpServerTest, tells_a_client_that_waits_to_go_on)
{
    start();
    Client client{port_};
    client.say("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(client.hear(), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_THAT(client.say("abc").hear(), HasSubstr("body abc\n"));

    Client large{port_};
    large.say("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_THAT(large.hear_all(), StartsWith("HTTP/1.1 413 ")) << "without having sent the body";
}

// Among them empty ones, the first and the last.
TEST_F(HttpServerTest, sends_a_body_in_pieces_whole_and_in_order)
{
    start();
    std::string body = "head ";
    for (std::size_t i = 0; i < 1000; ++i) body += std::string(i * 7, static_cast<char>('a' + i % 26));
    Client client{port_};
    client.say("GET /pieces HTTP/1.1\r\nHost: h\r\n\r\nHEAD /pieces HTTP/1.1\r\nHost: h\r\n\r\nGET /after HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string answer = client.hear();
    EXPECT_EQ(answer.substr(answer.find("\r\n\r\n") + 4), body);
    EXPECT_THAT(client.hear(true), HasSubstr(fmt::format("Content-Length: {}\r\n", body.size())));
    EXPECT_THAT(client.hear(), HasSubstr("GET /after"));
}

TEST_F(HttpServerTest, reads_bodies_in_chunks_and_in_pieces)
{
    start();
    Client chunks{port_};
    chunks.say("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
    EXPECT_THAT(chunks.hear(), HasSubstr("body abcde\n"));

    Client pieces{port_};
    for (const char byte : std::string{"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd"}) pieces.say({&byte, 1});
    EXPECT_THAT(pieces.hear(), HasSubstr("body abcd\n"));
}

TEST_F(HttpServerTest, refuses_what_is_malformed_or_too_large_with_a_problem_document)
{
    start();
    const std::string much(3000, 'a');
    const std::string many = [] {
        std::string fields;
        for (int i = 0; i < 200; ++i) fields += fmt::format("X-{}: {}\r\n", i, i);
        return fields;
    }();
    const struct {
        const char* name;
        std::string bytes;
        int status;
    } cases[] = {
        {"no HTTP at all", "hello\r\n\r\n", 400},
        {"binary", std::string{"\x16\x03\x01\x00\xff\r\n\r\n", 9}, 400},
        {"a zero in a field", std::string{"GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", 35}, 400},
        {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two Hosts", get("/", "Host: other\r\n"), 400},
        {"two Authorizations", get("/", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), 400},
        {"a length that is no number", get("/", "Content-Length: 3x\r\n"), 400},
        {"a negative length", get("/", "Content-Length: -1\r\n"), 400},
        {"two lengths", get("/", "Content-Length: 3\r\nContent-Length: 4\r\n"), 400},
        {"a length beside chunks", get("/", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400},
        {"a chunk without a size", get("/", "Transfer-Encoding: chunked\r\n") + "xyz\r\n", 400},
        {"a broken escape", get("/%zz"), 400},
        {"a target that is no path", get("*"), 400},
        {"HTTP/2", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
        {"a long field", get("/", "X: " + much + "\r\n"), 431},
        {"many fields", get("/", many), 431},
        {"a long target", get("/" + much), 431},
        {"a long body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", 413},
        {"a body of 10^18 bytes", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000000000000\r\n\r\n", 413},
        {"chunks that never end", get("/", "Transfer-Encoding: chunked\r\n") + "3e9\r\n" + std::string(1001, 'a'), 413},
    };
    for (const auto& [name, bytes, status] : cases) {
        const std::string answer = Client{port_}.say(bytes).hear_all();
        EXPECT_THAT(answer, StartsWith(fmt::format("HTTP/1.1 {} ", status))) << name;
        EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json\r\n")) << name;
        EXPECT_THAT(answer, HasSubstr(fmt::format("\"status\":{},\"detail\":\"", status))) << name;
        EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << name;
    }
    EXPECT_THAT(Client{port_}.say(get("/after")).hear(), HasSubstr("GET /after ")) << "the server is unmoved";
}

TEST_F(HttpServerTest, says_that_a_request_was_cut_off)
{
    start();
    EXPECT_THAT(Client{port_}.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc").say_no_more().hear_all(), StartsWith("HTTP/1.1 400 "));
    EXPECT_EQ(Client{port_}.say_no_more().hear_all(), "") << "nothing was asked";
}

TEST_F(HttpServerTest, gives_up_on_a_request_that_takes_too_long)
{
    start();
    Client slow{port_};
    slow.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_THAT(slow.hear_all(), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST_F(HttpServerTest, closes_a_connection_on_which_nothing_is_asked)
{
    Http settings = small_limits();
    settings.idle_timeout = 1s;
    start(settings);
    Client silent{port_};
    EXPECT_EQ(silent.hear_all(), "");
    Client served{port_};
    EXPECT_THAT(served.say(get("/a")).hear(), StartsWith("HTTP/1.1 201"));
    EXPECT_EQ(served.hear_all(), "");
}

TEST_F(HttpServerTest, turns_away_connections_beyond_the_limit_and_serves_the_others)
{
    start();
    std::vector<std::unique_ptr<Client>> within;
    for (int i = 0; i < 8; ++i) {
        within.push_back(std::make_unique<Client>(port_));
        within.back()->say(get("/a"));
        EXPECT_THAT(within.back()->hear(), StartsWith("HTTP/1.1 201"));
    }
    const std::string refused = Client{port_}.say(get("/a")).hear_all();
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
    EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
    EXPECT_THAT(within.front()->say(get("/b")).hear(), HasSubstr("GET /b "));
    within.clear();
    while (connections() > 0) std::this_thread::yield();
    EXPECT_THAT(Client{port_}.say(get("/c")).hear(), StartsWith("HTTP/1.1 201")) << "there is room again";
}

TEST_F(HttpServerTest, tells_nobody_what_broke_inside)
{
    start();
    const std::string answer = Client{port_}.say(get("/broken")).hear_all();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, Not(HasSubstr("secret")));
}

TEST_F(HttpServerTest, sends_a_large_answer_whole_to_a_slow_reader)
{
    start();
    Client client{port_};
    client.say(get("/large"));
    std::this_thread::sleep_for(300ms);
    const std::string answer = client.hear();
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 8U * 1024 * 1024);
    EXPECT_THAT(client.say(get("/a")).hear(), StartsWith("HTTP/1.1 201"));
}

TEST_F(HttpServerTest, stopping_answers_what_is_in_hand_and_closes_the_rest)
{
    start();
    Client idle{port_};
    EXPECT_THAT(idle.say(get("/a")).hear(), StartsWith("HTTP/1.1 201"));
    Client busy{port_};
    busy.say(get("/slow"));
    std::this_thread::sleep_for(100ms);
    stop();
    const std::string answer = busy.hear_all();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 201"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_EQ(idle.hear_all(), "");
    EXPECT_THROW(Client{port_}, boost::system::system_error) << "nobody listens";
    thread_.join();
    EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(HttpServerTest, stopping_waits_no_longer_than_its_bound)
{
    start();
    Client unfinished{port_};
    unfinished.say("POST / HTTP/1.1\r\n");
    while (connections() == 0) std::this_thread::yield();
    std::this_thread::sleep_for(50ms);
    stop(100ms);
    EXPECT_EQ(unfinished.hear_all(), "");
    thread_.join();
}

TEST_F(HttpServerTest, says_which_address_it_cannot_have)
{
    start();
    Http taken = small_limits();
    taken.listen.port = port_;
    try {
        HttpServer second{io_, clock_, taken, echo};
        FAIL() << "listens on a port that is taken";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr(fmt::format("cannot listen on 127.0.0.1:{}: Address already in use", port_)));
    }
}

}  // namespace
}  // namespace planwatch
