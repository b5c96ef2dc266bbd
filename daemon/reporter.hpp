// The reporter: at each moment of the plans' schedules it has the report made and set, as of that moment, and hands it to the writer. One
// after the other, by moment, so that a later report knows of the earlier ones; also where virtual time runs faster than they can be made.
//
// A report is sent once: nothing happened before the transaction that stores it, and after that the courier has it. How far each kind has
// come is kept in the database: a kind begins with the first moment after it is set to be sent, and one whose moment passed while the
// daemon was down (or the plan at rest) is sent late. Where that took longer than `latest`, the moments before are passed over.
#pragma once

#include "daemon/press.hpp"
#include "daemon/service.hpp"
#include "exporters/metrics.hpp"

#include <boost/asio/steady_timer.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {

class Reporter {
public:
    static constexpr std::chrono::days latest{31};

    // Before the service opens the plans: from how far they have come it is seen how long nobody looked after them.
    Reporter(const asio::any_io_executor& executor, Service& service, Press& press, const std::string& database);

    // Runs until `stop`.
    asio::awaitable<void> run();
    // Plans or settings became others.
    void wake() { news_.cancel(); }
    // Ends after the report that is being made, and waits for that, within reason.
    asio::awaitable<void> stop();

    const ReporterStats& stats() const { return stats_; }

private:
    // Reports of one kind that are due at one moment; of scores there may be several.
    struct Job {
        std::string plan;
        ReportKind kind = ReportKind::monthly;
        Instant at{};
        std::vector<ReportMoment> reports;
    };
    struct Course {
        std::string version;  // of the policy that the rest was taken from
        std::vector<ReportMoment> schedule;
        std::map<ReportKind, Instant> settled;
        std::map<ReportKind, std::chrono::steady_clock::time_point> pauses;  // not to be tried again before
    };

    asio::awaitable<void> follow_plans();
    asio::awaitable<void> follow(std::string plan, std::shared_ptr<const Policy> policy);
    Instant earliest_of(const std::string& plan, std::optional<Instant> settled) const;
    std::optional<Job> next_job() const;
    asio::awaitable<void> work(Job job);
    asio::awaitable<std::optional<std::vector<ReportRequest>>> requests_of(Job job);
    asio::awaitable<bool> send(ReportRequest request, Instant moment);
    asio::awaitable<void> wait(std::optional<Instant> until);
    void note_failure(const ReportRequest& request, const std::string& why);

    Service& service_;
    Press& press_;
    StoreReader reader_;
    std::map<std::string, Course> courses_;  // by plan
    std::map<std::string, Instant> left_;    // until when plans that are not looked after were
    Instant back_;                           // since when they would be again
    asio::steady_timer news_;
    asio::steady_timer over_;
    ReporterStats stats_;
    bool stopping_ = false;
    bool running_ = false;
};

}  // namespace planwatch
