// What the daemon reads when it starts, and what the courier reads.
#include "config/decision_json.hpp"
#include "daemon/store_statements.hpp"
#include "daemon/store_text.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>
#include <tuple>
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

// Figures of series that the plan no longer has.
class LeftSeries {
public:
    LeftSeries(Database& database, std::span<const std::int64_t> plans, std::span<Snapshot> into)
        : plans_{plans}, into_{into}, select_{database, "SELECT plan, indicator, unit FROM series WHERE id = ?1"}
    {
    }
    void add(std::int64_t series, const StoredFigure& figure)
    {
        const auto [known, fresh] = figures_.try_emplace(series, nullptr);
        if (fresh) known->second = place(series);
        if (!known->second) return;
        const auto same = std::ranges::find(*known->second, figure.period, &StoredFigure::period);
        if (same != known->second->end()) *same = figure;  // revisions come in their order
        else known->second->push_back(figure);
    }

private:
    std::vector<StoredFigure>* place(std::int64_t series)
    {
        Rows rows = select_.query(series);
        if (!rows.next()) return nullptr;
        const auto plan = std::ranges::find(plans_, rows.integer(0));
        return plan == plans_.end() ? nullptr : &into_[static_cast<std::size_t>(plan - plans_.begin())].aside.figures[{rows.text(1), rows.text(2)}];
    }

    std::span<const std::int64_t> plans_;
    std::span<Snapshot> into_;
    Statement select_;
    std::unordered_map<std::int64_t, std::vector<StoredFigure>*> figures_;  // by the series' row; null: of a plan that is not read
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

// The texts that slots name by number.
class Words {
public:
    explicit Words(Database& database) : select_{database, "SELECT text FROM word WHERE id = ?1"} {}
    const std::string& of(std::int64_t id)
    {
        const auto [known, fresh] = texts_.try_emplace(id);
        if (fresh)
            if (Rows rows = select_.query(id); rows.next()) known->second = rows.text(0);
        return known->second;
    }

private:
    Statement select_;
    std::unordered_map<std::int64_t, std::string> texts_;
};

}  // namespace

void read_slots(Database& database, std::int64_t plan, const PlanView& view, Snapshot& into)
{
    const SlotNames names{database, view};
    Words words{database};
    Statement select{database, "SELECT duty, period, unit, state, handed_in, filed, due FROM slot WHERE plan = ?1"};
    for (Rows rows = select.query(plan); rows.next();) {
        KeptSlot kept;
        const Period period = Period::from_code(static_cast<std::int32_t>(rows.integer(1)));
        kept.slot = {static_cast<std::int32_t>(rows.integer(4)), static_cast<SlotState>(rows.integer(3)), rows.integer(5) != 0};
        if (!names.place(rows.integer(0), period, rows.integer(2), kept)) {
            into.aside.slots[{words.of(rows.integer(0)), words.of(rows.integer(2))}].push_back({period, rows.instant(6), kept.slot});
            continue;
        }
        // A row says how long before or after the deadline of its time something was handed in; the deadline may have moved.
        const auto moved = std::chrono::floor<std::chrono::seconds>(rows.instant(6) - view.deadlines[kept.deadline].due.moment);
        const bool handed_in = kept.slot.state == SlotState::on_time || kept.slot.state == SlotState::late;
        if (handed_in) kept.slot.handed_in += static_cast<std::int32_t>(moved.count());
        into.slots.push_back(kept);
    }
}

namespace {

std::vector<Alert> read_alerts(Database& database, std::int64_t plan)
{
    std::vector<Alert> alerts;
    Statement select{database, "SELECT " + std::string{alert_columns} + " FROM alert WHERE plan = ?1 AND state != 'resolved'"};
    for (Rows rows = select.query(plan); rows.next();) alerts.push_back(alert_of(rows, 0));
    return alerts;
}

// What waits, and how many messages each person got this week.
void read_post(Database& database, std::int64_t plan, Snapshot& into, const Zone& zone)
{
    Statement waiting{database, "SELECT " + std::string{notice_columns} + "INDEXED BY notice_waiting WHERE plan = ?1 AND message IS NULL AND dropped IS NULL ORDER BY number"};
    for (Rows rows = waiting.query(plan); rows.next();) into.held.push_back(notice_row(rows).notice);
    const Day monday = monday_of(zone.day_of(into.now));
    Statement counts{database, "SELECT recipient, count(*) FROM message WHERE plan = ?1 AND packed AND at >= ?2 GROUP BY recipient"};
    for (Rows rows = counts.query(plan, zone.start_of(monday)); rows.next();)
        into.weeks.push_back({rows.text(0), monday, static_cast<std::uint32_t>(rows.integer(1))});
}

}  // namespace

void read_decisions(Database& database, std::int64_t plan, const PlanView& view, Snapshot& into)
{
    Statement silences{database, "SELECT id, matchers, begins, until, author, comment, ended, ended_by FROM silence WHERE plan = ?1 AND ended IS NULL ORDER BY id"};
    for (Rows rows = silences.query(plan); rows.next();) into.silences.push_back(silence_row(rows).silence);

    const Plan& names = view.policy.plan;
    std::map<std::tuple<DutyIndex, Period>, std::uint32_t> places;
    for (std::uint32_t d = 0; d < view.deadlines.size(); ++d) places.emplace(std::tuple{view.deadlines[d].duty, view.deadlines[d].period}, d);
    Statement extensions{database, "SELECT duty, unit, period, until, first_due, author, reason, at FROM decision WHERE plan = ?1 AND until IS NOT NULL ORDER BY id"};
    for (Rows rows = extensions.query(plan); rows.next();) {
        const DecisionRow row = decision_row(rows);
        const auto duty = names.duty(row.duty);
        const auto unit = names.unit(row.unit);
        const auto place = duty ? places.find({*duty, row.period}) : places.end();
        const bool owed = unit && place != places.end() && std::ranges::find(names.duties[*duty].units, *unit) != names.duties[*duty].units.end();
        if (owed) into.extensions.push_back({place->second, *unit, row.until, row.by, row.reason, row.at});
        else into.aside.extensions[{row.duty, row.unit}].emplace_back(row.period, Decision{.until = row.until, .by = row.by, .reason = row.reason, .at = row.at});
    }
}

MessageRow message_row(const Rows& rows)
{
    MessageRow row;
    row.plan = rows.text(0);
    row.plan_row = rows.integer(16);
    row.message.number = static_cast<std::uint64_t>(rows.integer(1));
    row.message.at = rows.instant(2);
    row.message.recipient = {rows.text(3), rows.text(4), rows.text(5), rows.text(6)};
    row.message.packed = rows.integer(7) != 0;
    row.message_id = rows.text(8);
    row.state = rows.text(9);
    row.channel = rows.text(10);
    row.channel_since = rows.instant(11);
    row.tries = static_cast<std::uint32_t>(rows.integer(12));
    row.next_try = rows.instant(13);
    row.answer = rows.text(14);
    row.closed_at = rows.optional_instant(15);
    row.report = static_cast<std::uint64_t>(rows.integer(17));
    row.message.report = row.report != 0;
    return row;
}

NoticeRow notice_row(const Rows& rows)
{
    NoticeRow row;
    Notice& notice = row.notice;
    notice.number = static_cast<std::uint64_t>(rows.integer(0));
    notice.at = rows.instant(1);
    notice.alert = rows.text(2);
    notice.step = rows.text(3);
    notice.severity = severity_of(rows.view(4));
    notice.recipient = {rows.text(5), rows.text(6), rows.text(7), rows.text(8)};
    notice.why = rows.text(9);
    if (!rows.null(10)) notice.due = Day{std::chrono::days{rows.integer(10)}};
    notice.open = rows.integer(11) != 0;
    notice.first = rows.integer(12) != 0;
    notice.at_once = rows.integer(13) != 0;
    if (!rows.null(14)) row.message = static_cast<std::uint64_t>(rows.integer(14));
    row.dropped = rows.text(15);
    row.dropped_at = rows.optional_instant(16);
    return row;
}

SilenceRow silence_row(const Rows& rows)
{
    const auto matchers = parse_matchers(rows.view(1));
    if (!matchers) throw SqliteError{0, "the silence '" + rows.text(0) + "' holds no matchers that this program wrote; run `planwatch verify`"};
    return {{rows.text(0), *matchers, rows.instant(2), rows.instant(3), rows.text(4), rows.text(5)}, rows.optional_instant(6), rows.text(7)};
}

DecisionRow decision_row(const Rows& rows)
{
    const auto until = rows.null(3) ? std::nullopt : std::optional{Day{std::chrono::days{rows.integer(3)}}};
    return {rows.text(0), rows.text(1), Period::from_code(static_cast<std::int32_t>(rows.integer(2))), until, rows.instant(4), rows.text(5), rows.text(6),
            rows.instant(7)};
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
    Statement select{database_, adopted_sql};
    return adopted_of(select.query(plan));
}

Snapshot Store::snapshot(const PlanView& view) { return std::move(snapshots({&view, 1}).front()); }

std::vector<Snapshot> Store::snapshots(std::span<const PlanView> views)
{
    std::vector<Snapshot> all(views.size());
    std::vector<std::int64_t> plans(views.size());
    Statement progress{database_, "SELECT id, now, (SELECT max(number) FROM notice WHERE notice.plan = plan.id), "
                                  "(SELECT max(number) FROM message WHERE message.plan = plan.id) FROM plan WHERE name = ?1"};
    for (std::size_t i = 0; i < views.size(); ++i) {
        Rows rows = progress.query(views[i].policy.plan.id);
        if (!rows.next()) throw std::logic_error{"a plan is read before it is bound"};
        plans[i] = rows.integer(0);
        all[i].now = rows.instant(1);
        all[i].last_notice = static_cast<std::uint64_t>(rows.integer(2));
        all[i].last_message = static_cast<std::uint64_t>(rows.integer(3));
        read_slots(database_, plans[i], views[i], all[i]);
        all[i].alerts = read_alerts(database_, plans[i]);
        read_post(database_, plans[i], all[i], views[i].policy.zone);
        read_decisions(database_, plans[i], views[i], all[i]);
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
    LeftSeries left{database_, plans, into};
    Statement select{database_, "SELECT series, period, revision, numerator, denominator, at FROM figure ORDER BY id"};
    for (Rows rows = select.query(); rows.next();) {
        const auto row = static_cast<std::size_t>(rows.integer(0));
        const Place place = row < places.size() ? places[row] : Place{};
        const StoredFigure figure{place.plan == nowhere ? 0 : place.series, Period::from_code(static_cast<std::int32_t>(rows.integer(1))),
                                  static_cast<std::uint32_t>(rows.integer(2)),
                                  {Decimal::from_micros(rows.integer(3)), Decimal::from_micros(rows.integer(4))}, rows.instant(5)};
        if (place.plan != nowhere) collectors[place.plan].add(figure);
        else left.add(rows.integer(0), figure);
    }
    for (std::size_t p = 0; p < plans.size(); ++p) into[p].figures = std::move(collectors[p]).newest();
}

std::vector<MessageRow> Store::ripe(std::string_view channel, Instant now, std::int64_t limit)
{
    std::vector<MessageRow> messages;
    std::vector<std::int64_t> plans;
    for (Rows rows = statements_->ripe.query(channel, now, limit); rows.next();) {
        messages.push_back(message_row(rows));
        plans.push_back(rows.integer(16));
    }
    for (std::size_t i = 0; i < messages.size(); ++i) {
        Message& message = messages[i].message;
        for (Rows rows = statements_->notices_of.query(plans[i], message.number); rows.next();) message.notices.push_back(notice_row(rows).notice);
        std::ranges::sort(message.notices, graver);
    }
    return messages;
}

std::optional<Instant> Store::next_try(std::string_view channel)
{
    Rows rows = statements_->next_try.query(channel);
    return rows.next() ? rows.optional_instant(0) : std::nullopt;
}

std::optional<Instant> Store::goes_first(const MessageRow& message)
{
    Rows rows = statements_->goes_first.query(message.plan_row, message.message.number);
    return rows.next() ? rows.optional_instant(0) : std::nullopt;
}

void Store::read_waiting()
{
    Statement select{database_, "SELECT plan, number, at FROM message WHERE state = 'waiting'"};
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
