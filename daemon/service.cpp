#include "daemon/service.hpp"

#include "daemon/ledger_event.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace planwatch {

namespace {

double seconds_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Service::Service(asio::any_io_executor executor, Clock& clock, Store& store)
    : executor_{std::move(executor)}, clock_{clock}, store_{store}, schedule_changed_{executor_}
{
}

Service::~Service() = default;

// ---- the group commit

asio::awaitable<void> Service::commit(std::function<void(Transaction&)> work)
{
    const auto initiate = [this](auto handler, std::function<void(Transaction&)> todo) {
        // A completion handler can be moved only, a std::function must be copied: share it.
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        waiting_.push_back({std::move(todo), [shared](std::exception_ptr error) { std::move (*shared)(error); }});
        if (std::exchange(flush_posted_, true)) return;
        asio::post(executor_, [this] { gather(0); });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(initiate, asio::use_awaitable, std::move(work));
}

// As long as each round of the loop brings more, the next one is waited for: one commit for all is sooner done than one for each round's.
void Service::gather(std::size_t waited)
{
    constexpr std::size_t enough = 512;
    assert(executor_);  // said for the analyzer, which would follow an empty one
    if (!flush_posted_) return;
    if (waiting_.size() == waited || waiting_.size() >= enough) return flush();
    asio::post(executor_, [this, waiting = waiting_.size()] { gather(waiting); });
}

void Service::flush()
{
    flush_posted_ = false;
    std::vector<Job> batch;
    batch.swap(waiting_);
    const auto start = std::chrono::steady_clock::now();
    try {
        const auto transaction = store_.begin();
        for (Job& job : batch) job.work(*transaction);
        transaction->commit();
    } catch (const SqliteError& error) {
        fail(batch, error.what());
        return;
    }
    stats_.commit_duration.observe(seconds_since(start));
    if (!std::exchange(storage_ok_, true)) spdlog::info("the database takes writes again");

    publish();
    for (Job& job : batch) job.done(nullptr);
}

void Service::publish()
{
    const auto published = std::exchange(unpublished_, {});
    for (const Listener& listener : listeners_)
        for (const auto& [engine, changes] : published)
            if (!changes.empty()) listener(*engine, changes);
    for (const auto& [engine, changes] : published) {
        const Desk* const at = desk(engine->policy().plan.id);
        if (at && at->sampler) at->sampler->follow(*engine, changes);
    }
    if (std::exchange(messages_written_, false) && messages_waiting_) messages_waiting_();
    std::optional<Instant> next;
    for (auto& [plan, desk] : desks_) {
        if (!desk.sampler) desk.sampler = std::make_unique<PlanSampler>(*desk.engine);
        if (const auto wake = desk.engine->next_wake(); wake && (!next || *wake < *next)) next = wake;
    }
    if (std::exchange(next_wake_, next) != next) schedule_changed_.cancel();
}

// Nothing of the batch is on disk, but the engines have moved: they go back to what is.
void Service::fail(std::vector<Job>& batch, const std::string& why)
{
    spdlog::error("nothing was stored, {} waiting requests are told so: {}", batch.size(), why);
    storage_ok_ = false;
    unpublished_.clear();
    messages_written_ = false;
    reload_from_disk();
    const auto error = std::make_exception_ptr(StorageError{why});
    for (Job& job : batch) job.done(error);
}

void Service::reload_from_disk()
{
    for (auto& [plan, desk] : desks_) {
        const auto policy = desk.engine->policy_ptr();
        const auto deadlines = deadlines_of(*policy);
        *desk.engine = Engine{policy, store_.snapshot(PlanView{*policy, deadlines, {}})};
        desk.sampler = std::make_unique<PlanSampler>(*desk.engine);
    }
}

// ---- plans

Service::Desk* Service::desk(std::string_view plan)
{
    const auto found = desks_.find(plan);
    return found == desks_.end() ? nullptr : &found->second;
}

const Engine* Service::engine(std::string_view plan) const
{
    const auto found = desks_.find(plan);
    return found == desks_.end() ? nullptr : found->second.engine.get();
}

std::vector<const Engine*> Service::engines() const
{
    std::vector<const Engine*> all;
    for (const auto& [plan, desk] : desks_) all.push_back(desk.engine.get());
    return all;
}

// Wholes, slots and alerts of a plan are counted anew where it changed: with many plans that takes its time.
asio::awaitable<std::vector<std::shared_ptr<const PlanSamples>>> Service::samples()
{
    constexpr std::chrono::microseconds at_once{500};
    std::vector<std::shared_ptr<const PlanSamples>> all;
    auto start = std::chrono::steady_clock::now();
    for (const std::string& plan : plans()) {
        if (std::chrono::steady_clock::now() - start > at_once) {
            co_await asio::post(executor_, asio::use_awaitable);
            start = std::chrono::steady_clock::now();
        }
        const Desk* const at = desk(plan);  // a reload may have come between
        if (at && at->sampler) all.push_back(at->sampler->samples(*at->engine));
    }
    co_return all;
}

std::vector<std::string> Service::plans() const
{
    std::vector<std::string> all;
    for (const auto& [plan, desk] : desks_) all.push_back(plan);
    return all;
}

// The plan as its rows left it, under the policy that they were written under.
void Service::restore(const Candidate& candidate)
{
    const std::string& plan = candidate.policy->plan.id;
    const auto adopted = store_.adopted(plan);
    if (!adopted || desks_.contains(plan)) return;
    auto policy = candidate.policy;
    if (adopted->version != policy->version) {
        const auto sources = parse_sources(adopted->payload);
        const auto compiled = sources ? compile(*sources) : tl::unexpected{sources.error()};
        if (!compiled)
            throw std::runtime_error{fmt::format("the plan {} as it was adopted on {} cannot be read any more:\n{}", plan,
                                                 format_instant_utc(adopted->at), to_text(compiled.error()))};
        policy = *compiled;
    }
    const auto row = store_.bind(*policy);
    const auto deadlines = deadlines_of(*policy);
    auto engine = std::make_unique<Engine>(policy, store_.snapshot(PlanView{*policy, deadlines, {}}));
    desks_.emplace(plan, Desk{row, policy->version, std::move(engine), nullptr});
}

void Service::adopt_one(const Candidate& candidate)
{
    restore(candidate);
    const Instant now = clock_.now();
    const Policy& policy = *candidate.policy;
    Desk* known = desk(policy.plan.id);
    const auto transaction = store_.begin();
    if (known) advance(*transaction, *known, now);
    if (!known || known->version != policy.version) {
        const auto row = transaction->bind(policy);
        Desk fresh{row, policy.version, nullptr, nullptr};
        Changes changes;
        if (known) {
            fresh.engine = std::move(known->engine);
            changes = fresh.engine->adopt(candidate.policy, now);
        } else {
            fresh.engine = std::make_unique<Engine>(candidate.policy, now);
            changes = fresh.engine->advance(now);
        }
        known = &desks_.insert_or_assign(policy.plan.id, std::move(fresh)).first->second;
        const auto entry = transaction->append(row, LedgerKind::adopt, "settings", to_payload(candidate.sources), known->engine->now());
        write(*transaction, *known, std::move(changes), entry);
        spdlog::info("plan {} adopted, version {}", policy.plan.id, policy.version);
    }
    transaction->commit();
}

void Service::open(const std::vector<Candidate>& plans)
{
    for (const Candidate& candidate : plans) adopt_one(candidate);
    publish();
}

void Service::adopt(const std::vector<Candidate>& plans)
{
    flush();  // what waits was admitted under the old policies
    try {
        open(plans);
    } catch (const SqliteError& error) {
        std::vector<Job> none;
        fail(none, error.what());
        throw StorageError{error.what()};
    }
    std::erase_if(desks_, [&](const auto& desk) {
        return std::none_of(plans.begin(), plans.end(), [&](const Candidate& c) { return c.policy->plan.id == desk.first; });
    });
}

// ---- what a job does inside the transaction

void Service::write(Transaction& transaction, const Desk& desk, Changes changes, std::uint64_t entry)
{
    transaction.write(desk.row, *desk.engine, changes, entry);
    messages_written_ = messages_written_ || !changes.post.messages.empty();
    unpublished_.emplace_back(desk.engine.get(), std::move(changes));  // an empty one too: time moved
}

void Service::advance(Transaction& transaction, Desk& desk, Instant now)
{
    const auto next = desk.engine->next_wake();
    if (!next || *next > now) return;
    const auto start = std::chrono::steady_clock::now();
    Changes changes = desk.engine->advance(now);
    stats_.evaluation_duration.observe(seconds_since(start));
    write(transaction, desk, std::move(changes), 0);
}

Changes Service::timed_apply(Desk& desk, const Event& event, Instant now)
{
    const auto start = std::chrono::steady_clock::now();
    Changes changes = desk.engine->apply(event, now);
    stats_.evaluation_duration.observe(seconds_since(start));
    return changes;
}

asio::awaitable<void> Service::record_history(std::string plan, std::string receiver, HistoryPosition position)
{
    const std::function<void(Transaction&)> work = [&](Transaction& transaction) {
        if (const Desk* at = desk(plan)) transaction.record_history(at->row, receiver, position);
    };
    co_await commit(work);
}

// ---- time

asio::awaitable<void> Service::run_schedule()
{
    using namespace asio::experimental::awaitable_operators;
    const auto changed = [this]() -> asio::awaitable<void> {
        schedule_changed_.expires_after(std::chrono::seconds{10});  // after a failed commit this is the wait before the next try
        boost::system::error_code ignored;
        co_await schedule_changed_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    };
    for (;;) {
        last_round_ = std::chrono::steady_clock::now();
        const auto next = next_wake_;
        if (!next) {
            co_await changed();
            continue;
        }
        if (*next > clock_.now()) co_await (clock_.sleep_until(*next) || changed());
        if (*next > clock_.now()) continue;
        std::exception_ptr failed;
        try {
            const std::function<void(Transaction&)> work = [&](Transaction& transaction) {
                const Instant now = clock_.now();
                for (auto& [plan, desk] : desks_) advance(transaction, desk, now);
            };
            co_await commit(work);
        } catch (const StorageError&) {
            failed = std::current_exception();
        }
        if (failed) co_await changed();  // the disk is full or read-only: the moments are still there for the next try
    }
}

}  // namespace planwatch
