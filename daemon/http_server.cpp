#include "daemon/http_server.hpp"

#include "daemon/http_session.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/chrono.h>
#include <spdlog/spdlog.h>

#include <stdexcept>
#include <unordered_set>

namespace planwatch {
namespace {

using boost::system::error_code;
constexpr std::chrono::milliseconds accept_pause{100};
// Connections beyond the limit that are told so at the same time; those beyond these are dropped.
constexpr std::size_t turned_away_at_once = 64;

std::string date_line(Instant now)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    return fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", fmt::gmtime(seconds.time_since_epoch().count()));
}

}  // namespace

// Shared by every coroutine of the server: it goes when the last of them has gone.
struct HttpServer::State : HttpShared, std::enable_shared_from_this<State> {
    using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

    State(asio::io_context& context, const Clock& daemon_clock, const Http& http, Handler answer, std::shared_ptr<Certificate> shown)
        : HttpShared{.settings = http, .handler = std::move(answer), .certificate = std::move(shown), .date = date_line(daemon_clock.now())},
          io{context}, clock{daemon_clock}, acceptor{context}, sweeper{context}, pause{context}, drained{context}
    {
    }

    void listen();
    asio::awaitable<void> accept(std::shared_ptr<State> self);
    asio::awaitable<void> sweep(std::shared_ptr<State> self);
    void welcome(HttpSocket socket);
    asio::awaitable<void> serve(std::shared_ptr<State> self, HttpSocket socket);
    void close();

    asio::io_context& io;
    const Clock& clock;
    Acceptor acceptor;
    asio::steady_timer sweeper;
    asio::steady_timer pause;
    asio::steady_timer drained;
    std::unordered_set<HttpSession*> sessions;
};

void HttpServer::State::listen()
{
    try {
        const tcp::endpoint endpoint{asio::ip::make_address(settings.listen.address), settings.listen.port};
        acceptor.open(endpoint.protocol());
        acceptor.set_option(tcp::acceptor::reuse_address{true});
        acceptor.bind(endpoint);
        acceptor.listen();
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error{fmt::format("cannot listen on {}:{}: {}; set [http] listen or --listen to an address that is free",
                                             settings.listen.address, settings.listen.port, error.code().message())};
    }
}

asio::awaitable<void> HttpServer::State::accept(std::shared_ptr<State> self)
{
    bool troubled = false;
    while (self->acceptor.is_open()) {
        auto [error, socket] = co_await acceptor.async_accept(with_error);
        if (!error) {
            welcome(std::move(socket));
        } else if (acceptor.is_open() && error != asio::error::connection_aborted) {
            // No file descriptor or no memory left: it passes when connections end.
            if (!troubled) spdlog::error("cannot accept connections at the moment: {}", error.message());
            pause.expires_after(accept_pause);
            co_await pause.async_wait(with_error);
        }
        troubled = static_cast<bool>(error);
    }
}

void HttpServer::State::welcome(HttpSocket socket)
{
    if (sessions.size() >= settings.max_connections + turned_away_at_once) return;
    asio::co_spawn(io, serve(shared_from_this(), std::move(socket)), asio::detached);
}

asio::awaitable<void> HttpServer::State::serve(std::shared_ptr<State> self, HttpSocket socket)
{
    struct Guest : HttpSession {
        Guest(State& state, HttpSocket connected) : HttpSession{state, std::move(connected)}, state_{state}
        {
            state_.sessions.insert(this);
        }
        ~Guest()
        {
            state_.sessions.erase(this);
            if (state_.stopping && state_.sessions.empty()) state_.drained.cancel();
        }
        State& state_;
    };
    const bool crowded = sessions.size() >= settings.max_connections;
    Guest session{*self, std::move(socket)};
    if (crowded) {  // no conditional expression here: GCC 12 destroys its result twice
        co_await session.turn_away();
    } else {
        co_await session.run();
    }
}

// One timer for all: moves the tick on, looks after every session, writes the date.
asio::awaitable<void> HttpServer::State::sweep(std::shared_ptr<State> self)
{
    while (self->acceptor.is_open() || !sessions.empty()) {
        sweeper.expires_after(tick_length);
        co_await sweeper.async_wait(with_error);
        ++tick;
        date = date_line(clock.now());
        for (HttpSession* session : sessions) session->check();
    }
}

void HttpServer::State::close()
{
    error_code ignored;
    stopping = true;
    acceptor.close(ignored);
    pause.cancel();
    for (HttpSession* session : sessions) session->close_if_idle();
    if (sessions.empty()) sweeper.cancel();
}

HttpServer::HttpServer(asio::io_context& io, const Clock& clock, const Http& settings, Handler handler, std::shared_ptr<Certificate> certificate)
    : state_{std::make_shared<State>(io, clock, settings, std::move(handler), std::move(certificate))}
{
    state_->listen();
}

HttpServer::~HttpServer() { state_->close(); }

std::uint16_t HttpServer::port() const { return state_->acceptor.local_endpoint().port(); }

void HttpServer::start()
{
    asio::co_spawn(state_->io, state_->accept(state_), asio::detached);
    asio::co_spawn(state_->io, state_->sweep(state_), asio::detached);
}

void HttpServer::renew(std::shared_ptr<Certificate> certificate) { state_->certificate = std::move(certificate); }

asio::awaitable<void> HttpServer::stop(std::chrono::milliseconds bound)
{
    const std::shared_ptr<State> state = state_;
    state->close();
    if (!state->sessions.empty()) {
        state->drained.expires_after(bound);
        co_await state->drained.async_wait(with_error);
    }
    if (!state->sessions.empty()) spdlog::warn("{} connections are closed with their requests unfinished", state->sessions.size());
    for (HttpSession* session : state->sessions) session->abort();
    state->sweeper.cancel();
}

std::size_t HttpServer::connections() const { return state_->sessions.size(); }

}  // namespace planwatch
