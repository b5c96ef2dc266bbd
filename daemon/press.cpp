#include "daemon/press.hpp"

#include "daemon/replay.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <set>

namespace planwatch {
namespace {

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

}  // namespace

struct Press::Place {
    std::shared_ptr<std::size_t> queue;
    explicit Place(std::shared_ptr<std::size_t> q) : queue{std::move(q)} { ++*queue; }
    ~Place() { --*queue; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
};

Result<Printed> Press::print_now(const ReportRequest& request, Instant now, bool with_paper) const
{
    StoreReader reader{database_};
    Result<Report> report = make_report(reader, request, now);
    if (!report) return tl::unexpected{std::move(report.error())};
    Printed printed{*std::move(report), {}};
    if (with_paper) printed.paper = set_report(printed.report);
    return printed;
}

asio::awaitable<Result<Printed>> Press::print(ReportRequest request, Instant now, bool with_paper)
{
    const Place place{queue_};
    const auto work = [&]() -> asio::awaitable<Result<Printed>> { co_return print_now(request, now, with_paper); };
    co_return co_await asio::co_spawn(threads_, work, asio::use_awaitable);
}

asio::awaitable<std::vector<std::string>> Press::units_owing(std::string plan, Instant moment)
{
    const Place place{queue_};
    const auto work = [&]() -> asio::awaitable<std::vector<std::string>> {
        StoreReader reader{database_};
        const std::unique_ptr<Engine> engine = replay(reader, plan, moment);
        co_return engine ? owing_in(*engine) : std::vector<std::string>{};
    };
    co_return co_await asio::co_spawn(threads_, work, asio::use_awaitable);
}

}  // namespace planwatch
