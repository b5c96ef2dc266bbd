// What people settle: that somebody has taken an alert in hand, silences, extensions, waivers. The ledger's author is always the
// token's, never what a body says.
#include "config/decision_json.hpp"
#include "config/json_members.hpp"
#include "config/text.hpp"
#include "daemon/api.hpp"
#include "daemon/decisions.hpp"
#include "daemon/digest.hpp"
#include "daemon/problem_json.hpp"
#include "exporters/json.hpp"
#include "exporters/views.hpp"
#include "rules/nearest.hpp"
#include "rules/scan.hpp"

#include <fmt/format.h>

namespace planwatch {
namespace {

constexpr std::size_t longest_reason = 2'000;         // bytes
constexpr std::chrono::hours longest_rest{24 * 366};  // of an acknowledgement or a silence

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

// Reads the body as an object by `read(members, problems)`, and refuses what that did not ask for.
template <class Read>
auto read_body(std::string_view body, Read read) -> Result<decltype(read(std::declval<JsonMembers&>(), std::declval<Problems&>()))>
{
    const Result<boost::json::value> json = parse_json(body);
    if (!json) return tl::unexpected{json.error()};
    JsonMembers members{&*json};
    Problems problems, further;
    auto what = read(members, further);
    members.refuse_unknown();
    members.add_to(problems);
    problems.insert(problems.end(), further.begin(), further.end());
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return what;
}

// {"until": RFC 3339} or {"for": "3d"}, counted from `from`.
Instant read_end(JsonMembers& members, Instant from, Instant now)
{
    const std::string rest = members.optional_text("for");
    const std::string until = members.optional_text("until");
    if (members.has("until") == members.has("for")) {
        members.wrong("until", R"(expected "until" (RFC 3339) or "for" (as in "3d"), one of them)");
        return {};
    }
    const auto length = rest.empty() ? std::nullopt : parse_rest(rest);
    if (!rest.empty() && !length) members.wrong("for", fmt::format("'{}' is no length of time; expected a number and m, h, d or w, as in 3d", rest));
    const Result<Instant> read = length ? Result<Instant>{from + *length} : parse_instant(until);
    if (!read && !until.empty()) members.wrong("until", fmt::format("'{}' is no instant; expected RFC 3339 with an offset", until));
    if (!read) return {};
    if (*read <= now) members.wrong("until", "lies in the past; expected a moment to come");
    if (*read > now + longest_rest) members.wrong("until", "lies more than a year ahead");
    return *read;
}

// What somebody says to it, for people to read.
std::string read_words(JsonMembers& members, const char* name, bool required)
{
    std::string words = required ? members.text(name) : members.optional_text(name);
    if (required && members.has(name) && words.find_first_not_of(" \t\r\n") == std::string::npos) members.wrong(name, "is empty; say why");
    if (words.size() > longest_reason) members.wrong(name, fmt::format("is longer than {} bytes", longest_reason));
    if (const auto wrong = text_problem(words)) members.wrong(name, *wrong);
    return words;
}

struct Asked {
    std::string plan;
    Silence silence;
};

Asked read_silence(JsonMembers& members, Instant now)
{
    Asked asked;
    asked.plan = members.text("plan");
    asked.silence.matchers = read_matchers(members);
    asked.silence.from = members.optional_text("from").empty() ? now : members.instant("from");
    asked.silence.until = read_end(members, asked.silence.from, now);
    asked.silence.comment = read_words(members, "comment", true);
    return asked;
}

RawExtension read_extension(JsonMembers& members)
{
    RawExtension extension;
    extension.until = members.day("until");
    extension.reason = read_words(members, "reason", true);
    return extension;
}

RawWaiver read_waiver(JsonMembers& members)
{
    RawWaiver waiver;
    waiver.reason = read_words(members, "reason", true);
    return waiver;
}

std::string new_silence_id()
{
    const auto bytes = random_bytes();
    return to_hex(std::span{bytes}.first(4));
}

// A slot's id taken apart; empty parts where it is none.
struct SlotName {
    std::string duty, unit, period;
};

SlotName slot_name(std::string_view id)
{
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= id.size();) {
        const std::size_t colon = std::min(id.find(':', from), id.size());
        parts.emplace_back(id.substr(from, colon - from));
        from = colon + 1;
    }
    return parts.size() == 4 ? SlotName{parts[1], parts[2], parts[3]} : SlotName{};
}

std::optional<SlotRow> find_slot(const Engine& engine, const SlotName& name)
{
    const auto period = Period::parse(name.period);
    if (!period || name.unit.empty() || name.duty.empty()) return std::nullopt;
    for (const SlotRow& row : slot_rows(engine, {.unit = name.unit, .duty = name.duty, .period = *period}))
        if (row.plan().units[row.unit].id == name.unit) return row;
    return std::nullopt;
}

Response no_slot(std::string_view id, const Engine* engine)
{
    std::string hint = "; GET /api/v1/slots lists them with their ids";
    const SlotName name = slot_name(id);
    if (name.duty.empty() || name.unit.empty() || name.period.empty()) {
        hint = ": a slot's id is plan:duty:unit:period" + hint;
    } else if (engine) {
        const Plan& plan = engine->policy().plan;
        std::vector<std::string> duties, units;
        for (const Duty& duty : plan.duties) duties.push_back(duty.id);
        for (const Unit& unit : plan.units) units.push_back(unit.id);
        if (!plan.duty(name.duty)) hint = fmt::format(": unknown duty '{}'{}", name.duty, suggestion(name.duty, duties));
        else if (!plan.unit(name.unit)) hint = fmt::format(": unknown unit '{}'{}", name.unit, suggestion(name.unit, units));
    }
    return problem(404, fmt::format("there is no slot '{}'{}", id, hint));
}

// What stands in the slot's own way is a conflict; what the request says wrongly is not.
Response not_settled(std::string_view what, const Problems& problems)
{
    const bool conflict = std::ranges::all_of(problems, [](const Problem& each) { return each.path.empty(); });
    return problem(conflict ? 409 : 422, fmt::format("the {} is at fault; nothing was stored", what), problems);
}

Response read_badly(std::string_view what, const Problems& problems)
{
    return problem(is_syntax_error(problems) ? 400 : 422, fmt::format("the {} is at fault; nothing was stored", what), problems);
}

Response one(Json json, int status = 200) { return {.status = status, .content_type = json_content_type, .body = std::move(json).text()}; }

Response slot_answer(const Engine& engine, StoreReader& reader, const SlotName& name)
{
    Json json;
    if (const auto row = find_slot(engine, name)) {
        Waivers waivers{reader};
        write_slot(json, *row, waivers.of(*row));
    }
    return one(std::move(json));
}

std::optional<SilenceRow> find_silence(StoreReader& reader, std::string_view plan, std::string_view id)
{
    for (SilenceRow& row : reader.silences(plan))
        if (row.silence.id == id) return std::move(row);
    return std::nullopt;
}

// A wrong query, or a body of another kind than JSON.
std::optional<Response> refusal_of(const Request& request)
{
    if (const QueryReader query{request, {}}; !query.problems().empty()) return bad_query(query.problems());
    if (media_type(request.content_type) != json_content_type) return unsupported_media_type(request.content_type, json_content_type);
    return std::nullopt;
}

}  // namespace

const Engine* Api::engine_of(const Call& call) const
{
    const std::string_view plan = call.subject.substr(0, call.subject.find(':'));
    return may_see(call.token, plan) ? service_.engine(plan) : nullptr;
}

asio::awaitable<Response> Api::acknowledge(Call call)
{
    if (auto refusal = refusal_of(call.request)) co_return std::move(*refusal);
    const auto found = find_alert(call);
    if (!found || found->resolved) co_return not_found("active alert", call.subject);
    const Instant now = service_.clock().now();
    Result<Acknowledgement> ack = read_body(call.request.body, [&](JsonMembers& members, Problems&) {
        return Acknowledgement{.alert = {}, .by = {}, .until = read_end(members, now, now), .comment = read_words(members, "comment", false)};
    });
    if (!ack) co_return read_badly("acknowledgement", ack.error());

    ack->alert = call.subject;
    ack->by = author_of(*call.token);
    std::string plan = found->engine->policy().plan.id;
    const SettleAnswer answer = co_await service_.acknowledge(std::move(plan), std::move(*ack));
    if (!answer.problems.empty()) co_return problem(422, "the acknowledgement is at fault; nothing was stored", answer.problems);
    const auto after = answer.found ? find_alert({call.request, nullptr, call.subject}) : std::nullopt;
    if (!after) co_return not_found("active alert", call.subject);
    co_return Response{.content_type = json_content_type, .body = alert_json(after->engine->policy(), after->alert, after->resolved)};
}

asio::awaitable<Response> Api::post_silence(Call call)
{
    if (auto refusal = refusal_of(call.request)) co_return std::move(*refusal);
    const Instant now = service_.clock().now();
    const Engine* engine = nullptr;
    Result<Asked> asked = read_body(call.request.body, [&](JsonMembers& members, Problems& problems) {
        Asked read = read_silence(members, now);
        std::vector<std::string> plans;
        for (const Engine* each : engines_for(call)) plans.push_back(each->policy().plan.id);
        if (std::ranges::find(plans, read.plan) != plans.end()) engine = service_.engine(read.plan);
        else if (!read.plan.empty()) problems.push_back({"/plan", fmt::format("unknown plan '{}'{}", read.plan, suggestion(read.plan, plans))});
        if (engine)
            for (Problem& unknown : engine->unknown_names(read.silence.matchers)) problems.push_back(std::move(unknown));
        return read;
    });
    if (!asked) co_return read_badly("silence", asked.error());

    asked->silence.id = new_silence_id();
    asked->silence.by = author_of(*call.token);
    const SettleAnswer answer = co_await service_.silence(asked->plan, asked->silence);
    if (!answer.problems.empty()) co_return not_settled("silence", answer.problems);
    const Engine* at = service_.engine(asked->plan);
    const auto row = answer.found && at ? find_silence(reader_, asked->plan, asked->silence.id) : std::nullopt;
    if (!row) co_return not_found("plan", asked->plan);
    Json json;
    write_silence(json, at->policy(), *row, service_.clock().now());
    co_return one(std::move(json), 201);
}

Response Api::silences(const Call& call)
{
    QueryReader query{call.request, {"plan", "state"}};
    const std::vector<const Engine*> engines = engines_for(call, query);
    const std::string_view state = query.text("state");
    if (!state.empty() && state != "active" && state != "pending" && state != "ended")
        query.problem("state", fmt::format("unknown state '{}'; expected active, pending or ended", state));
    if (!query.problems().empty()) return bad_query(query.problems());
    const Instant now = service_.clock().now();
    Json json;
    json.object().key("items").array();
    for (const Engine* engine : engines) {
        for (const SilenceRow& row : reader_.silences(engine->policy().plan.id))
            if (state.empty() || silence_state(row, now) == state) write_silence(json, engine->policy(), row, now);
    }
    json.end_array().end_object();
    return one(std::move(json));
}

asio::awaitable<Response> Api::end_silence(Call call)
{
    if (const QueryReader query{call.request, {}}; !query.problems().empty()) co_return bad_query(query.problems());
    const Engine* engine = engine_of(call);
    if (!engine) co_return not_found("silence", call.subject);
    std::string plan = engine->policy().plan.id;
    SilenceEnd end{.id = std::string{call.subject.substr(std::min(plan.size() + 1, call.subject.size()))}, .by = author_of(*call.token)};
    const auto before = find_silence(reader_, plan, end.id);
    if (!before) co_return not_found("silence", call.subject);
    if (before->ended) co_return problem(409, fmt::format("the silence '{}' ended at {}", call.subject, format_instant(*before->ended, engine->policy().zone)));
    const SettleAnswer answer = co_await service_.end_silence(plan, end);
    const auto after = find_silence(reader_, plan, end.id);
    engine = service_.engine(plan);
    if (!answer.found || !after || !engine) co_return problem(409, fmt::format("the silence '{}' has ended meanwhile", call.subject));
    Json json;
    write_silence(json, engine->policy(), *after, service_.clock().now());
    co_return one(std::move(json));
}

template <class Raw>
asio::awaitable<Response> Api::settle_slot(Call call, std::string_view what, Raw (*read)(JsonMembers&), asio::awaitable<SettleAnswer> (Service::*settle)(std::string, Raw))
{
    if (auto refusal = refusal_of(call.request)) co_return std::move(*refusal);
    const Engine* engine = engine_of(call);
    const SlotName name = slot_name(call.subject);
    if (!engine || !find_slot(*engine, name)) co_return no_slot(call.subject, engine);
    Result<Raw> raw = read_body(call.request.body, [&](JsonMembers& members, Problems&) { return read(members); });
    if (!raw) co_return read_badly(what, raw.error());
    raw->duty = name.duty;
    raw->unit = name.unit;
    raw->period = name.period;
    raw->by = author_of(*call.token);
    const std::string plan = engine->policy().plan.id;
    const SettleAnswer answer = co_await (service_.*settle)(plan, std::move(*raw));
    if (!answer.problems.empty()) co_return not_settled(what, answer.problems);
    engine = service_.engine(plan);
    if (!answer.found || !engine) co_return no_slot(call.subject, nullptr);
    co_return slot_answer(*engine, reader_, name);
}

asio::awaitable<Response> Api::extend(Call call) { return settle_slot(call, "extension", read_extension, &Service::extend); }

asio::awaitable<Response> Api::waive(Call call) { return settle_slot(call, "waiver", read_waiver, &Service::waive); }

Response Api::decisions(const Call& call)
{
    QueryReader query{call.request, {"plan"}};
    const std::vector<const Engine*> engines = engines_for(call, query);
    if (!query.problems().empty()) return bad_query(query.problems());
    Json json;
    json.object().key("items").array();
    for (const Engine* engine : engines)
        for (const DecisionRow& row : reader_.decisions(engine->policy().plan.id)) write_decision(json, engine->policy(), row);
    json.end_array().end_object();
    return one(std::move(json));
}

}  // namespace planwatch
