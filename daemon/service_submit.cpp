// The way of a submission through the writer: shared out by plan, admitted, applied, written as one ledger entry a plan.
#include "config/submission.hpp"
#include "daemon/ledger_event.hpp"
#include "daemon/service.hpp"

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

bool refuse_locked(const Engine& engine, const RawSubmission& raw, Instant now, SubmissionAnswer& answer)
{
    const auto period = Period::parse(raw.period);
    if (!period || !engine.locked(*period, now)) return false;
    answer.outcome = Outcome::locked;
    answer.problems.push_back({"/period", fmt::format("{} is locked: its figures can no longer change", raw.period)});
    return true;
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

std::vector<Service::Share> Service::share_out(std::span<const RawSubmission> raw, SubmitResult& result)
{
    std::vector<Share> shares;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        Desk* at = desk(raw[i].plan);
        if (!at) {
            result.answers[i].problems.push_back({"/plan", fmt::format("unknown plan '{}'", raw[i].plan)});
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
    bool locked = false;
    for (std::size_t i = 0; i < share.raw.size(); ++i)
        locked = refuse_locked(*share.desk->engine, share.raw[i], now, result.answers[share.places[i]]) || locked;
    if (locked) return;
    auto admitted = share.desk->engine->admit(share.raw, now);
    if (admitted)
        share.admitted = std::move(*admitted);
    else
        deal_out(std::move(admitted.error()), share.places, result.answers);
}

// A batch that was admitted whole is one ledger entry, for it is admitted together again when it is replayed.
void Service::store_whole(Transaction& transaction, const Share& share, const std::string& author, Instant now, SubmitResult& result)
{
    Desk& desk = *share.desk;
    std::vector<Changes> changes;
    std::string payload = "[";
    for (std::size_t i = 0; i < share.raw.size(); ++i) {
        Changes change = apply_one(desk, share.admitted[i], now, result.answers[share.places[i]]);
        if (change.repeated) continue;
        if (payload.size() > 1) payload += ',';
        append_json(payload, share.raw[i]);
        changes.push_back(std::move(change));
    }
    if (changes.empty()) return;
    payload += ']';
    result.entry = transaction.append(desk.row, LedgerKind::submission, author, payload, desk.engine->now());
    for (Changes& change : changes) write(transaction, desk, std::move(change), result.entry);
}

// Each is admitted on top of those before it, and is an entry of its own.
void Service::store_partly(Transaction& transaction, const Share& share, const std::string& author, Instant now, SubmitResult& result)
{
    Desk& desk = *share.desk;
    for (std::size_t i = 0; i < share.raw.size(); ++i) {
        SubmissionAnswer& answer = result.answers[share.places[i]];
        const auto raw = share.raw.subspan(i, 1);
        if (refuse_locked(*desk.engine, raw[0], now, answer)) continue;
        auto admitted = desk.engine->admit(raw, now);
        if (!admitted) {
            answer.problems = std::move(admitted.error());
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

}  // namespace planwatch
