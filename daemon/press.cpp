#include "daemon/press.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace planwatch {
namespace {

Result<Printed> print_with(ReportMaker& maker, const ReportRequest& request, Instant now, std::optional<PaperParts> parts)
{
    Result<Report> report = maker.make(request, now);
    if (!report) return tl::unexpected{std::move(report.error())};
    Printed printed{*std::move(report), {}};
    if (parts) printed.paper = set_report(printed.report, *parts);
    return printed;
}

}  // namespace

struct Press::Place {
    std::shared_ptr<std::size_t> queue;
    explicit Place(std::shared_ptr<std::size_t> q) : queue{std::move(q)} { ++*queue; }
    ~Place() { --*queue; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
};

Press::Desk& Press::desk()
{
    if (!desk_) desk_ = std::make_unique<Desk>(database_);
    return *desk_;
}

asio::awaitable<Result<Printed>> Press::print(ReportRequest request, Instant now, std::optional<PaperParts> parts)
{
    const Place place{queue_};
    const auto work = [&]() -> asio::awaitable<Result<Printed>> {
        StoreReader reader{database_};
        ReportMaker maker{reader};
        co_return print_with(maker, request, now, parts);
    };
    co_return co_await asio::co_spawn(threads_, work, asio::use_awaitable);
}

asio::awaitable<Result<Printed>> Press::print_due(ReportRequest request, Instant now)
{
    const Place place{queue_};
    constexpr PaperParts all;
    const auto work = [&]() -> asio::awaitable<Result<Printed>> { co_return print_with(desk().maker, request, now, all); };
    co_return co_await asio::co_spawn(threads_, work, asio::use_awaitable);
}

asio::awaitable<std::vector<std::string>> Press::units_owing(ReportRequest letter, Instant now)
{
    const Place place{queue_};
    const auto work = [&]() -> asio::awaitable<std::vector<std::string>> { co_return desk().maker.units_owing(letter, now); };
    co_return co_await asio::co_spawn(threads_, work, asio::use_awaitable);
}

void Press::clear_desk()
{
    asio::post(threads_, [this] { desk_.reset(); });
}

}  // namespace planwatch
