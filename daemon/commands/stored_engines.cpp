#include "daemon/commands/stored_engines.hpp"

#include "config/policy.hpp"
#include "daemon/store_statements.hpp"

#include <fmt/format.h>
#include <map>
#include <stdexcept>

namespace planwatch {
namespace {

// What positions the names in the rows have in today's policy; rows of what the plan no longer has are passed over.
class Positions {
public:
    explicit Positions(const Engine& engine) : engine_{engine} {}

    std::optional<std::uint32_t> series(const FigureRow& row) const
    {
        const auto indicator = plan().indicator(row.indicator);
        const auto unit = plan().unit(row.unit);
        return indicator && unit ? engine_.series_of(*indicator, *unit) : std::nullopt;
    }

private:
    const Plan& plan() const { return engine_.policy().plan; }

    const Engine& engine_;
};

void read_figures(StoreReader& reader, const Positions& positions, FigureFilter page, Snapshot& snapshot)
{
    std::map<std::pair<std::uint32_t, Period>, StoredFigure> newest;
    while (true) {
        const std::vector<FigureRow> rows = reader.figures(page);
        if (rows.empty()) break;
        page.after = rows.back().id;
        for (const FigureRow& row : rows) {
            const auto series = positions.series(row);
            if (!series) continue;
            StoredFigure& figure = newest[{*series, row.period}];
            if (row.revision > figure.revision) figure = {*series, row.period, row.revision, row.figure, row.at};
        }
    }
    for (auto& [key, figure] : newest) snapshot.figures.push_back(figure);
}

Snapshot snapshot_of(StoreReader& reader, std::int64_t plan_row, const Engine& fresh, Instant now)
{
    const std::string& plan = fresh.policy().plan.id;
    const Positions positions{fresh};
    Snapshot snapshot{.now = now};
    read_slots(reader.database(), plan_row, fresh, snapshot);
    read_figures(reader, positions, {.plan = plan}, snapshot);
    read_decisions(reader.database(), plan_row, fresh, snapshot);
    for (AlertRow& row : reader.alerts({.plan = plan, .limit = std::numeric_limits<std::int64_t>::max()}))
        if (row.state != "resolved") snapshot.alerts.push_back(std::move(row.alert));
    return snapshot;
}

}  // namespace

std::vector<std::unique_ptr<Engine>> stored_engines(StoreReader& reader)
{
    std::vector<std::unique_ptr<Engine>> engines;
    reader.hold();
    Statement select{reader.database(), "SELECT payload, now, plan.id FROM plan JOIN ledger ON seq = adopted ORDER BY name"};
    for (Rows rows = select.query(); rows.next();) {
        const Result<Sources> sources = parse_sources(rows.view(0));
        const auto policy = sources ? compile(*sources) : tl::unexpected{sources.error()};
        if (!policy)
            throw std::runtime_error{
                fmt::format("{}: an adopted plan cannot be read any more:\n{}", reader.database().path(), to_text(policy.error()))};
        const Engine fresh{*policy};
        engines.push_back(std::make_unique<Engine>(*policy, snapshot_of(reader, rows.integer(2), fresh, rows.instant(1))));
    }
    reader.release();
    return engines;
}

}  // namespace planwatch
