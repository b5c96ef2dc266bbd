// What the daemon reads when it starts, and what the courier reads.
#include "daemon/store_statements.hpp"
#include "daemon/store_text.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <unordered_map>

namespace planwatch {
namespace {

constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

struct Place {
    std::uint32_t plan = nowhere;    // position among the plans that are read
    std::uint32_t series = nowhere;  // position within the plan
};

// Keeps the newest revision a series and period. Rows arrive in the order of storing. Corrections are few: only series that
// have any are looked through again.
class FigureCollector {
public:
    explicit FigureCollector(std::size_t series) : corrected_(series) {}

    void add(const StoredFigure& figure)
    {
        if (figure.revision > 1) {
            corrected_[figure.series] = true;
            any_corrected_ = true;
        }
        figures_.push_back(figure);
    }

    std::vector<StoredFigure> newest() &&
    {
        if (!any_corrected_) return std::move(figures_);
        std::unordered_map<std::uint64_t, std::uint32_t> revisions;
        const auto key = [](const StoredFigure& f) {
            return (std::uint64_t{f.series} << 32) | static_cast<std::uint32_t>(f.period.code());
        };
        for (const StoredFigure& f : figures_) {
            if (!corrected_[f.series]) continue;
            std::uint32_t& newest = revisions[key(f)];
            newest = std::max(newest, f.revision);
        }
        std::erase_if(figures_, [&](const StoredFigure& f) { return corrected_[f.series] && f.revision < revisions.at(key(f)); });
        return std::move(figures_);
    }

    void reserve(std::size_t rows) { figures_.reserve(rows); }

private:
    std::vector<StoredFigure> figures_;
    std::vector<bool> corrected_;
    bool any_corrected_ = false;
};

// From words to positions, for slots: the plan of today may lack what a row is about.
class SlotNames {
public:
    SlotNames(Database& database, const PlanView& view)
    {
        const Plan& plan = view.policy.plan;
        Statement word{database, "SELECT id FROM word WHERE text = ?1"};
        const auto add = [&](std::unordered_map<std::int64_t, std::uint32_t>& positions, const std::string& id, std::uint32_t position) {
            if (Rows rows = word.query(id); rows.next()) positions.emplace(rows.integer(0), position);
        };
        for (UnitIndex u = 0; u < plan.units.size(); ++u) add(units_, plan.units[u].id, u);
        for (DutyIndex d = 0; d < plan.duties.size(); ++d) {
            add(duties_, plan.duties[d].id, d);
            owing_.emplace_back(plan.units.size());
            for (const UnitIndex u : plan.duties[d].units) owing_[d][u] = true;
        }
        for (std::uint32_t i = 0; i < view.deadlines.size(); ++i)
            deadlines_.emplace(key(view.deadlines[i].duty, view.deadlines[i].period), i);
    }

    // Sets `deadline` and `unit` of `kept`; false where the plan has no such slot.
    bool place(std::int64_t duty, Period period, std::int64_t unit, KeptSlot& kept) const
    {
        const auto d = duties_.find(duty);
        const auto u = units_.find(unit);
        if (d == duties_.end() || u == units_.end() || !owing_[d->second][u->second]) return false;
        const auto deadline = deadlines_.find(key(d->second, period));
        if (deadline == deadlines_.end()) return false;
        kept.deadline = deadline->second;
        kept.unit = u->second;
        return true;
    }

private:
    static std::uint64_t key(DutyIndex duty, Period period) { return (std::uint64_t{duty} << 32) | static_cast<std::uint32_t>(period.code()); }

    std::unordered_map<std::int64_t, DutyIndex> duties_;
    std::unordered_map<std::int64_t, UnitIndex> units_;
    std::vector<std::vector<bool>> owing_;  // by duty, then unit
    std::unordered_map<std::uint64_t, std::uint32_t> deadlines_;
};

}  // namespace

std::vector<KeptSlot> read_slots(Database& database, std::int64_t plan, const PlanView& view)
{
    const SlotNames names{database, view};
    std::vector<KeptSlot> slots;
    Statement select{database, "SELECT duty, period, unit, state, handed_in, filed, due FROM slot WHERE plan = ?1"};
    for (Rows rows = select.query(plan); rows.next();) {
        KeptSlot kept;
        const Period period = Period::from_code(static_cast<std::int32_t>(rows.integer(1)));
        if (!names.place(rows.integer(0), period, rows.integer(2), kept)) continue;
        // A row says how long before or after the deadline of its time something was handed in; the deadline may have moved.
        const auto moved = std::chrono::floor<std::chrono::seconds>(rows.instant(6) - view.deadlines[kept.deadline].due.moment);
        kept.slot = {static_cast<std::int32_t>(rows.integer(4) + moved.count()), static_cast<SlotState>(rows.integer(3)), rows.integer(5) != 0};
        slots.push_back(kept);
    }
    return slots;
}

namespace {

std::vector<Alert> read_alerts(Database& database, std::int64_t plan)
{
    std::vector<Alert> alerts;
    Statement select{database, "SELECT " + std::string{alert_columns} + " FROM alert WHERE plan = ?1 AND state != 'resolved'"};
    for (Rows rows = select.query(plan); rows.next();) alerts.push_back(alert_of(rows, 0));
    return alerts;
}

}  // namespace

OutboxRow outbox_row(const Rows& rows)
{
    OutboxRow row;
    row.plan = rows.text(0);
    row.number = static_cast<std::uint64_t>(rows.integer(1));
    row.at = rows.instant(2);
    row.alert = rows.text(3);
    row.step = rows.text(4);
    row.severity = rows.text(5);
    row.recipient = {rows.text(6), rows.text(7), rows.text(8), rows.text(9)};
    row.why = rows.text(10);
    row.message_id = rows.text(11);
    row.state = rows.text(12);
    row.tries = static_cast<std::uint32_t>(rows.integer(13));
    row.next_try = rows.instant(14);
    row.answer = rows.text(15);
    row.closed_at = rows.optional_instant(16);
    return row;
}

Alert alert_of(const Rows& rows, int first)
{
    Alert alert;
    alert.key = {alert_kind_of(rows.view(first)), rows.text(first + 1), rows.text(first + 2), rows.text(first + 3)};
    alert.state = {phase_of(rows.view(first + 4)), rows.instant(first + 5)};
    alert.severity = severity_of(rows.view(first + 6));
    alert.why = rows.text(first + 7);
    alert.facts = facts_of_json(rows.view(first + 8));
    alert.told = recipients_of_json(rows.view(first + 9));
    alert.acknowledged_until = rows.optional_instant(first + 10);
    alert.acknowledged_by = rows.text(first + 11);
    return alert;
}

std::vector<std::string> Store::plans()
{
    std::vector<std::string> names;
    Statement select{database_, "SELECT name FROM plan ORDER BY name"};
    for (Rows rows = select.query(); rows.next();) names.push_back(rows.text(0));
    return names;
}

std::optional<Adopted> Store::adopted(std::string_view plan)
{
    Statement select{database_, "SELECT seq, at, payload, version FROM plan JOIN ledger ON seq = adopted WHERE name = ?1"};
    Rows rows = select.query(plan);
    if (!rows.next()) return std::nullopt;
    return Adopted{static_cast<std::uint64_t>(rows.integer(0)), rows.instant(1), rows.text(2), rows.text(3)};
}

Snapshot Store::snapshot(const PlanView& view) { return std::move(snapshots({&view, 1}).front()); }

std::vector<Snapshot> Store::snapshots(std::span<const PlanView> views)
{
    std::vector<Snapshot> all(views.size());
    std::vector<std::int64_t> plans(views.size());
    Statement progress{database_, "SELECT id, now, (SELECT max(number) FROM outbox WHERE outbox.plan = plan.id) FROM plan WHERE name = ?1"};
    for (std::size_t i = 0; i < views.size(); ++i) {
        Rows rows = progress.query(views[i].policy.plan.id);
        if (!rows.next()) throw std::logic_error{"a plan is read before it is bound"};
        plans[i] = rows.integer(0);
        all[i].now = rows.instant(1);
        all[i].last_notice = static_cast<std::uint64_t>(rows.integer(2));
        all[i].slots = read_slots(database_, plans[i], views[i]);
        all[i].alerts = read_alerts(database_, plans[i]);
    }
    read_figures(plans, all);
    return all;
}

void Store::read_figures(std::span<const std::int64_t> plans, std::span<Snapshot> into)
{
    std::vector<Place> places;  // by the series' row
    std::vector<FigureCollector> collectors;
    for (std::uint32_t p = 0; p < plans.size(); ++p) {
        const std::vector<std::int64_t>& series = bound(plans[p]).series;
        collectors.emplace_back(series.size());
        for (std::uint32_t s = 0; s < series.size(); ++s) {
            const auto row = static_cast<std::size_t>(series[s]);
            if (row >= places.size()) places.resize(row + 1);
            places[row] = {p, s};
        }
    }
    if (plans.size() == 1) {
        Statement count{database_, "SELECT max(id) FROM figure"};
        Rows rows = count.query();
        if (rows.next()) collectors.front().reserve(static_cast<std::size_t>(rows.integer(0)));
    }
    Statement select{database_, "SELECT series, period, revision, numerator, denominator, at FROM figure ORDER BY id"};
    for (Rows rows = select.query(); rows.next();) {
        const auto row = static_cast<std::size_t>(rows.integer(0));
        if (row >= places.size() || places[row].plan == nowhere) continue;
        const Place place = places[row];
        collectors[place.plan].add({place.series, Period::from_code(static_cast<std::int32_t>(rows.integer(1))),
                                    static_cast<std::uint32_t>(rows.integer(2)),
                                    {Decimal::from_micros(rows.integer(3)), Decimal::from_micros(rows.integer(4))}, rows.instant(5)});
    }
    for (std::size_t p = 0; p < plans.size(); ++p) into[p].figures = std::move(collectors[p]).newest();
}

std::vector<OutboxRow> Store::ripe(Instant now, std::int64_t limit)
{
    std::vector<OutboxRow> notices;
    for (Rows rows = statements_->ripe.query(now, limit); rows.next();) notices.push_back(outbox_row(rows));
    return notices;
}

std::optional<Instant> Store::next_try()
{
    Rows rows = statements_->next_try.query();
    return rows.next() ? rows.optional_instant(0) : std::nullopt;
}

void Store::read_waiting()
{
    Statement select{database_, "SELECT plan, number, at FROM outbox WHERE state = 'waiting'"};
    for (Rows rows = select.query(); rows.next();) waiting_[rows.integer(0)].emplace(static_cast<std::uint64_t>(rows.integer(1)), rows.instant(2));
}

std::size_t Store::waiting() const
{
    std::size_t count = 0;
    for (const auto& [plan, notices] : waiting_) count += notices.size();
    return count;
}

// Numbers grow with time within a plan.
std::optional<Instant> Store::waiting_since() const
{
    std::optional<Instant> oldest;
    for (const auto& [plan, notices] : waiting_)
        if (!notices.empty()) oldest = std::min(oldest.value_or(notices.begin()->second), notices.begin()->second);
    return oldest;
}

}  // namespace planwatch
