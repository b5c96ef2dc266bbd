// The API with a real service and a real database in a folder of the test's own, asked without a socket.
#pragma once

#include "daemon/api.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace planwatch::testing {

struct HandClock final : Clock {
    Instant time = at("2023-10-20T09:00:00+08:00");
    Instant now() const override { return time; }
    asio::awaitable<void> sleep_until(Instant) override { co_return; }
};

// What comes with a request beside its method and target.
struct Asked {
    std::string body;
    std::string type = "application/json";
    std::optional<std::string> token;  // none: the admin's; empty: not sent
    bool from_loopback = true;
    std::string accept;
    std::string accept_encoding;
};

// A body that comes in pieces, as the client sees it.
inline std::string joined(const Response& response)
{
    std::string text = response.body;
    for (const std::string_view piece : response.pieces.views) text += piece;
    return text;
}

class ApiTest : public ::testing::Test {
protected:
    ApiTest() : ApiTest(sources_with("time_zone =", "lock_after = \"120d\"\ntime_zone =")) {}
    explicit ApiTest(const Sources& all)
    {
        service_.open({{all, compiled(all)}});
        admin_ = token({.label = "head", .role = TokenRole::admin});
        samr_ = token({.label = "clerk", .role = TokenRole::submit, .plan = "example-2023", .units = {"samr"}});
        reader_token_ = token({.role = TokenRole::read});
    }

    std::string token(const Token& token) { return tokens_.create(token, clock_.now()); }

    // Waits for the answer; `target` is not percent-encoded.
    Response ask(std::string_view method, std::string_view target, const Asked& asked = {})
    {
        const std::string bearer = "Bearer " + asked.token.value_or(admin_);
        Request request{.method = method, .path = target.substr(0, target.find('?')), .content_type = asked.type, .accept = asked.accept, .accept_encoding = asked.accept_encoding, .body = asked.body};
        if (!asked.token || !asked.token->empty()) request.authorization = bearer;
        request.from_loopback = asked.from_loopback;
        for (std::size_t place = target.find('?'); place != std::string_view::npos;) {
            const std::size_t end = target.find('&', place + 1);
            const std::string_view pair = target.substr(place + 1, end == std::string_view::npos ? end : end - place - 1);
            const std::size_t equals = std::min(pair.find('='), pair.size());
            request.query.push_back({std::string{pair.substr(0, equals)}, std::string{pair.substr(std::min(equals + 1, pair.size()))}});
            place = end;
        }
        std::optional<Response> response;
        asio::awaitable<Response> work = api_.handle(request);
        asio::co_spawn(io_, std::move(work), [&](const std::exception_ptr& error, Response answer) {
            if (error) std::rethrow_exception(error);
            response = std::move(answer);
        });
        io_.restart();
        io_.run();
        if (!response) throw std::runtime_error{"the request was never answered"};
        return *response;
    }
    Response get(std::string_view target, const Asked& asked = {}) { return ask("GET", target, asked); }
    Response post(std::string_view target, std::string body, std::string type = "application/json")
    {
        return ask("POST", target, {.body = std::move(body), .type = std::move(type)});
    }
    Response submit(std::string body, std::string type = "application/json") { return post("/api/v1/submissions", std::move(body), std::move(type)); }

    static boost::json::value json(const Response& response) { return boost::json::parse(response.body); }
    static const boost::json::array& items(const boost::json::value& list) { return list.at("items").as_array(); }
    // "path: message" of a problem document, one a line.
    static std::string errors(const Response& response)
    {
        std::string text;
        const boost::json::value document = json(response);
        if (!document.as_object().contains("errors")) return text;
        for (const boost::json::value& each : document.at("errors").as_array()) {
            text += std::string{each.at("path").as_string()} + ": " + std::string{each.at("message").as_string()} + "\n";
        }
        return text;
    }
    std::uint64_t entries() { return reader_.ledger("", 1, 1'000'000).size(); }

    TempFolder folder_;
    HandClock clock_;
    asio::io_context io_{1};
    Store store_{folder_ / "planwatch.db"};
    Service service_{io_.get_executor(), clock_, store_};
    StoreReader reader_{store_.path()};
    TokenBook tokens_{store_.path()};
    Problems reload_problems_;
    int reloads_ = 0;
    Press press_{store_.path()};
    Api api_{service_, reader_, tokens_, press_, Metrics{}, {.stats = [] { return DaemonStats{.version = "1.2.3"}; }, .reload = [this] { return reload(); },
                                                                 .preview = [this](const ReportPaper&, std::string to) { return preview(std::move(to)); }}};
    std::vector<std::string> previews_;
    SendResult preview_result_{SendResult::Outcome::delivered, "250 ok"};
    std::string admin_, samr_, reader_token_;

private:
    asio::awaitable<Problems> reload()
    {
        ++reloads_;
        co_return reload_problems_;
    }
    asio::awaitable<SendResult> preview(std::string to)
    {
        previews_.push_back(std::move(to));
        co_return preview_result_;
    }
};

}  // namespace planwatch::testing
