// Alerts: the list, one with its history and its reasons, and the word that somebody has taken it in hand.
#include "config/json.hpp"
#include "daemon/api.hpp"
#include "daemon/explanation.hpp"
#include "daemon/problem_json.hpp"
#include "exporters/json.hpp"
#include "exporters/views.hpp"
#include "rules/scan.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace planwatch {

// An alert that is active, or the last that is known of one that has ended.
struct Api::FoundAlert {
    const Engine* engine = nullptr;
    Alert alert;
    std::optional<Instant> resolved;
};

namespace {

constexpr std::size_t longest_comment = 2'000;      // bytes
constexpr std::chrono::hours longest_rest{24 * 366};  // of an acknowledgement

// "30m", "6h", "3d", "2w".
std::optional<std::chrono::seconds> parse_rest(std::string_view text)
{
    Scan scan{text};
    const std::optional<int> count = scan.number(4);
    if (!count || *count == 0) return std::nullopt;
    const struct { std::string_view letter; std::chrono::seconds length; } lengths[] = {
        {"m", std::chrono::minutes{1}}, {"h", std::chrono::hours{1}}, {"d", std::chrono::hours{24}}, {"w", std::chrono::hours{168}}};
    for (const auto& [letter, length] : lengths) {
        if (scan.take(letter)) return scan.done() ? std::optional{*count * length} : std::nullopt;
    }
    return std::nullopt;
}

// {"until": RFC 3339} or {"for": "3d"}, and perhaps "comment".
class AckReader {
public:
    explicit AckReader(Instant now) : now_{now} {}

    Result<Acknowledgement> read(std::string_view body)
    {
        const Result<boost::json::value> json = parse_json(body);
        if (!json) return tl::unexpected{json.error()};
        if (!json->is_object()) return fail("", "expected an object with \"until\" or \"for\", and perhaps \"comment\"");
        for (const auto& [key, value] : json->get_object()) member(key, value);
        if (times_ != 1 && problems_.empty()) problem("", "expected \"until\" (RFC 3339) or \"for\" (as in \"3d\"), one of them");
        if (problems_.empty() && ack_.until <= now_) problem("/until", "lies in the past; an acknowledgement ends at a moment to come");
        if (problems_.empty() && ack_.until > now_ + longest_rest) problem("/until", "lies more than a year ahead");
        if (!problems_.empty()) return tl::unexpected{std::move(problems_)};
        return std::move(ack_);
    }

private:
    void member(std::string_view key, const boost::json::value& value)
    {
        std::string path;
        append_pointer(path, key);
        if (key != "until" && key != "for" && key != "comment") return problem(path, "unknown; known are until, for, comment");
        if (!value.is_string()) return problem(path, "expected a string");
        const std::string_view text{value.get_string().data(), value.get_string().size()};
        if (key == "comment") return comment(text);
        ++times_;
        key == "until" ? until(text) : rest(text);
    }
    void until(std::string_view text)
    {
        const Result<Instant> read = parse_instant(text);
        if (!read) return problem("/until", fmt::format("'{}' is no instant; expected RFC 3339 with an offset", text));
        ack_.until = *read;
    }
    void rest(std::string_view text)
    {
        const auto length = parse_rest(text);
        if (!length) return problem("/for", fmt::format("'{}' is no length of time; expected a number and m, h, d or w, as in 3d", text));
        ack_.until = now_ + *length;
    }
    void comment(std::string_view text)
    {
        if (text.size() > longest_comment) return problem("/comment", fmt::format("is longer than {} bytes", longest_comment));
        ack_.comment = text;
    }
    void problem(std::string path, std::string message) { problems_.push_back({std::move(path), std::move(message)}); }

    Instant now_;
    Acknowledgement ack_;
    Problems problems_;
    int times_ = 0;
};

}  // namespace

// What is active comes from the engines; what has ended from the store.
Response Api::alerts(const Call& call)
{
    QueryReader query{call.request, {"state", "plan", "unit", "kind"}};
    const std::vector<const Engine*> engines = engines_for(call, query);
    const std::string_view state = query.text("state");
    const std::string unit = query.unit("unit", engines);
    const std::string_view kind_text = query.text("kind");
    const std::optional<AlertKind> kind = kind_text.empty() ? std::nullopt : parse_alert_kind(kind_text);
    if (!kind_text.empty() && !kind) query.problem("kind", fmt::format("unknown kind '{}'", kind_text));
    if (!state.empty() && state != "firing" && state != "pending" && state != "resolved") {
        query.problem("state", fmt::format("unknown state '{}'; expected firing, pending or resolved", state));
    }
    if (!query.problems().empty()) return bad_query(query.problems());

    Json json;
    json.object().key("items").array();
    for (const Engine* engine : engines) {
        const Policy& policy = engine->policy();
        if (state == "resolved") {
            for (const AlertRow& row : reader_.alerts({.plan = policy.plan.id, .unit = unit, .kind = kind, .state = "resolved"})) {
                write_alert(json, policy, row.alert, row.resolved_at);
            }
            continue;
        }
        for (const auto& [key, alert] : engine->alerts()) {
            if ((!unit.empty() && key.unit != unit) || (kind && key.kind != *kind)) continue;
            if (state.empty() || state == to_string(alert.state.phase)) write_alert(json, policy, alert);
        }
    }
    json.end_array().end_object();
    return {.content_type = json_content_type, .body = std::move(json).text()};
}

std::optional<Api::FoundAlert> Api::find_alert(const Call& call)
{
    const std::string_view plan = call.subject.substr(0, call.subject.find(':'));
    const Engine* engine = may_see(call.token, plan) ? service_.engine(plan) : nullptr;
    const auto key = engine ? AlertKey::parse(call.subject, plan) : std::nullopt;
    if (!key) return std::nullopt;
    if (const auto active = engine->alerts().find(*key); active != engine->alerts().end()) return FoundAlert{engine, active->second, {}};
    const std::optional<AlertRow> row = reader_.alert(plan, call.subject);
    if (!row || !row->resolved_at) return std::nullopt;
    return FoundAlert{engine, row->alert, row->resolved_at};
}

Response Api::alert(const Call& call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) return bad_query(query.problems());
    const auto found = find_alert(call);
    if (!found) return not_found("alert", call.subject);
    return {.content_type = json_content_type, .body = alert_json(found->engine->policy(), found->alert, found->resolved)};
}

Response Api::history(const Call& call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) return bad_query(query.problems());
    const auto found = find_alert(call);
    if (!found) return not_found("alert", call.subject);
    const Policy& policy = found->engine->policy();
    Json json;
    json.object().key("items");
    write_history(json, policy.zone, reader_.history(policy.plan.id, call.subject));
    json.end_object();
    return {.content_type = json_content_type, .body = std::move(json).text()};
}

// All that an officer asks of an alert: what it says, how it stands now, what is behind it, how it came, who was told.
Response Api::explain_alert(const Call& call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) return bad_query(query.problems());
    const auto found = find_alert(call);
    if (!found) return not_found("alert", call.subject);
    return {.content_type = json_content_type, .body = explanation_json(*found->engine, reader_, found->alert, found->resolved)};
}

asio::awaitable<Response> Api::acknowledge(Call call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) co_return bad_query(query.problems());
    if (media_type(call.request.content_type) != json_content_type) co_return unsupported_media_type(call.request.content_type, json_content_type);
    const auto found = find_alert(call);
    if (!found || found->resolved) co_return not_found("active alert", call.subject);
    Result<Acknowledgement> ack = AckReader{service_.clock().now()}.read(call.request.body);
    if (!ack) co_return problem(is_syntax_error(ack.error()) ? 400 : 422, "the acknowledgement is at fault; nothing was stored", ack.error());

    ack->alert = call.subject;
    ack->by = author_of(*call.token);
    std::string plan = found->engine->policy().plan.id;
    std::string failure;
    try {
        const SettleAnswer answer = co_await service_.acknowledge(std::move(plan), std::move(*ack));
        if (!answer.problems.empty()) co_return problem(422, "the acknowledgement is at fault; nothing was stored", answer.problems);
        const auto after = answer.found ? find_alert({call.request, nullptr, call.subject}) : std::nullopt;
        if (!after) co_return not_found("active alert", call.subject);
        co_return Response{.content_type = json_content_type, .body = alert_json(after->engine->policy(), after->alert, after->resolved)};
    } catch (const StorageError& error) {
        failure = error.what();
    }
    co_return storage_failed(failure);
}

}  // namespace planwatch
