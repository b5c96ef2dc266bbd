#include "daemon/commands/source.hpp"

#include "config/json.hpp"
#include "daemon/commands/stored_engines.hpp"
#include "daemon/decisions.hpp"
#include "daemon/explanation.hpp"
#include "daemon/chronicle.hpp"
#include "daemon/replay.hpp"
#include "daemon/unit_explanation.hpp"
#include "exporters/views.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch {
namespace {

std::string in(const Source::Query& query, const std::string& name)
{
    const auto found = query.find(name);
    return found == query.end() ? std::string{} : found->second;
}

class RemoteSource final : public Source {
public:
    explicit RemoteSource(const ServerChoice& server) : client_{server} {}

    std::vector<std::string> plans() override
    {
        std::vector<std::string> ids;
        for (const boost::json::value& plan : items_of(client_.get_json("/api/v1/plans"))) ids.push_back(text_in(plan, "id"));
        return ids;
    }
    std::string alerts(const Query& query) override { return client_.get_json("/api/v1/alerts", query); }
    std::string slots(const Query& query) override { return client_.get_json("/api/v1/slots", query); }
    std::string indicators(const Query& query) override { return client_.get_json("/api/v1/indicators", query); }
    std::string explanation(const std::string& alert) override
    {
        return client_.get_json("/api/v1/alerts/" + HttpClient::encode(alert) + "/explain");
    }
    std::string unit_explanation(const Query& query) override { return client_.get_json("/api/v1/explain", query); }
    std::string history(const Query& query) override { return client_.get_json("/api/v1/history", query); }

private:
    HttpClient client_;
};

class StoredSource final : public Source {
public:
    explicit StoredSource(const std::string& database) : reader_{database}, engines_{stored_engines(reader_)} {}

    std::vector<std::string> plans() override
    {
        std::vector<std::string> ids;
        for (const auto& engine : engines_) ids.push_back(engine->policy().plan.id);
        return ids;
    }

    std::string alerts(const Query& query) override
    {
        AlertFilter filter{.plan = in(query, "plan"),
                           .unit = in(query, "unit"),
                           .kind = parse_alert_kind(in(query, "kind")),
                           .state = in(query, "state"),
                           .limit = std::numeric_limits<std::int64_t>::max()};
        return list([&](Json& json) {
            for (const AlertRow& row : reader_.alerts(filter))
                if (const Engine* engine = find(row.plan)) write_alert(json, engine->policy(), shown(row, *engine), ended(row));
        });
    }

    std::string slots(const Query& query) override
    {
        const SlotFilter filter{.unit = in(query, "unit"), .state = parse_slot_state(in(query, "state"))};
        return list([&](Json& json) {
            for (const Engine* engine : chosen(query))
                write_slots(json, reader_, slot_rows(*engine, filter));
        });
    }

    std::string indicators(const Query& query) override
    {
        return list([&](Json& json) {
            for (const Engine* engine : chosen(query)) write_indicators(json, *engine, in(query, "unit"));
        });
    }

    std::string explanation(const std::string& alert) override
    {
        const std::string plan = alert.substr(0, alert.find(':'));
        const Engine* engine = find(plan);
        const std::optional<AlertRow> row = engine ? reader_.alert(plan, alert) : std::nullopt;
        if (!row) throw InputError{{{"", fmt::format("there is no alert '{}'; `planwatch alerts` shows them", alert)}}};
        return explanation_json(*engine, reader_, shown(*row, *engine), ended(*row));
    }

    std::string unit_explanation(const Query& query) override
    {
        std::vector<const Engine*> having = chosen(query);
        std::erase_if(having, [&](const Engine* engine) { return !engine->policy().plan.unit(in(query, "unit")); });
        if (having.empty()) throw InputError{{{"", fmt::format("there is no unit '{}'", in(query, "unit"))}}};
        if (having.size() > 1) throw InputError{{{"", fmt::format("{} plans have a unit '{}'; name one with --plan", having.size(), in(query, "unit"))}}};
        const Policy& policy = having.front()->policy();
        const auto then = replay(reader_, policy.plan.id, moment_option("--at", in(query, "at"), policy.zone));
        const auto unit = then ? then->policy().plan.unit(in(query, "unit")) : std::nullopt;
        if (!unit) throw InputError{{{"", fmt::format("at that moment there was no unit '{}' in plan {}", in(query, "unit"), policy.plan.id)}}};
        return unit_explanation_json(*then, reader_, *unit);
    }

    std::string history(const Query& query) override
    {
        std::vector<HistoryPlan> plans;
        for (const Engine* engine : chosen(query)) plans.push_back({engine->policy().plan.id, engine->policy().zone});
        HistoryFilter filter{.unit = in(query, "unit"), .kind = parse_alert_kind(in(query, "kind"))};
        if (const auto from = parse_instant(in(query, "from"))) filter.from = *from;
        if (const auto to = parse_instant(in(query, "to"))) filter.to = *to;
        return history_json(planwatch::history(reader_, plans, filter));
    }

private:
    static std::optional<Instant> ended(const AlertRow& row) { return row.state == "resolved" ? row.resolved_at : std::nullopt; }
    static Alert shown(const AlertRow& row, const Engine& engine) { return ended(row) ? row.alert : engine.alert_now(row.alert); }

    const Engine* find(std::string_view plan) const
    {
        const auto found = std::ranges::find_if(engines_, [&](const auto& engine) { return engine->policy().plan.id == plan; });
        return found == engines_.end() ? nullptr : found->get();
    }

    std::vector<const Engine*> chosen(const Query& query) const
    {
        std::vector<const Engine*> engines;
        const std::string plan = in(query, "plan");
        for (const auto& engine : engines_)
            if (plan.empty() || engine->policy().plan.id == plan) engines.push_back(engine.get());
        return engines;
    }

    static void write_indicators(Json& json, const Engine& engine, const std::string& unit)
    {
        const Plan& plan = engine.policy().plan;
        for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
            if (unit.empty()) {
                write_assessment(json, engine, i);
            } else if (const auto index = plan.unit(unit); index && engine.series_of(i, *index)) {
                write_assessment(json, engine, i, index);
            }
        }
    }

    template <class Write>
    static std::string list(Write write)
    {
        Json json;
        json.object().key("items").array();
        write(json);
        json.end_array().end_object();
        return std::move(json).text();
    }

    StoreReader reader_;
    std::vector<std::unique_ptr<Engine>> engines_;
};

}  // namespace

void add_source(CLI::App& command, SourceChoice& choice)
{
    add_server(command, choice.server);
    command.add_option("--data", choice.data, "Read the daemon's folder instead; needs no running daemon and no token")
        ->type_name("DIR")
        ->excludes("--server")
        ->excludes("--token-file")
        ->excludes("--ca-file");
}

std::unique_ptr<Source> open_source(const SourceChoice& choice)
{
    if (choice.data.empty()) return std::make_unique<RemoteSource>(choice.server);
    return std::make_unique<StoredSource>(database_in(choice.data));
}

boost::json::value read_json(const std::string& text)
{
    Result<boost::json::value> document = parse_json(text);
    if (!document) throw std::runtime_error{"the answer is no JSON: " + to_text(document.error())};
    return *std::move(document);
}

boost::json::array items_of(const std::string& list)
{
    const boost::json::value document = read_json(list);
    const boost::json::value* items = document.is_object() ? document.as_object().if_contains("items") : nullptr;
    return items && items->is_array() ? items->as_array() : boost::json::array{};
}

}  // namespace planwatch
