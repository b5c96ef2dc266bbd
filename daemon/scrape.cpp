#include "daemon/scrape.hpp"

#include "daemon/problem_json.hpp"
#include "daemon/process_stats.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

namespace planwatch {
namespace {

// Each holds a copy of the plans' samples and later its text; more than a few come only from somebody who does not wait for answers.
constexpr int most_waiting = 8;
constexpr int politeness = 10;  // of nice(2)

}  // namespace

Scrape::Scrape(const Metrics& settings, std::filesystem::path database) : database_{std::move(database)}, text_{settings.series_per_family}
{
    // On Linux a thread has a priority of its own. Refused, it renders all the same.
    asio::post(thread_, [] { setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), politeness); });
}

asio::awaitable<Response> Scrape::answer(std::vector<std::shared_ptr<const PlanSamples>> plans, DaemonStats stats, MetricsRequest request)
{
    if (waiting_ >= most_waiting) {
        Response busy = problem(503, "too many scrapes wait already; try again in a second");
        busy.headers = "Retry-After: 1\r\n";
        co_return busy;
    }
    struct Place {
        int& waiting;
        explicit Place(int& count) : waiting{count} { ++waiting; }
        ~Place() { --waiting; }
    };
    const Place place{waiting_};
    const auto work = [&]() -> asio::awaitable<Rendered> { co_return render(plans, stats, request); };
    Rendered rendered = co_await asio::co_spawn(thread_, work, asio::use_awaitable);
    tell(std::move(rendered.refused));

    Response response{.content_type = content_type(request.format)};
    response.headers = "Vary: Accept, Accept-Encoding\r\n";
    if (request.gzip) response.headers += "Content-Encoding: gzip\r\n";
    response.pieces = std::move(rendered.pieces);
    co_return response;
}

Scrape::Rendered Scrape::render(const std::vector<std::shared_ptr<const PlanSamples>>& plans, DaemonStats& stats, const MetricsRequest& request)
{
    stats.process = process_stats();
    stats.storage = storage_stats(database_);
    TextPieces pieces = text_.render(plans, daemon_families(stats), request);
    return {std::move(pieces), text_.refused()};
}

// Once for each state of affairs: a scrape comes every few seconds.
void Scrape::tell(Refused refused)
{
    if (refused == told_) return;
    for (const auto& [family, count] : refused)
        spdlog::warn("/metrics leaves out {} series of {}: the family is full; raise [metrics] series_per_family, or watch fewer plans with one daemon",
                     count, family);
    if (refused.empty()) spdlog::info("/metrics has room for every series again");
    told_ = std::move(refused);
}

}  // namespace planwatch
