#include "daemon/report_maker.hpp"

#include "daemon/ledger_event.hpp"
#include "daemon/replay.hpp"
#include "rules/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>

namespace planwatch {
namespace {

tl::unexpected<Problems> one_problem(std::string path, std::string message) { return tl::unexpected{Problems{{std::move(path), std::move(message)}}}; }

std::string_view length_of(Period::Kind kind)
{
    switch (kind) {
        case Period::Kind::month: return "a month, like 2023-09";
        case Period::Kind::quarter: return "a quarter, like 2023-Q3";
        default: break;
    }
    return "a year, like 2023";
}

// Which figures were other ones at the moment of the report before.
class RevisionNotes {
public:
    void know(const Engine& engine)
    {
        policy_ = engine.policy_ptr();
        for (std::uint32_t i = 0; i < engine.series_count(); ++i) known_.emplace_back(engine.figures_of(i).begin(), engine.figures_of(i).end());
        series_ = series_of(policy_->plan);
    }

    void note(const LedgerEntry& entry, const Changes& changes, const Engine& engine)
    {
        if (!policy_) return;
        const Plan& plan = engine.policy().plan;
        for (const StoredFigure& stored : changes.figures) {
            if (stored.revision < 2) continue;
            const Series series = engine.series(stored.series);
            const Key key{plan.indicators[series.indicator].id, plan.units[series.unit].id, stored.period};
            if (const Figure* before = find(key)) revised_.insert_or_assign(key, Revised{*before, stored.figure, stored.at, entry.author});
        }
    }

    // In the order of what they are about. One that was taken back is none.
    std::vector<Revision> revisions() const
    {
        std::vector<Revision> all;
        for (const auto& [key, revised] : revised_) {
            const auto& [indicator, unit, period] = key;
            if (!(revised.before == revised.after)) all.push_back({indicator, unit, period, revised.before, revised.after, revised.at, revised.by});
        }
        return all;
    }

private:
    using Key = std::tuple<std::string, std::string, Period>;
    struct Revised {
        Figure before, after;
        Instant at{};
        std::string by;
    };

    const Figure* find(const Key& key) const
    {
        const auto& [indicator_id, unit_id, period] = key;
        const auto indicator = policy_->plan.indicator(indicator_id);
        const auto unit = policy_->plan.unit(unit_id);
        if (!indicator || !unit) return nullptr;
        for (std::size_t i = 0; i < series_.size(); ++i) {
            if (series_[i].indicator != *indicator || series_[i].unit != *unit) continue;
            const auto found = std::ranges::find(known_[i], period, &StoredFigure::period);
            return found == known_[i].end() ? nullptr : &found->figure;
        }
        return nullptr;
    }

    std::shared_ptr<const Policy> policy_;  // null where there was no report before
    std::vector<Series> series_;
    std::vector<std::vector<StoredFigure>> known_;  // by series
    std::map<Key, Revised> revised_;
};

void find_composite(const ReportRequest& request, const Plan& plan, ReportTask& task, Problems& problems)
{
    if (request.kind != ReportKind::scores) {
        if (!request.composite.empty()) problems.push_back({"/composite", fmt::format("a {} report has no composite; scores have", to_string(request.kind))});
        return;
    }
    std::vector<std::string> ids;
    for (const Composite& composite : plan.composites) ids.push_back(composite.id);
    const auto found = std::ranges::find(ids, request.composite);
    if (ids.empty()) problems.push_back({"/composite", fmt::format("the plan {} has no composite; [[composite]] in its file sets one out", plan.id)});
    else if (request.composite.empty() && ids.size() > 1) problems.push_back({"/composite", fmt::format("the plan {} has {}; expected one of them", plan.id, fmt::join(ids, ", "))});
    else if (!request.composite.empty() && found == ids.end())
        problems.push_back({"/composite", fmt::format("the plan {} has no composite '{}'{}", plan.id, request.composite, suggestion(request.composite, ids))});
    else task.composite = request.composite.empty() ? 0 : static_cast<std::uint32_t>(found - ids.begin());
    if (!problems.empty() || ids.empty()) return;
    const Composite& composite = plan.composites[task.composite];
    if (request.period.kind() < period_kind(composite.cadence))
        problems.push_back({"/period", fmt::format("'{}' is made {}; {} is shorter", composite.id, to_string(composite.cadence), request.period.to_string())});
}

Result<ReportTask> task_for(const ReportRequest& request, const Policy& policy)
{
    const Plan& plan = policy.plan;
    Problems problems;
    const auto kind = period_kind(request.kind);
    if (kind && request.period.kind() != *kind)
        problems.push_back({"/period", fmt::format("a {} report is about {}, not {}", to_string(request.kind), length_of(*kind), request.period.to_string())});
    if (request.period.last() < plan.starts || request.period.first() > plan.ends)
        problems.push_back({"/period", fmt::format("the plan {} runs from {} to {}; {} lies outside", plan.id, format_day(plan.starts), format_day(plan.ends),
                                                   request.period.to_string())});
    ReportTask task;
    task.kind = request.kind;
    task.period = request.period;
    task.unit = plan.unit(request.unit);
    if (request.kind == ReportKind::reminder && request.unit.empty()) problems.push_back({"/unit", "a reminder is a letter to one unit; expected its id"});
    if (request.kind != ReportKind::reminder && !request.unit.empty())
        problems.push_back({"/unit", fmt::format("a {} report is about the whole plan; a unit is expected of a reminder alone", to_string(request.kind))});
    if (!request.unit.empty() && !task.unit) {
        std::vector<std::string> ids;
        for (const Unit& unit : plan.units) ids.push_back(unit.id);
        problems.push_back({"/unit", fmt::format("the plan {} has no unit '{}'{}", plan.id, request.unit, suggestion(request.unit, ids))});
    }
    find_composite(request, plan, task, problems);
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    task.moment = report_moment(policy, request.kind, request.period);
    task.before = report_moment(policy, request.kind, request.period.previous());
    return task;
}

std::vector<std::string> owing_in(const Engine& engine)
{
    const Plan& plan = engine.policy().plan;
    std::set<UnitIndex> owing;
    for (std::uint32_t d = 0; d < engine.deadlines().size(); ++d) {
        if (engine.counts_of(d)[static_cast<std::size_t>(SlotState::overdue)] == 0) continue;
        const std::vector<UnitIndex>& units = plan.duties[engine.deadlines()[d].duty].units;
        for (std::uint32_t position = 0; position < units.size(); ++position)
            if (plan.units[units[position]].kind != UnitKind::business && engine.slot_at(d, position).state == SlotState::overdue) owing.insert(units[position]);
    }
    std::vector<std::string> ids;
    for (const UnitIndex unit : owing) ids.push_back(plan.units[unit].id);
    return ids;
}

// The last of the reports to these readers that was sent before, and told of the figure's period: by what the ledger knew then, so that
// it is the same whenever the report is made again.
void note_where_told(StoreReader& reader, const ReportRequest& request, Report& report)
{
    if (report.corrections.empty()) return;
    for (const ReportRow& row : reader.reports({.plan = request.plan, .kind = request.kind})) {
        const ReportSent& sent = row.report;
        if (sent.as_of >= report.as_of || sent.unit != request.unit || sent.composite != request.composite) continue;
        for (Correction& correction : report.corrections)
            if (correction.period.first() <= sent.period.last() && correction.at > sent.as_of) correction.told_in = sent.title;
    }
}

}  // namespace

std::shared_ptr<const Policy> policy_at(StoreReader& reader, const std::string& plan, Instant moment)
{
    const std::optional<LedgerEntry> entry = reader.adoption(plan, moment);
    if (!entry) return nullptr;
    const Result<LedgerEvent> event = parse_payload(entry->kind, entry->payload);
    const auto policy = event ? compile(std::get<Sources>(*event)) : tl::unexpected{event.error()};
    if (!policy) throw std::runtime_error{fmt::format("ledger entry {} cannot be read back: {}", entry->seq, to_text(policy.error()))};
    return *policy;
}

std::optional<Period> last_period(ReportKind kind, const Zone& zone, Instant now)
{
    const auto length = period_kind(kind);
    if (!length) return std::nullopt;
    return Period::containing(*length, zone.day_of(now)).previous();
}

std::shared_ptr<const Policy> ReportMaker::policy_of(const std::string& plan, Instant as_of)
{
    const bool known = past_ && settled_ && past_->plan == plan && past_->as_of == as_of;
    return known ? past_->engine->policy_ptr() : policy_at(reader_, plan, as_of);
}

// One pass over the ledger. `before` is not after `as_of`, and the plan was in force then.
const ReportMaker::Past& ReportMaker::look_up(const ReportRequest& request, Instant before, Instant as_of, Instant now)
{
    if (past_ && settled_ && past_->plan == request.plan && past_->period == request.period && past_->before == before && past_->as_of == as_of) return *past_;
    past_.reset();  // two engines of a large plan at once are one too many
    Past past{.plan = request.plan, .period = request.period, .before = before, .as_of = as_of, .engine = {}, .earlier = {}, .revisions = {}};
    Replayer replayer{reader_, request.plan};
    RevisionNotes notes;
    if (const Engine* then = replayer.advance(before)) {
        past.earlier = look_back(*then, request.period.previous());
        notes.know(*then);
    }
    replayer.advance(as_of, [&](const LedgerEntry& entry, const Changes& changes) { notes.note(entry, changes, *replayer.engine()); });
    past.engine = replayer.take();
    past.revisions = notes.revisions();
    settled_ = as_of < now;
    return past_.emplace(std::move(past));
}

std::vector<std::string> ReportMaker::units_owing(const ReportRequest& letter, Instant now)
{
    const Instant as_of = letter.as_of.value_or(now);
    const std::shared_ptr<const Policy> policy = policy_of(letter.plan, as_of);
    if (!policy) return {};
    const Instant before = report_moment(*policy, letter.kind, letter.period.previous());
    return owing_in(*look_up(letter, std::min(before, as_of), as_of, now).engine);
}

Result<Report> ReportMaker::make(const ReportRequest& request, Instant now)
{
    const Instant as_of = request.as_of.value_or(now);
    if (as_of > now) return one_problem("/as_of", "lies in the future; nothing is known of it yet");
    const std::vector<std::string> plans = reader_.plans();
    if (std::ranges::find(plans, request.plan) == plans.end())
        return one_problem("/plan", fmt::format("the database has no plan '{}'{}", request.plan, suggestion(request.plan, plans)));
    const std::shared_ptr<const Policy> policy = policy_of(request.plan, as_of);
    if (!policy) return one_problem("/as_of", fmt::format("the plan {} was not in force yet at {}", request.plan, format_instant_utc(as_of)));
    const Result<ReportTask> task = task_for(request, *policy);
    if (!task) return tl::unexpected{task.error()};
    const Past& past = look_up(request, std::min(task->before, as_of), as_of, now);
    Report report = build_report(*past.engine, past.earlier ? &*past.earlier : nullptr, past.revisions, *task);
    note_where_told(reader_, request, report);
    return report;
}

}  // namespace planwatch
