// What reporting units hand in: POST /api/v1/submissions and /api/v1/filings.
#include "config/submission.hpp"
#include "daemon/api.hpp"
#include "daemon/problem_json.hpp"
#include "exporters/json.hpp"

#include <fmt/format.h>

namespace planwatch {
namespace {

constexpr std::string_view accepted_types = "application/json, text/csv, application/x-ndjson";

// As it came, and how to answer it.
struct Batch {
    std::vector<RawSubmission> raw;
    bool alone = false;  // one JSON object, answered by one
};

// What of a submission stands in its answer; the submission itself goes to the service.
struct Names {
    std::string plan;
    std::string unit;
    std::string period;
};

std::vector<Names> names_of(const std::vector<RawSubmission>& raw)
{
    std::vector<Names> names;
    names.reserve(raw.size());
    for (const RawSubmission& each : raw) names.push_back({each.plan, each.unit, each.period});
    return names;
}

bool is_list(std::string_view json)
{
    const std::size_t first = json.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && json[first] == '[';
}

Response refuse(const Problems& problems)
{
    if (is_syntax_error(problems)) return problem(400, "the body cannot be read; nothing was stored", problems);
    return problem(422, "the body was read, and is at fault; nothing was stored", problems);
}

tl::expected<Batch, Response> read(const Request& request)
{
    const std::string type = media_type(request.content_type);
    Result<std::vector<RawSubmission>> parsed;
    bool alone = false;
    if (type == "application/json") {
        parsed = parse_submissions(request.body);
        alone = !is_list(request.body);
    } else if (type == "text/csv") {
        parsed = parse_submissions_csv(request.body);
    } else if (type == "application/x-ndjson") {
        parsed = parse_submissions_ndjson(request.body);
    } else {
        return tl::unexpected{unsupported_media_type(request.content_type, accepted_types)};
    }
    if (!parsed) return tl::unexpected{refuse(parsed.error())};
    if (parsed->empty()) return tl::unexpected{problem(422, "the body holds no submission; expected at least one")};
    return Batch{std::move(*parsed), alone};
}

// Every plan and unit that the token does not cover, said once each.
std::optional<Response> forbid(const Token& token, const std::vector<RawSubmission>& raw)
{
    Problems problems;
    for (const RawSubmission& each : raw) {
        if (may_submit(token, each.plan, each.unit)) continue;
        Problem found{"/unit", fmt::format("this token may not hand in for unit '{}' of plan '{}'", each.unit, each.plan)};
        if (std::find(problems.begin(), problems.end(), found) == problems.end()) problems.push_back(std::move(found));
    }
    if (problems.empty()) return std::nullopt;
    return problem(403, fmt::format("{}; it needs a submit token of that unit, or an admin token", problems.front().message), problems);
}

std::string_view status_of(Outcome outcome)
{
    switch (outcome) {
    case Outcome::stored: return "stored";
    case Outcome::repeated: return "repeated";
    case Outcome::locked: return "locked";
    case Outcome::refused: break;
    }
    return "refused";
}

void write_errors(Json& json, const Problems& problems)
{
    json.key("errors").array();
    for (const Problem& each : problems) json.object().member("path", each.path).member("message", each.message).end_object();
    json.end_array();
}

void write_answer(Json& json, const Names& names, const SubmissionAnswer& answer)
{
    const bool accepted = answer.outcome == Outcome::stored || answer.outcome == Outcome::repeated;
    json.object().member("plan", names.plan).member("unit", names.unit).member("period", names.period);
    json.member("status", status_of(answer.outcome));
    if (accepted) {
        json.member("revision", answer.revision).key("follows");
        answer.follows > 0 ? json.value(answer.follows) : json.value(nullptr);
    } else {
        write_errors(json, answer.problems);
    }
    json.end_object();
}

struct Tally {
    std::size_t stored = 0;
    std::size_t repeated = 0;
    std::size_t locked = 0;
    std::size_t refused = 0;  // with problems of their own; the others of a batch that failed have none
};

Tally tally(const SubmitResult& result)
{
    Tally tally;
    for (const SubmissionAnswer& answer : result.answers) {
        switch (answer.outcome) {
        case Outcome::stored: ++tally.stored; break;
        case Outcome::repeated: ++tally.repeated; break;
        case Outcome::locked: ++tally.locked; break;
        case Outcome::refused: tally.refused += answer.problems.empty() ? 0 : 1; break;
        }
    }
    return tally;
}

// Nothing was accepted: 409 where locked periods alone stood in the way.
Response refuse(const SubmitResult& result, const Tally& tally, bool alone)
{
    Problems problems;
    for (std::size_t i = 0; i < result.answers.size(); ++i) {
        for (const Problem& each : result.answers[i].problems) {
            problems.push_back({alone ? each.path : fmt::format("/{}{}", i, each.path), each.message});
        }
    }
    if (tally.locked > 0 && tally.refused == 0) return problem(409, "the period is locked; nothing was stored", problems);
    return problem(422, "the figures are at fault; nothing was stored", problems);
}

Response answer(const std::vector<Names>& names, const SubmitResult& result, bool alone, bool partial)
{
    const Tally counts = tally(result);
    const std::size_t accepted = counts.stored + counts.repeated;
    if (accepted == 0 || (!partial && accepted < names.size())) return refuse(result, counts, alone);
    Json json;
    if (alone) {
        write_answer(json, names.front(), result.answers.front());
    } else {
        json.object().key("items").array();
        for (std::size_t i = 0; i < names.size(); ++i) write_answer(json, names[i], result.answers[i]);
        json.end_array().end_object();
    }
    return {.status = counts.stored > 0 ? 201 : 200, .content_type = json_content_type, .body = std::move(json).text()};
}

tl::expected<RawFiling, Response> read_filing(const Request& request)
{
    if (media_type(request.content_type) != json_content_type) {
        return tl::unexpected{unsupported_media_type(request.content_type, json_content_type)};
    }
    auto parsed = parse_filings(request.body);
    if (!parsed) return tl::unexpected{refuse(parsed.error())};
    if (parsed->size() != 1) return tl::unexpected{problem(422, fmt::format("the body holds {} filings; expected one a request", parsed->size()))};
    return std::move(parsed->front());
}

Response answer(const RawFiling& raw, const FilingAnswer& filing)
{
    if (filing.outcome == Outcome::locked) return problem(409, "the period is locked; nothing was stored", filing.problems);
    if (filing.outcome == Outcome::refused) return problem(422, "the filing is at fault; nothing was stored", filing.problems);
    Json json;
    json.object().member("plan", raw.plan).member("unit", raw.unit).member("duty", raw.duty);
    json.member("period", std::string_view{filing.slot}.substr(filing.slot.rfind(':') + 1));
    json.member("status", status_of(filing.outcome)).member("slot", filing.slot).member("state", to_string(filing.state)).end_object();
    return {.status = filing.outcome == Outcome::stored ? 201 : 200, .content_type = json_content_type, .body = std::move(json).text()};
}

}  // namespace

asio::awaitable<Response> Api::post_submissions(Call call)
{
    QueryReader query{call.request, {"partial"}};
    const bool partial = query.flag("partial");
    if (!query.problems().empty()) co_return bad_query(query.problems());
    tl::expected<Batch, Response> batch = read(call.request);
    if (!batch) co_return std::move(batch.error());
    if (auto refusal = forbid(*call.token, batch->raw)) co_return std::move(*refusal);

    const std::vector<Names> names = names_of(batch->raw);
    std::string author = author_of(*call.token);
    std::string failure;
    try {
        const SubmitResult result = co_await service_.submit(std::move(batch->raw), std::move(author), partial);
        co_return answer(names, result, batch->alone, partial);
    } catch (const StorageError& error) {
        failure = error.what();
    }
    co_return storage_failed(failure);
}

asio::awaitable<Response> Api::post_filing(Call call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) co_return bad_query(query.problems());
    const tl::expected<RawFiling, Response> raw = read_filing(call.request);
    if (!raw) co_return raw.error();
    if (!may_submit(*call.token, raw->plan, raw->unit)) {
        co_return problem(403, fmt::format("this token may not hand in for unit '{}' of plan '{}'; it needs a submit token of that unit, or an admin token",
                                           raw->unit, raw->plan));
    }
    std::string author = author_of(*call.token);
    std::string failure;
    try {
        const FilingAnswer filing = co_await service_.file(*raw, std::move(author));
        co_return answer(*raw, filing);
    } catch (const StorageError& error) {
        failure = error.what();
    }
    co_return storage_failed(failure);
}

}  // namespace planwatch
