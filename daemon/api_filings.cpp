// The documents that reporting units hand in: POST /api/v1/filings.
#include "config/submission.hpp"
#include "daemon/api_intake.hpp"
#include "daemon/problem_json.hpp"
#include "exporters/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace planwatch {
namespace {

constexpr std::string_view filing_types = "application/json, text/csv";

tl::expected<Reading<RawFiling>, Response> read_filings(const Request& request)
{
    const std::string type = media_type(request.content_type);
    const auto parse = type == json_content_type ? parse_filings : type == "text/csv" ? parse_filings_csv : nullptr;
    if (!parse) return tl::unexpected{unsupported_media_type(request.content_type, filing_types)};
    Read<RawFiling> parsed = parse(request.body);
    if (!parsed) return tl::unexpected{refuse_body(parsed.error())};
    return *std::move(parsed);
}

// All problems at once; 409 where locked periods alone stood in the way.
Response refuse(const std::vector<FilingAnswer>& answers, const Places& places)
{
    const Problems problems = problems_of(answers, places);
    const auto at_most_locked = [](const FilingAnswer& each) { return each.problems.empty() || each.outcome == Outcome::locked; };
    if (std::ranges::all_of(answers, at_most_locked)) return problem(409, "the period is locked; nothing was stored", problems);
    return problem(422, places.one_object() ? "the filing is at fault; nothing was stored" : "some filings are at fault; nothing was stored", problems);
}

void write_answer(Json& json, const RawFiling& raw, const FilingAnswer& answer)
{
    json.object().member("plan", raw.plan).member("unit", raw.unit).member("duty", raw.duty).member("period", answer.period);
    json.member("status", status_of(answer.outcome));
    json.member("slot", fmt::format("{}:{}:{}:{}", raw.plan, raw.duty, raw.unit, answer.period)).member("state", to_string(answer.state)).end_object();
}

Response answer(const Reading<RawFiling>& batch, const std::vector<FilingAnswer>& answers)
{
    const auto at_fault = [](const FilingAnswer& each) { return each.outcome != Outcome::stored; };
    if (std::any_of(answers.begin(), answers.end(), at_fault)) return refuse(answers, batch.places);
    Json json;
    if (batch.places.one_object()) {
        write_answer(json, batch.records.front(), answers.front());
    } else {
        json.object().key("items").array();
        for (std::size_t i = 0; i < answers.size(); ++i) write_answer(json, batch.records[i], answers[i]);
        json.end_array().end_object();
    }
    return {.status = 201, .content_type = json_content_type, .body = std::move(json).text()};
}

}  // namespace

asio::awaitable<Response> Api::post_filings(Call call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) co_return bad_query(query.problems());
    const tl::expected<Reading<RawFiling>, Response> batch = read_filings(call.request);
    if (!batch) co_return batch.error();
    if (auto refusal = forbid(*call.token, service_, owners_of(batch->records))) co_return std::move(*refusal);

    std::vector<RawFiling> raw = batch->records;
    std::string author = author_of(*call.token);
    const std::vector<FilingAnswer> answers = co_await service_.file(std::move(raw), std::move(author));
    co_return answer(*batch, answers);
}

}  // namespace planwatch
