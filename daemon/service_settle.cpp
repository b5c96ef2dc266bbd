// What people settle, and what the courier did, on its way through the writer: checked, applied, one ledger entry each.
#include "config/decision_json.hpp"
#include "daemon/ledger_event.hpp"
#include "daemon/service.hpp"

#include <fmt/format.h>

namespace planwatch {

// Brings the plan to now, then lets `work` check and store inside the transaction.
asio::awaitable<SettleAnswer> Service::settle(std::string plan, std::function<SettleAnswer(Transaction&, Desk&, Instant)> work)
{
    SettleAnswer answer;
    const std::function<void(Transaction&)> job = [&](Transaction& transaction) {
        Desk* const at = desk(plan);
        if (!at) return;
        const Instant now = clock_.now();
        advance(transaction, *at, now);
        answer = work(transaction, *at, now);
    };
    co_await commit(job);
    co_return answer;
}

std::uint64_t Service::store_event(Transaction& transaction, Desk& at, const Event& event, LedgerKind kind, const std::string& author,
                                   const std::string& payload, Instant now)
{
    Changes changes = timed_apply(at, event, now);
    const auto entry = transaction.append(at.row, kind, author, payload, at.engine->now());
    write(transaction, at, std::move(changes), entry);
    return entry;
}

asio::awaitable<SettleAnswer> Service::acknowledge(std::string plan, Acknowledgement ack)
{
    const std::function<SettleAnswer(Transaction&, Desk&, Instant)> work = [&](Transaction& transaction, Desk& at, Instant now) -> SettleAnswer {
        const auto key = AlertKey::parse(ack.alert, plan);
        if (!key || !at.engine->alerts().contains(*key)) return {};
        if (ack.until <= now) return {true, {{"/until", "lies in the past; an acknowledgement ends at a moment to come"}}};
        store_event(transaction, at, ack, LedgerKind::acknowledgement, ack.by, to_payload(ack), now);
        return {true, {}};
    };
    co_return co_await settle(plan, work);
}

asio::awaitable<SettleAnswer> Service::silence(std::string plan, Silence silence)
{
    const std::function<SettleAnswer(Transaction&, Desk&, Instant)> work = [&](Transaction& transaction, Desk& at, Instant now) -> SettleAnswer {
        silence.from = std::max(silence.from, now);
        SettleAnswer answer{true, at.engine->examine(silence, now)};
        if (answer.problems.empty()) store_event(transaction, at, silence, LedgerKind::silence, silence.by, to_payload(silence), now);
        return answer;
    };
    co_return co_await settle(std::move(plan), work);
}

asio::awaitable<SettleAnswer> Service::end_silence(std::string plan, SilenceEnd end)
{
    const std::function<SettleAnswer(Transaction&, Desk&, Instant)> work = [&](Transaction& transaction, Desk& at, Instant now) -> SettleAnswer {
        if (!at.engine->silences().contains(end.id)) return {};
        store_event(transaction, at, end, LedgerKind::silence_end, end.by, to_payload(end), now);
        return {true, {}};
    };
    co_return co_await settle(std::move(plan), work);
}

asio::awaitable<SettleAnswer> Service::extend(std::string plan, RawExtension extension)
{
    const std::function<SettleAnswer(Transaction&, Desk&, Instant)> work = [&](Transaction& transaction, Desk& at, Instant now) -> SettleAnswer {
        const auto admitted = at.engine->admit(extension, now);
        if (!admitted) return {true, admitted.error()};
        store_event(transaction, at, *admitted, LedgerKind::extension, extension.by, to_payload(extension), now);
        return {true, {}};
    };
    co_return co_await settle(std::move(plan), work);
}

asio::awaitable<SettleAnswer> Service::waive(std::string plan, RawWaiver waiver)
{
    const std::function<SettleAnswer(Transaction&, Desk&, Instant)> work = [&](Transaction& transaction, Desk& at, Instant now) -> SettleAnswer {
        const auto admitted = at.engine->admit(waiver, now);
        if (!admitted) return {true, admitted.error()};
        store_event(transaction, at, *admitted, LedgerKind::waiver, waiver.by, to_payload(waiver), now);
        return {true, {}};
    };
    co_return co_await settle(std::move(plan), work);
}

// ---- the courier

asio::awaitable<void> Service::record_delivery(std::string plan, Delivery delivery)
{
    const std::function<SettleAnswer(Transaction&, Desk&, Instant)> work = [&](Transaction& transaction, Desk& at, Instant now) -> SettleAnswer {
        store_event(transaction, at, delivery, LedgerKind::delivery, "courier", to_payload(delivery), now);
        transaction.close_message(at.row, delivery, at.engine->now());
        return {true, {}};
    };
    co_await settle(std::move(plan), work);
}

asio::awaitable<void> Service::record_try(std::string plan, std::uint64_t message, Attempt attempt, Instant next_try, std::string next_channel)
{
    const std::function<void(Transaction&)> work = [&](Transaction& transaction) {
        if (const Desk* at = desk(plan)) transaction.record_try(at->row, message, attempt, next_try, next_channel);
    };
    co_await commit(work);
}

asio::awaitable<void> Service::put_off(std::string plan, std::uint64_t message, Instant next_try, std::string why)
{
    const std::function<void(Transaction&)> work = [&](Transaction& transaction) {
        transaction.put_off(plan, message, next_try, why);
    };
    co_await commit(work);
}

}  // namespace planwatch
