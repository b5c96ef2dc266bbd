#include "daemon/reporter.hpp"

#include "daemon/paper.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace planwatch {
namespace {

using namespace std::chrono_literals;

constexpr auto pause_after_failure = 5min;
constexpr auto longest_report = 10s;  // that stopping waits for

std::string named(const ReportRequest& request)
{
    return fmt::format("{} report on {} of {}{}{}", to_string(request.kind), request.period.to_string(), request.plan,
                       request.unit.empty() ? "" : " for " + request.unit, request.composite.empty() ? "" : " on " + request.composite);
}

}  // namespace

Reporter::Reporter(const asio::any_io_executor& executor, Service& service, Press& press, const std::string& database)
    : service_{service}, press_{press}, reader_{database}, back_{service.clock().now()}, news_{executor}, over_{executor}
{
    // A plan's own time stands still while nothing befalls it; the daemon ran as long as any plan's moved.
    Instant ran = Instant::min();
    for (const std::string& plan : reader_.plans()) ran = std::max(ran, reader_.newest_position(plan).until);
    for (const std::string& plan : reader_.plans()) left_[plan] = ran;
}

asio::awaitable<void> Reporter::wait(std::optional<Instant> until)
{
    using namespace asio::experimental::awaitable_operators;
    press_.clear_desk();  // nothing more is due at the moment that it was kept for
    const auto news = [this]() -> asio::awaitable<void> {
        news_.expires_after(30s);
        boost::system::error_code ignored;
        co_await news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    };
    if (until) co_await (service_.clock().sleep_until(*until) || news());
    else co_await news();
}

asio::awaitable<void> Reporter::run()
{
    running_ = true;
    while (!stopping_) {
        bool stored = true;
        try {
            co_await follow_plans();
            const std::optional<Job> job = next_job();
            // At its very moment something may still come in that belongs to it.
            const bool due = job && job->at < service_.clock().now();
            std::optional<Instant> until;
            if (job) until = job->at + 1ms;
            if (due) co_await work(*job);
            else co_await wait(until);
        } catch (const StorageError&) {  // the service has told it
            stored = false;
        }
        if (!stored && !stopping_) co_await wait(std::nullopt);
    }
    running_ = false;
    over_.cancel();
}

// ---- the schedules

asio::awaitable<void> Reporter::follow_plans()
{
    const std::vector<std::string> plans = service_.plans();
    std::erase_if(courses_, [&](const auto& course) {
        const bool gone = std::ranges::find(plans, course.first) == plans.end();
        if (gone) left_[course.first] = service_.clock().now();
        return gone;
    });
    for (const std::string& plan : plans) {
        const Engine* const engine = service_.engine(plan);
        if (!engine) continue;  // a reload came between
        const auto known = courses_.find(plan);
        if (known != courses_.end() && known->second.version == engine->policy().version) continue;
        auto policy = engine->policy_ptr();
        co_await follow(plan, std::move(policy));
    }
    back_ = service_.clock().now();
}

// From when on the moments of a kind count that is settled up to `settled`; none: it is new, and begins now.
Instant Reporter::earliest_of(const std::string& plan, std::optional<Instant> settled) const
{
    const Instant now = service_.clock().now();
    if (!settled) return now;
    const auto left = left_.find(plan);
    const bool long_gone = !courses_.contains(plan) && left != left_.end() && back_ - left->second > latest;
    return long_gone ? std::max(*settled, now - latest) : *settled;
}

// Where each kind's sending stands in the database; one that is not sent any more is forgotten.
asio::awaitable<void> Reporter::follow(std::string plan, std::shared_ptr<const Policy> policy)
{
    Course course{.version = policy->version, .schedule = report_schedule(*policy), .settled = {}, .pauses = {}};
    for (const ReportKind kind : all_report_kinds) {
        const bool sent = std::ranges::any_of(course.schedule, [&](const ReportMoment& moment) { return moment.kind == kind; });
        std::optional<Instant> settled = reader_.reports_settled(plan, kind);
        if (!sent) {
            if (settled) co_await service_.settle_reports(plan, kind, std::nullopt);
            continue;
        }
        const Instant earliest = earliest_of(plan, settled);
        if (!settled || *settled < earliest) {
            for (const ReportMoment& moment : course.schedule)
                if (settled && moment.kind == kind && moment.at > *settled && moment.at <= earliest)
                    spdlog::warn("the {} report on {} of {} was due at {}, while planwatch was not running, and is not sent any more: that is over {} days ago",
                                 to_string(kind), moment.period.to_string(), plan, format_instant(moment.at, policy->zone), latest.count());
            co_await service_.settle_reports(plan, kind, earliest);
            settled = earliest;
        }
        course.settled[kind] = *settled;
    }
    courses_.insert_or_assign(plan, std::move(course));
}

// The earliest that is not settled, of all plans; those that just failed aside.
std::optional<Reporter::Job> Reporter::next_job() const
{
    std::optional<Job> next;
    const auto clock = std::chrono::steady_clock::now();
    for (const auto& [plan, course] : courses_) {
        for (const ReportMoment& moment : course.schedule) {
            const auto pause = course.pauses.find(moment.kind);
            if (moment.at <= course.settled.at(moment.kind) || (pause != course.pauses.end() && pause->second > clock)) continue;
            const bool beside = next && next->plan == plan && next->kind == moment.kind && next->at == moment.at;
            if (beside) next->reports.push_back(moment);
            else if (!next || moment.at < next->at) next = Job{plan, moment.kind, moment.at, {moment}};
            else break;
        }
    }
    return next;
}

// ---- one moment

asio::awaitable<void> Reporter::work(Job job)
{
    const bool found = co_await service_.bring_to_now(job.plan);
    if (!found) co_return;
    const std::optional<std::vector<ReportRequest>> requests = co_await requests_of(job);
    bool all_sent = requests.has_value();
    for (std::size_t i = 0; requests && i < requests->size(); ++i) {
        if (stopping_) co_return;
        const bool sent = co_await send((*requests)[i], job.at);
        all_sent = all_sent && sent;
    }
    if (all_sent) co_await service_.settle_reports(job.plan, job.kind, job.at);
    const auto course = courses_.find(job.plan);
    if (course == courses_.end()) co_return;
    if (all_sent) course->second.settled[job.kind] = job.at;
    else course->second.pauses[job.kind] = std::chrono::steady_clock::now() + pause_after_failure;
}

// None where it cannot be told. Letters go to the units that owe something then.
asio::awaitable<std::optional<std::vector<ReportRequest>>> Reporter::requests_of(Job job)
{
    std::vector<ReportRequest> requests;
    for (const ReportMoment& report : job.reports)
        requests.push_back({.kind = job.kind, .plan = job.plan, .period = report.period, .unit = {}, .composite = report.composite, .as_of = job.at});
    if (job.kind != ReportKind::reminder) co_return requests;
    const ReportRequest letter = requests.front();
    requests.clear();
    std::string problem;
    try {
        const Instant now = service_.clock().now();
        const std::vector<std::string> units = co_await press_.units_owing(letter, now);
        for (const std::string& unit : units) {
            requests.push_back(letter);
            requests.back().unit = unit;
        }
    } catch (const std::exception& error) {
        problem = error.what();
    }
    if (problem.empty()) co_return requests;
    note_failure(letter, problem);
    co_return std::nullopt;
}

// False where it could not be made, and may be later. What is wrong with the request itself stays wrong: the past does not change.
asio::awaitable<bool> Reporter::send(ReportRequest request, Instant moment)
{
    const auto start = std::chrono::steady_clock::now();
    std::optional<Printed> printed;
    std::string problem;
    try {
        const Instant now = service_.clock().now();
        Result<Printed> made = co_await press_.print_due(request, now);
        if (made) {
            printed = *std::move(made);
        } else {
            ++stats_.failed[request.kind];
            spdlog::error("the {} cannot be made and is not sent: {}", named(request), to_text(made.error()));
            co_return true;
        }
    } catch (const std::exception& error) {
        problem = error.what();
    }
    if (!printed) {
        note_failure(request, problem);
        co_return false;
    }
    stats_.duration.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    ReportSent report{.kind = request.kind, .period = request.period, .unit = request.unit, .composite = request.composite, .as_of = moment,
                      .title = printed->report.title, .sha256 = to_hex(digest_of(printed->paper)), .recipients = {}};
    const std::optional<ReportSent> sent = co_await service_.send_report(request.plan, std::move(report), printed->paper);
    if (!sent) co_return true;
    ++stats_.sent[request.kind];
    spdlog::info("the {} goes out, mails: {}, as of {}", named(request), sent->recipients.size(), format_instant_utc(moment));
    co_return true;
}

void Reporter::note_failure(const ReportRequest& request, const std::string& why)
{
    ++stats_.failed[request.kind];
    spdlog::error("the {} could not be made, it will be tried again in {} minutes: {}", named(request), pause_after_failure.count(), why);
}

asio::awaitable<void> Reporter::stop()
{
    stopping_ = true;
    news_.cancel();
    over_.expires_after(longest_report);
    boost::system::error_code ignored;
    if (running_) co_await over_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace planwatch
