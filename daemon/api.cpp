#include "daemon/api.hpp"

#include "daemon/negotiation.hpp"
#include "daemon/problem_json.hpp"
#include "daemon/schema.hpp"
#include "rules/nearest.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace planwatch {

struct Api::Route {
    std::string_view method;
    std::string_view path;  // "{}" stands for one segment, handed over as `subject`
    Access access;
    Response (Api::*answer)(const Call&);              // at once,
    asio::awaitable<Response> (Api::*act)(Call) = nullptr;  // or after a wait
};

const Api::Route Api::routes[] = {
    {"POST", "/api/v1/submissions", Access::submit, nullptr, &Api::post_submissions},
    {"GET", "/api/v1/submissions", Access::read, &Api::submissions},
    {"POST", "/api/v1/filings", Access::submit, nullptr, &Api::post_filings},
    {"GET", "/api/v1/plans", Access::read, &Api::plans},
    {"GET", "/api/v1/plans/{}", Access::read, &Api::plan},
    {"GET", "/api/v1/indicators", Access::read, nullptr, &Api::indicators},
    {"GET", "/api/v1/slots", Access::read, &Api::slots},
    {"GET", "/api/v1/alerts", Access::read, &Api::alerts},
    {"GET", "/api/v1/alerts/{}", Access::read, &Api::alert},
    {"GET", "/api/v1/alerts/{}/history", Access::read, &Api::history},
    {"GET", "/api/v1/alerts/{}/explain", Access::read, &Api::explain_alert},
    {"POST", "/api/v1/alerts/{}/ack", Access::admin, nullptr, &Api::acknowledge},
    {"POST", "/api/v1/silences", Access::admin, nullptr, &Api::post_silence},
    {"GET", "/api/v1/silences", Access::read, &Api::silences},
    {"DELETE", "/api/v1/silences/{}", Access::admin, nullptr, &Api::end_silence},
    {"POST", "/api/v1/slots/{}/extension", Access::admin, nullptr, &Api::extend},
    {"POST", "/api/v1/slots/{}/waiver", Access::admin, nullptr, &Api::waive},
    {"GET", "/api/v1/decisions", Access::read, &Api::decisions},
    {"GET", "/api/v1/history", Access::read, nullptr, &Api::all_history},
    {"GET", "/api/v1/explain", Access::read, nullptr, &Api::explain_unit},
    {"GET", "/api/v1/reports", Access::read, &Api::reports},
    {"GET", "/api/v1/reports/{}", Access::read, nullptr, &Api::report},
    {"GET", "/api/v1/reports/sent/{}", Access::read, &Api::sent_report},
    {"POST", "/api/v1/reports/{}/preview", Access::admin, nullptr, &Api::preview_report},
    {"GET", "/ack/{}", Access::anyone, &Api::show_link},
    {"POST", "/ack/{}", Access::anyone, nullptr, &Api::use_link},
    {"GET", "/api/v1/calendar.ics", Access::read, &Api::calendar},
    {"GET", "/metrics", Access::local, nullptr, &Api::metrics},
    {"GET", "/-/healthy", Access::local, &Api::healthy},
    {"GET", "/-/ready", Access::local, &Api::ready},
    {"POST", "/-/reload", Access::admin, nullptr, &Api::reload},
};

struct Api::Match {
    const Route* route = nullptr;  // null: nothing by this path and method
    std::string_view subject;
    std::string allowed;  // the methods of the path, where it exists
};

namespace {

constexpr std::chrono::seconds tokens_seen_for{1};  // how long a token that another process revoked may still be good

// The variable segment where `path` fits `pattern`; empty, but present, where the pattern has none.
std::optional<std::string_view> fits(std::string_view pattern, std::string_view path)
{
    const std::size_t hole = pattern.find("{}");
    if (hole == std::string_view::npos) return pattern == path ? std::optional{std::string_view{}} : std::nullopt;
    const std::string_view before = pattern.substr(0, hole);
    const std::string_view after = pattern.substr(hole + 2);
    if (!path.starts_with(before)) return std::nullopt;
    path.remove_prefix(before.size());
    if (!path.ends_with(after)) return std::nullopt;
    path.remove_suffix(after.size());
    if (path.empty() || path.find('/') != std::string_view::npos) return std::nullopt;
    return path;
}

Response unauthorised(std::string_view detail)
{
    Response response = problem(401, detail);
    response.headers = "WWW-Authenticate: Bearer realm=\"planwatch\"\r\n";
    return response;
}

std::string_view bearer(std::string_view authorization)
{
    constexpr std::string_view scheme = "bearer ";
    if (authorization.size() < scheme.size()) return {};
    const std::string said = boost::algorithm::to_lower_copy(std::string{authorization.substr(0, scheme.size())});
    if (said != scheme) return {};
    authorization.remove_prefix(scheme.size());
    authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
    return authorization;
}

asio::awaitable<Response> unless_storage_fails(asio::awaitable<Response> work)
{
    std::string failure;
    try {
        co_return co_await std::move(work);
    } catch (const StorageError& error) {
        failure = error.what();
    }
    co_return storage_failed(failure);
}

Response text(int status, std::string_view words) { return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::string{words}}; }

}  // namespace

// ---- shared by the endpoints

std::string media_type(std::string_view content_type)
{
    std::string type{content_type.substr(0, content_type.find(';'))};
    boost::algorithm::trim(type);
    boost::algorithm::to_lower(type);
    return type;
}

Response unsupported_media_type(std::string_view content_type, std::string_view accepted)
{
    const std::string said = content_type.empty() ? "the request says no Content-Type" : fmt::format("the Content-Type is '{}'", media_type(content_type));
    Response response = problem(415, fmt::format("{}; expected {}", said, accepted));
    response.headers = fmt::format("Accept-Post: {}\r\n", accepted);
    return response;
}

Response bad_query(const Problems& problems) { return problem(400, "the query is at fault; see errors", problems); }

Response not_found(std::string_view what, std::string_view id) { return problem(404, fmt::format("there is no {} '{}'", what, id)); }

Response storage_failed(std::string_view why)
{
    Response response = problem(503, fmt::format("nothing of this request was stored, the database failed: {}; try again when that is put right", why));
    response.headers = "Retry-After: 5\r\n";
    return response;
}

asio::awaitable<Response> answer_now(Response response) { co_return response; }

bool may_see(const Token* token, std::string_view plan) { return !token || token->plan.empty() || token->plan == plan; }

std::string author_of(const Token& token)
{
    return token.label.empty() ? fmt::format("token {}", token.id) : fmt::format("{} (token {})", token.label, token.id);
}

// Only a text that cannot be read at all has problems at a line and column instead of a place in its content.
bool is_syntax_error(const Problems& problems)
{
    const auto by_position = [](const Problem& each) {
        const std::size_t colon = each.path.rfind(':');
        if (colon == std::string::npos || colon + 1 == each.path.size() || colon == 0) return false;
        const auto digit = [](char c) { return c >= '0' && c <= '9'; };
        return digit(each.path[colon - 1]) && std::all_of(each.path.begin() + static_cast<std::ptrdiff_t>(colon) + 1, each.path.end(), digit);
    };
    return std::any_of(problems.begin(), problems.end(), by_position);
}

// ---- who may come in

Api::Api(Service& service, StoreReader& reader, TokenBook& tokens, Press& press, const Metrics& metrics, ApiHooks hooks)
    : service_{service}, reader_{reader}, tokens_{tokens}, press_{press}, hooks_{std::move(hooks)}, signer_{link_key_of(reader.database())},
      scrape_{metrics, reader.database().path()}
{
}

Api::Match Api::find(const Request& request) const
{
    Match match;
    for (const Route& route : routes) {
        const auto subject = fits(route.path, request.path);
        if (!subject) continue;
        if (route.method == request.method) return {&route, *subject, {}};
        match.allowed += match.allowed.empty() ? "" : ", ";
        match.allowed += route.method == "GET" ? "GET, HEAD" : route.method;
    }
    return match;
}

// Sets `token`, or says why not.
std::optional<Response> Api::authorise(Access access, const Request& request, const Token*& token)
{
    if (access == Access::anyone || (access == Access::local && request.from_loopback)) return std::nullopt;
    const std::string_view text = bearer(request.authorization);
    if (text.empty()) return unauthorised("this needs a token: \"Authorization: Bearer pw_…\"; `planwatch token create` makes one");
    if (const auto now = std::chrono::steady_clock::now(); now - tokens_seen_ >= tokens_seen_for) {
        tokens_.refresh();
        tokens_seen_ = now;
    }
    token = tokens_.find(text);
    if (!token) return unauthorised("the token is unknown or revoked");
    // By the real clock, also where the plans are watched in virtual time.
    if (token->expires && token->expired(SystemClock{}.now()))
        return unauthorised(fmt::format("the token expired at {}; ask for a new one, which `planwatch token create` makes", format_instant_utc(*token->expires)));
    const TokenRole role = token->role;
    if (access == Access::submit && role == TokenRole::read) return problem(403, "this needs a token of role submit or admin; this one's role is read");
    if (access == Access::admin && role != TokenRole::admin) {
        return problem(403, fmt::format("this needs a token of role admin; this one's role is {}", to_string(role)));
    }
    if (access == Access::local && role == TokenRole::submit) return problem(403, "this needs a token of role read or admin; this one's role is submit");
    return std::nullopt;
}

// No coroutine itself: what is known at once costs no second frame.
asio::awaitable<Response> Api::handle(const Request& request)
{
    const Match match = find(request);
    if (!match.route && match.allowed.empty()) return answer_now(not_found("resource", request.path));
    if (!match.route) {
        Response response = problem(405, fmt::format("this resource knows {}", match.allowed));
        response.headers = fmt::format("Allow: {}\r\n", match.allowed);
        return answer_now(std::move(response));
    }
    try {
        Call call{.request = request, .token = nullptr, .subject = match.subject};
        if (auto refusal = authorise(match.route->access, request, call.token)) return answer_now(std::move(*refusal));
        if (match.route->act) return unless_storage_fails((this->*match.route->act)(call));
        return answer_now((this->*match.route->answer)(call));
    } catch (const SqliteError& error) {
        spdlog::error("reading for {} failed: {}", match.route->path, error.what());
        return answer_now(storage_failed(error.what()));
    }
}

std::vector<const Engine*> Api::engines_for(const Call& call) const
{
    std::vector<const Engine*> engines = service_.engines();
    std::erase_if(engines, [&](const Engine* engine) { return !may_see(call.token, engine->policy().plan.id); });
    return engines;
}

// A plan that the caller may not see is as unknown as one that does not exist.
std::vector<const Engine*> Api::engines_for(const Call& call, QueryReader& query) const
{
    std::vector<const Engine*> engines = engines_for(call);
    const std::string_view plan = query.text("plan");
    if (plan.empty()) return engines;
    const auto found = std::ranges::find(engines, plan, [](const Engine* engine) -> std::string_view { return engine->policy().plan.id; });
    if (found != engines.end()) return {*found};
    NearestName nearest{plan};
    for (const Engine* engine : engines) nearest.consider(engine->policy().plan.id);
    query.problem("plan", fmt::format("unknown plan '{}'{}", plan, nearest.suggestion()));
    return {};
}

// ---- health, metrics, reload

Response Api::healthy(const Call&) { return text(200, "planwatch is healthy\n"); }

Response Api::ready(const Call&)
{
    return service_.storage_ok() ? text(200, "planwatch is ready\n") : text(503, "the last write to the database failed; the log says why\n");
}

asio::awaitable<Response> Api::metrics(Call call)
{
    const MetricsRequest request{.format = negotiate_format(call.request.accept),
                                 .gzip = accepts_gzip(call.request.accept_encoding),
                                 .plan = call.token ? call.token->plan : ""};
    std::vector<std::shared_ptr<const PlanSamples>> plans = co_await service_.samples();
    DaemonStats stats = hooks_.stats();
    co_return co_await scrape_.answer(std::move(plans), std::move(stats), request);
}

asio::awaitable<Response> Api::reload(Call call)
{
    if (!call.token->plan.empty()) co_return problem(403, "this needs an admin token for all plans; this one is bound to a plan");
    const Problems problems = co_await hooks_.reload();
    if (!problems.empty()) co_return problem(422, "the new settings or plans are at fault, and the old ones stay; see errors", problems);
    co_return text(200, "reloaded\n");
}

}  // namespace planwatch
