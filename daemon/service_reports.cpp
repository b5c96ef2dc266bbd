// A report on its way through the writer: the ledger's entry, the paper and the mails that carry it, in one transaction.
#include "daemon/ledger_event.hpp"
#include "daemon/service.hpp"

namespace planwatch {

asio::awaitable<std::optional<ReportSent>> Service::send_report(std::string plan, ReportSent report, const ReportPaper& paper)
{
    std::optional<ReportSent> sent;
    const std::function<SettleAnswer(Transaction&, Desk&, Instant)> work = [&](Transaction& transaction, Desk& at, Instant now) -> SettleAnswer {
        const Policy& policy = at.engine->policy();
        const auto unit = policy.plan.unit(report.unit);
        if (transaction.is_report_sent(at.row, report) || (!report.unit.empty() && !unit)) return {};
        report.recipients = report_recipients(policy, report.kind, unit, policy.zone.day_of(now));
        Changes changes = timed_apply(at, report, now);
        const auto entry = transaction.append(at.row, LedgerKind::report, "planwatch", to_payload(report), at.engine->now());
        transaction.write_report(at.row, report, entry, at.engine->now());
        transaction.write_paper(entry, paper);
        write(transaction, at, std::move(changes), entry);
        sent = report;
        return {true, {}};
    };
    co_await settle(std::move(plan), work);
    co_return sent;
}

asio::awaitable<void> Service::settle_reports(std::string plan, ReportKind kind, std::optional<Instant> until)
{
    const std::function<void(Transaction&)> work = [&](Transaction& transaction) {
        if (const Desk* at = desk(plan)) transaction.settle_reports(at->row, kind, until);
    };
    co_await commit(work);
}

asio::awaitable<bool> Service::bring_to_now(std::string plan)
{
    bool found = false;
    const std::function<void(Transaction&)> work = [&](Transaction& transaction) {
        Desk* const at = desk(plan);
        if (!at) return;
        write(transaction, *at, at->engine->advance(clock_.now()), 0);
        found = true;
    };
    co_await commit(work);
    co_return found;
}

}  // namespace planwatch
