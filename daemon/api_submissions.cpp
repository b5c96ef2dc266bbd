// The figures that reporting units hand in: POST /api/v1/submissions.
#include "config/submission.hpp"
#include "daemon/api_intake.hpp"
#include "daemon/problem_json.hpp"
#include "exporters/json.hpp"

#include <fmt/format.h>

namespace planwatch {
namespace {

constexpr std::string_view accepted_types = "application/json, text/csv, application/x-ndjson";

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

tl::expected<Reading<RawSubmission>, Response> read(const Request& request)
{
    const std::string type = media_type(request.content_type);
    const auto parse = type == "application/json"       ? parse_submissions
                       : type == "text/csv"             ? parse_submissions_csv
                       : type == "application/x-ndjson" ? parse_submissions_ndjson
                                                        : nullptr;
    if (!parse) return tl::unexpected{unsupported_media_type(request.content_type, accepted_types)};
    Read<RawSubmission> parsed = parse(request.body);
    if (!parsed) return tl::unexpected{refuse_body(parsed.error())};
    return *std::move(parsed);
}

void write_errors(Json& json, const Problems& problems, std::size_t position, const Places& places)
{
    json.key("errors").array();
    for (const Problem& each : problems) json.object().member("path", places.path_within(position, each.path)).member("message", each.message).end_object();
    json.end_array();
}

void write_answer(Json& json, const Names& names, const SubmissionAnswer& answer, std::size_t position, const Places& places)
{
    const bool accepted = answer.outcome == Outcome::stored || answer.outcome == Outcome::repeated;
    json.object().member("plan", names.plan).member("unit", names.unit).member("period", names.period);
    json.member("status", status_of(answer.outcome));
    if (accepted) {
        json.member("revision", answer.revision).key("follows");
        answer.follows > 0 ? json.value(answer.follows) : json.value(nullptr);
    } else {
        write_errors(json, answer.problems, position, places);
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
Response refuse(const SubmitResult& result, const Tally& tally, const Places& places)
{
    const Problems problems = problems_of(result.answers, places);
    if (tally.locked > 0 && tally.refused == 0) return problem(409, "the period is locked; nothing was stored", problems);
    return problem(422, "the figures are at fault; nothing was stored", problems);
}

Response answer(const std::vector<Names>& names, const SubmitResult& result, const Places& places, bool partial)
{
    const Tally counts = tally(result);
    const std::size_t accepted = counts.stored + counts.repeated;
    if (accepted == 0 || (!partial && accepted < names.size())) return refuse(result, counts, places);
    Json json;
    if (places.one_object()) {
        write_answer(json, names.front(), result.answers.front(), 0, places);
    } else {
        json.object().key("items").array();
        for (std::size_t i = 0; i < names.size(); ++i) write_answer(json, names[i], result.answers[i], i, places);
        json.end_array().end_object();
    }
    return {.status = counts.stored > 0 ? 201 : 200, .content_type = json_content_type, .body = std::move(json).text()};
}

}  // namespace

asio::awaitable<Response> Api::post_submissions(Call call)
{
    QueryReader query{call.request, {"partial"}};
    const bool partial = query.flag("partial");
    if (!query.problems().empty()) co_return bad_query(query.problems());
    tl::expected<Reading<RawSubmission>, Response> batch = read(call.request);
    if (!batch) co_return std::move(batch.error());
    if (auto refusal = forbid(*call.token, service_, owners_of(batch->records))) co_return std::move(*refusal);

    const std::vector<Names> names = names_of(batch->records);
    std::string author = author_of(*call.token);
    const SubmitResult result = co_await service_.submit(std::move(batch->records), std::move(author), partial);
    co_return answer(names, result, batch->places, partial);
}

}  // namespace planwatch
