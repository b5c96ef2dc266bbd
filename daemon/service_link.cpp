// An acknowledgement by the link in a message: once, in one transaction with the note that the link was used.
#include "daemon/ledger_event.hpp"
#include "daemon/service.hpp"

namespace planwatch {

// An alert that ended and began anew is another occasion: what was told of the first does not speak for the second.
const Alert* Service::told_of(const Engine& engine, std::string_view alert, Instant told)
{
    const auto key = AlertKey::parse(alert, engine.policy().plan.id);
    const auto found = key ? engine.alerts().find(*key) : engine.alerts().end();
    return found == engine.alerts().end() || found->second.state.since > told ? nullptr : &found->second;
}

asio::awaitable<LinkOutcome> Service::acknowledge_once(std::string plan, std::uint64_t notice, Instant told, Acknowledgement ack)
{
    LinkOutcome outcome = LinkOutcome::over;
    const std::function<void(Transaction&)> work = [&](Transaction& transaction) {
        Desk* const at = desk(plan);
        if (!at) return;
        const Instant now = clock_.now();
        advance(transaction, *at, now);
        if (transaction.is_link_used(at->row, notice)) {
            outcome = LinkOutcome::used;
            return;
        }
        if (!told_of(*at->engine, ack.alert, told)) return;
        const auto entry = store_event(transaction, *at, ack, LedgerKind::acknowledgement, ack.by, to_payload(ack), now);
        transaction.use_link(at->row, notice, {at->engine->now(), ack.until, ack.by}, entry);
        outcome = LinkOutcome::acknowledged;
    };
    co_await commit(work);
    co_return outcome;
}

}  // namespace planwatch
