// Questions about the past that look at much of the store: on a thread of their own, on a connection of their own.
#include "daemon/api.hpp"
#include "daemon/chronicle.hpp"
#include "daemon/problem_json.hpp"
#include "daemon/replay.hpp"
#include "daemon/unit_explanation.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace planwatch {
namespace {

constexpr std::int64_t most_rows = 100'000;
constexpr std::int64_t usual_rows = 10'000;

// These run beside the daemon's thread and touch nothing but the database file.
asio::awaitable<Response> past_history(std::string database, std::vector<HistoryPlan> plans, HistoryFilter filter, bool csv)
{
    StoreReader reader{database};
    const HistoryPage page = history(reader, plans, filter);
    Response response{.content_type = json_content_type};
    if (csv) response.content_type = "text/csv; charset=utf-8";
    response.body = csv ? history_csv(page) : history_json(page);
    co_return response;
}

asio::awaitable<Response> past_unit(std::string database, std::string plan, std::string unit, Instant at)
{
    StoreReader reader{database};
    const std::unique_ptr<Engine> then = replay(reader, plan, at);
    const auto index = then ? then->policy().plan.unit(unit) : std::nullopt;
    if (!index) co_return problem(404, fmt::format("at that moment there was no unit '{}' in plan {}", unit, plan));
    co_return Response{.content_type = json_content_type, .body = unit_explanation_json(*then, reader, *index)};
}

}  // namespace

asio::awaitable<Response> Api::in_past(asio::awaitable<Response> work)
{
    std::string failure;
    try {
        co_return co_await asio::co_spawn(past_.get_executor(), std::move(work), asio::use_awaitable);
    } catch (const SqliteError& error) {
        failure = error.what();
    }
    co_return storage_failed(failure);
}

asio::awaitable<Response> Api::all_history(Call call)
{
    QueryReader query{call.request, {"plan", "unit", "kind", "from", "to", "limit", "format"}};
    const std::vector<const Engine*> engines = engines_for(call, query);
    HistoryFilter filter;
    filter.unit = query.unit("unit", engines);
    filter.from = query.instant("from");
    filter.to = query.instant("to");
    filter.limit = static_cast<std::size_t>(query.number("limit", 1, most_rows, usual_rows));
    const std::string_view kind = query.text("kind");
    if (!kind.empty()) filter.kind = parse_alert_kind(kind);
    if (!kind.empty() && !filter.kind) query.problem("kind", fmt::format("unknown kind '{}'", kind));
    const std::string_view format = query.text("format");
    if (!format.empty() && format != "json" && format != "csv") query.problem("format", fmt::format("unknown format '{}'; expected json or csv", format));
    if (!query.problems().empty()) return answer_now(bad_query(query.problems()));
    std::vector<HistoryPlan> plans;
    for (const Engine* engine : engines) plans.push_back({engine->policy().plan.id, engine->policy().zone});
    return in_past(past_history(reader_.database().path(), std::move(plans), std::move(filter), format == "csv"));
}

asio::awaitable<Response> Api::explain_unit(Call call)
{
    QueryReader query{call.request, {"plan", "unit", "at"}};
    std::vector<const Engine*> engines = engines_for(call, query);
    const std::string unit = query.unit("unit", engines);
    if (unit.empty() && query.text("unit").empty()) query.problem("unit", "expected a unit's id");
    std::erase_if(engines, [&](const Engine* engine) { return !engine->policy().plan.unit(unit); });
    if (engines.size() > 1) query.problem("plan", fmt::format("{} plans have a unit '{}'; expected one of them", engines.size(), unit));
    std::optional<Instant> at;
    if (engines.size() == 1) {
        const Result<Instant> moment = parse_moment(query.text("at"), engines.front()->policy().zone);
        if (moment) at = *moment;
        else query.problem("at", R"(expected a moment: RFC 3339, "YYYY-MM-DD HH:MM" or YYYY-MM-DD in the plan's zone)");
    }
    if (at && *at > service_.clock().now()) query.problem("at", "lies in the future; nothing is known of it yet");
    if (!query.problems().empty()) return answer_now(bad_query(query.problems()));
    return in_past(past_unit(reader_.database().path(), engines.front()->policy().plan.id, unit, *at));
}

}  // namespace planwatch
