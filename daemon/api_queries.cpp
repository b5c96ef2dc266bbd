// What is asked of plans: figures, plans, indicators, slots, due dates.
#include "daemon/api.hpp"
#include "daemon/decisions.hpp"
#include "daemon/problem_json.hpp"
#include "daemon/replay.hpp"
#include "exporters/calendar_feed.hpp"
#include "exporters/json.hpp"
#include "exporters/views.hpp"

#include <fmt/format.h>

namespace planwatch {
namespace {

constexpr std::int64_t most_items = 10'000;  // of submissions in one answer
constexpr std::int64_t usual_items = 1'000;

Response items(Json json) { return {.content_type = json_content_type, .body = std::move(json).text()}; }

// A ratio or an average has both; anything else a value. `measure`: none where the plan of today no longer has the indicator.
void write_figure(Json& json, const Figure& figure, std::optional<Measure> measure)
{
    const bool divided = measure ? *measure == Measure::ratio || *measure == Measure::average : figure.denominator != Decimal{};
    if (divided) {
        json.member("numerator", figure.numerator).member("denominator", figure.denominator);
    } else {
        json.member("value", figure.numerator);
    }
}

// A number or null. One that has no plan of today is shown in UTC.
std::string time_text(Instant at, const Engine* engine) { return engine ? format_instant(at, engine->policy().zone) : format_instant_utc(at); }

void write_row(Json& json, const FigureRow& row, const Engine* engine)
{
    const auto indicator = engine ? engine->policy().plan.indicator(row.indicator) : std::nullopt;
    const auto measure = indicator ? std::optional{engine->policy().plan.indicators[*indicator].measure} : std::nullopt;
    json.object().member("plan", row.plan).member("unit", row.unit).member("indicator", row.indicator);
    json.member("period", row.period.to_string()).member("revision", row.revision);
    write_figure(json, row.figure, measure);
    json.member("at", time_text(row.at, engine)).member("author", row.author).member("entry", row.seq).end_object();
}

// What one assessment is asked for: the whole, or one unit's part.
void write_assessments(Json& json, const Engine& engine, std::string_view unit)
{
    const Plan& plan = engine.policy().plan;
    const std::optional<UnitIndex> part = unit.empty() ? std::nullopt : plan.unit(unit);
    if (!unit.empty() && !part) return;
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
        const std::vector<UnitIndex>& units = plan.indicators[i].units;
        if (part && std::find(units.begin(), units.end(), *part) == units.end()) continue;
        write_assessment(json, engine, i, part);
    }
}

Response assessments(std::span<const Engine* const> engines, std::string_view unit)
{
    Json json;
    json.object().key("items").array();
    for (const Engine* engine : engines) write_assessments(json, *engine, unit);
    json.end_array().end_object();
    return items(std::move(json));
}

// Runs beside the daemon's thread: touches nothing but the database file.
asio::awaitable<Response> past_assessments(std::string database, std::vector<std::string> plans, std::string unit, Instant until)
{
    StoreReader reader{database};
    std::vector<std::unique_ptr<Engine>> engines;
    std::vector<const Engine*> view;
    for (const std::string& plan : plans) {
        if (auto engine = replay(reader, plan, until)) {
            view.push_back(engine.get());
            engines.push_back(std::move(engine));
        }
    }
    co_return assessments(view, unit);
}

std::vector<std::string> ids_of(std::span<const Engine* const> engines)
{
    std::vector<std::string> ids;
    for (const Engine* engine : engines) ids.push_back(engine->policy().plan.id);
    return ids;
}

}  // namespace

// Every revision, oldest first, by pages: `next`, where there are more, is the `after` of the next page.
Response Api::submissions(const Call& call)
{
    QueryReader query{call.request, {"plan", "unit", "indicator", "period", "as_of", "latest", "after", "limit"}};
    if (query.flag("latest")) return latest(call, query);
    const std::vector<const Engine*> engines = engines_for(call, query);
    FigureFilter filter;
    filter.plan = call.token->plan.empty() ? std::string{query.text("plan")} : call.token->plan;
    filter.unit = query.unit("unit", engines);
    filter.indicator = query.indicator("indicator", engines);
    filter.period = query.period("period");
    filter.as_of = query.instant("as_of");
    filter.after = query.number("after", 0, std::numeric_limits<std::int64_t>::max(), 0);
    filter.limit = query.number("limit", 1, most_items, usual_items);
    if (!query.problems().empty()) return bad_query(query.problems());

    const std::vector<FigureRow> rows = reader_.figures(filter);
    Json json;
    json.object().key("items").array();
    for (const FigureRow& row : rows) write_row(json, row, service_.engine(row.plan));
    json.end_array();
    if (std::ssize(rows) == filter.limit) json.member("next", rows.back().id);
    json.end_object();
    return items(std::move(json));
}

// The newest figure of every series, out of memory.
Response Api::latest(const Call& call, QueryReader& query)
{
    const std::vector<const Engine*> engines = engines_for(call, query);
    const std::string unit = query.unit("unit", engines);
    const std::string indicator = query.indicator("indicator", engines);
    for (const std::string_view name : {"period", "as_of", "after", "limit"}) {
        if (!query.text(name).empty()) query.problem(name, "does not go with latest=true, which shows the newest figure of every series");
    }
    if (!query.problems().empty()) return bad_query(query.problems());

    Json json;
    json.object().key("items").array();
    for (const Engine* engine : engines) {
        const Plan& plan = engine->policy().plan;
        for (std::uint32_t i = 0; i < engine->series_count(); ++i) {
            const Series series = engine->series(i);
            const std::span<const StoredFigure> figures = engine->figures_of(i);
            if (figures.empty()) continue;
            if (!unit.empty() && plan.units[series.unit].id != unit) continue;
            if (!indicator.empty() && plan.indicators[series.indicator].id != indicator) continue;
            const StoredFigure& newest = figures.back();
            json.object().member("plan", plan.id).member("unit", plan.units[series.unit].id);
            json.member("indicator", plan.indicators[series.indicator].id);
            json.member("period", newest.period.to_string()).member("revision", newest.revision);
            write_figure(json, newest.figure, plan.indicators[series.indicator].measure);
            json.member("at", format_instant(newest.at, engine->policy().zone)).end_object();
        }
    }
    json.end_array().end_object();
    return items(std::move(json));
}

Response Api::plans(const Call& call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) return bad_query(query.problems());
    Json json;
    json.object().key("items").array();
    for (const Engine* engine : engines_for(call)) {
        const Plan& plan = engine->policy().plan;
        json.object().member("id", plan.id).member("name", plan.name).member("issued", format_day(plan.issued)).member("year", plan.year);
        json.member("time_zone", plan.time_zone).member("version", engine->policy().version).end_object();
    }
    json.end_array().end_object();
    return items(std::move(json));
}

Response Api::plan(const Call& call)
{
    const QueryReader query{call.request, {}};
    if (!query.problems().empty()) return bad_query(query.problems());
    const Engine* engine = may_see(call.token, call.subject) ? service_.engine(call.subject) : nullptr;
    if (!engine) return not_found("plan", call.subject);
    return {.content_type = json_content_type, .body = plan_json(engine->policy())};
}

asio::awaitable<Response> Api::indicators(Call call)
{
    QueryReader query{call.request, {"plan", "unit", "as_of"}};
    const std::vector<const Engine*> engines = engines_for(call, query);
    std::string unit = query.unit("unit", engines);
    const std::optional<Instant> as_of = query.instant("as_of");
    if (as_of && *as_of > service_.clock().now()) query.problem("as_of", "lies in the future; nothing is known of it yet");
    if (!query.problems().empty()) co_return bad_query(query.problems());
    if (!as_of) co_return assessments(engines, unit);

    asio::awaitable<Response> work = past_assessments(reader_.database().path(), ids_of(engines), std::move(unit), *as_of);
    co_return co_await in_past(std::move(work));
}

Response Api::slots(const Call& call)
{
    QueryReader query{call.request, {"plan", "unit", "state", "duty", "period", "from", "to", "businesses"}};
    const std::vector<const Engine*> engines = engines_for(call, query);
    SlotFilter filter;
    filter.from = query.day("from");
    filter.to = query.day("to");
    filter.unit = query.unit("unit", engines);
    filter.duty = query.duty("duty", engines);
    filter.period = query.period("period");
    filter.businesses = query.flag("businesses");
    if (const std::string_view state = query.text("state"); !state.empty()) {
        filter.state = parse_slot_state(state);
        if (!filter.state) {
            query.problem("state", fmt::format("unknown state '{}'; expected upcoming, due_soon, overdue, on_time, late or waived", state));
        }
    }
    if (!query.problems().empty()) return bad_query(query.problems());

    Json json;
    json.object().key("items").array();
    write_slots(json, reader_, slot_rows(engines, filter));
    json.end_array().end_object();
    return items(std::move(json));
}

Response Api::calendar(const Call& call)
{
    QueryReader query{call.request, {"plan", "unit"}};
    const std::vector<const Engine*> engines = engines_for(call, query);
    SlotFilter filter;
    filter.unit = query.unit("unit", engines);
    if (!query.problems().empty()) return bad_query(query.problems());

    std::string name = engines.size() == 1 ? engines.front()->policy().plan.name : "planwatch";
    for (const Engine* engine : engines) {
        const auto unit = engine->policy().plan.unit(filter.unit);
        if (!unit) continue;
        name += " " + engine->policy().plan.units[*unit].name;
        break;
    }
    const std::vector<SlotRow> rows = slot_rows(engines, filter);
    return {.content_type = calendar_content_type, .body = calendar_feed(rows, name, service_.clock().now())};
}

}  // namespace planwatch
