// The way of submissions and filings through the writer: shared out by plan, admitted, applied, written as one ledger entry a plan.
#include "config/submission.hpp"
#include "daemon/ledger_event.hpp"
#include "daemon/service.hpp"
#include "rules/nearest.hpp"
#include "rules/record_problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace planwatch {

// One plan's part of a batch.
struct Service::Share {
    Desk* desk = nullptr;
    std::vector<std::size_t> places;           // in the batch
    std::vector<RawSubmission> own;            // copies, where the batch spans plans
    std::span<const RawSubmission> raw;
    std::vector<Submission> admitted;          // same positions; whole batches only
};

namespace {

// Problems of several submissions come with "/3" in front; each goes to its own answer, without it.
void deal_out(Problems problems, std::span<const std::size_t> places, std::vector<SubmissionAnswer>& answers)
{
    for (Problem& problem : problems) {
        std::size_t index = 0;
        if (places.size() > 1) {
            const char* end = problem.path.data() + problem.path.size();
            const auto parsed = std::from_chars(problem.path.data() + 1, end, index);
            problem.path = std::string{parsed.ptr, end};
        }
        answers[places[index]].problems.push_back(std::move(problem));
    }
}

std::uint32_t newest_revision(const Engine& engine, const Submission& submission)
{
    std::uint32_t newest = 0;
    for (const SubmittedValue& value : submission.values)
        for (const StoredFigure& figure : engine.figures_of(value.series))
            if (figure.period == submission.period) newest = std::max(newest, figure.revision);
    return newest;
}

// The outcome is `locked` where that alone stands in the way.
void refuse_locked(const Engine& engine, const RawSubmission& raw, Instant now, SubmissionAnswer& answer)
{
    const auto period = Period::parse(raw.period);
    const auto is_about_period = [](const Problem& each) { return each.path == "/period"; };
    if (!period || !engine.locked(*period, now) || std::ranges::any_of(answer.problems, is_about_period)) return;
    if (answer.problems.empty()) answer.outcome = Outcome::locked;
    const auto values = std::ranges::find_if(answer.problems, [](const Problem& each) { return each.path.starts_with("/values"); });
    answer.problems.insert(values, {"/period", fmt::format("{} is locked: its figures can no longer change", raw.period)});
}

}  // namespace

asio::awaitable<SubmitResult> Service::submit(std::vector<RawSubmission> raw, std::string author, bool partial)
{
    SubmitResult result;
    result.answers.resize(raw.size());
    const std::function<void(Transaction&)> work = [&](Transaction& transaction) { submit_now(transaction, raw, author, partial, result); };
    co_await commit(work);
    count(result);
    co_return result;
}

void Service::submit_now(Transaction& transaction, std::span<const RawSubmission> raw, const std::string& author, bool partial, SubmitResult& result)
{
    const Instant now = clock_.now();
    std::vector<Share> shares = share_out(raw, result);
    bool whole = true;
    for (Share& share : shares) {
        advance(transaction, *share.desk, now);
        if (!partial) admit_share(share, now, result);
    }
    for (const SubmissionAnswer& answer : result.answers) whole = whole && answer.problems.empty();
    if (!whole && !partial) return;
    for (const Share& share : shares) {
        if (partial)
            store_partly(transaction, share, author, now, result);
        else
            store_whole(transaction, share, author, now, result);
    }
}

// Where there is one plan alone, a record of another is held against it too: its plan is misspelt, and its other names may be.
Service::Desk* Service::desk_for(std::string_view plan)
{
    Desk* const named = desk(plan);
    return !named && desks_.size() == 1 ? &desks_.begin()->second : named;
}

// What can be told without an engine.
template <class Raw>
Problems Service::unknown_plan(const Raw& raw, bool nearest) const
{
    Problems problems;
    RecordProblems told{raw.faults, {}, problems, nearest};
    if (!told.faulty("/plan")) told.add("/plan", fmt::format("unknown plan '{}'{}", raw.plan, nearest ? suggestion(raw.plan, plans()) : std::string{}));
    if (!told.faulty("/period") && !raw.period.empty() && !Period::parse(raw.period)) told.add("/period", not_a_period(raw.period));
    told.add_rest();
    return problems;
}

std::vector<Service::Share> Service::share_out(std::span<const RawSubmission> raw, SubmitResult& result)
{
    std::vector<Share> shares;
    std::size_t unknown = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        Desk* at = desk_for(raw[i].plan);
        if (!at) {
            result.answers[i].problems = unknown_plan(raw[i], unknown++ < RecordProblems::few);
            continue;
        }
        auto share = std::find_if(shares.begin(), shares.end(), [&](const Share& s) { return s.desk == at; });
        if (share == shares.end()) share = shares.insert(shares.end(), Share{.desk = at});
        share->places.push_back(i);
    }
    for (Share& share : shares) {
        share.raw = raw;
        if (share.places.size() == raw.size()) continue;
        for (const std::size_t place : share.places) share.own.push_back(raw[place]);
        share.raw = share.own;
    }
    return shares;
}

void Service::admit_share(Share& share, Instant now, SubmitResult& result)
{
    auto admitted = share.desk->engine->admit(share.raw, now);
    if (admitted)
        share.admitted = std::move(*admitted);
    else
        deal_out(std::move(admitted.error()), share.places, result.answers);
    for (std::size_t i = 0; i < share.raw.size(); ++i) refuse_locked(*share.desk->engine, share.raw[i], now, result.answers[share.places[i]]);
}

// A batch that was admitted whole is one ledger entry, for it is admitted together again when it is replayed.
void Service::store_whole(Transaction& transaction, const Share& share, const std::string& author, Instant now, SubmitResult& result)
{
    Desk& desk = *share.desk;
    Changes changes;
    std::string payload = "[";
    for (std::size_t i = 0; i < share.raw.size(); ++i) {
        Changes change = apply_one(desk, share.admitted[i], now, result.answers[share.places[i]]);
        if (change.repeated) continue;
        if (payload.size() > 1) payload += ',';
        append_json(payload, share.raw[i]);
        changes.add(std::move(change));
    }
    if (payload.size() == 1) return;
    payload += ']';
    result.entry = transaction.append(desk.row, LedgerKind::submission, author, payload, desk.engine->now());
    write(transaction, desk, std::move(changes), result.entry);
}

// Each is admitted on top of those before it, and is an entry of its own.
void Service::store_partly(Transaction& transaction, const Share& share, const std::string& author, Instant now, SubmitResult& result)
{
    Desk& desk = *share.desk;
    std::size_t refused = 0;
    for (std::size_t i = 0; i < share.raw.size(); ++i) {
        SubmissionAnswer& answer = result.answers[share.places[i]];
        const auto raw = share.raw.subspan(i, 1);
        auto admitted = desk.engine->admit(raw, now, refused < RecordProblems::few);
        if (!admitted) answer.problems = std::move(admitted.error());
        refuse_locked(*desk.engine, raw[0], now, answer);
        if (!answer.problems.empty()) {
            ++refused;
            continue;
        }
        Changes change = apply_one(desk, admitted->front(), now, answer);
        if (change.repeated) continue;
        result.entry = transaction.append(desk.row, LedgerKind::submission, author, to_payload(raw), desk.engine->now());
        write(transaction, desk, std::move(change), result.entry);
    }
}

Changes Service::apply_one(Desk& desk, const Submission& submission, Instant now, SubmissionAnswer& answer)
{
    Changes change = timed_apply(desk, submission, now);
    answer.outcome = change.repeated ? Outcome::repeated : Outcome::stored;
    answer.revision = newest_revision(*desk.engine, submission);
    if (!change.repeated) answer.follows = answer.revision - 1;
    return change;
}

void Service::count(const SubmitResult& result)
{
    for (const SubmissionAnswer& answer : result.answers) {
        switch (answer.outcome) {
            case Outcome::stored: ++stats_.submissions[SubmissionResult::stored]; break;
            case Outcome::repeated: ++stats_.submissions[SubmissionResult::repeated]; break;
            case Outcome::locked: ++stats_.submissions[SubmissionResult::locked]; break;
            case Outcome::refused: ++stats_.submissions[SubmissionResult::rejected]; break;
        }
    }
}

// ---- filings

asio::awaitable<std::vector<FilingAnswer>> Service::file(std::vector<RawFiling> raw, std::string author)
{
    std::vector<FilingAnswer> answers(raw.size());
    const std::function<void(Transaction&)> work = [&](Transaction& transaction) { file_now(transaction, raw, author, answers); };
    co_await commit(work);
    co_return answers;
}

// Its answer is complete but for the state in which it leaves the slot.
std::optional<Filing> Service::admit_filing(const RawFiling& raw, Instant now, bool nearest, FilingAnswer& answer)
{
    Desk* at = desk_for(raw.plan);
    if (!at) {
        answer.problems = unknown_plan(raw, nearest);
        return std::nullopt;
    }
    auto filing = at->engine->admit(raw, now, nearest);
    if (!filing) {
        answer.problems = std::move(filing.error());
        return std::nullopt;
    }
    const Period& period = at->engine->deadlines()[filing->deadline].period;
    if (at->engine->locked(period, now)) {
        answer = {.outcome = Outcome::locked, .problems = {{"/period", fmt::format("{} is locked", period.to_string())}}};
        return std::nullopt;
    }
    answer.period = period.to_string();
    return *std::move(filing);
}

// One ledger entry a plan.
void Service::file_now(Transaction& transaction, std::span<const RawFiling> raw, const std::string& author, std::vector<FilingAnswer>& answers)
{
    const Instant now = clock_.now();
    for (auto& [name, at] : desks_)
        if (std::any_of(raw.begin(), raw.end(), [&plan = name](const RawFiling& each) { return each.plan == plan; })) advance(transaction, at, now);
    std::vector<Filing> admitted;
    for (std::size_t i = 0; i < raw.size(); ++i)
        if (auto filing = admit_filing(raw[i], now, i - admitted.size() < RecordProblems::few, answers[i])) admitted.push_back(*std::move(filing));
    if (admitted.size() < raw.size()) return;

    for (auto& [name, at] : desks_) {
        std::vector<RawFiling> kept;
        std::vector<Changes> changes;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            if (raw[i].plan != name) continue;
            changes.push_back(timed_apply(at, admitted[i], now));
            const DutyIndex duty = at.engine->deadlines()[admitted[i].deadline].duty;
            const auto position = at.engine->position_in(duty, admitted[i].unit);
            answers[i].outcome = Outcome::stored;
            answers[i].state = at.engine->slot_at(admitted[i].deadline, *position).state;
            kept.push_back(raw[i]);
            kept.back().period = answers[i].period;
        }
        if (kept.empty()) continue;
        const auto entry = transaction.append(at.row, LedgerKind::filing, author, to_payload(kept), at.engine->now());
        for (Changes& change : changes) write(transaction, at, std::move(change), entry);
    }
}

}  // namespace planwatch
