// What planwatch tells Prometheus (design.md §7). README.md beside this file lists every family; a test compares the two.
// Values only: the caller takes a snapshot, these functions turn it into families, `exposition` into text.
#pragma once

#include "rules/engine.hpp"

#include <prometheus/metric_family.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace planwatch {

// A histogram of durations in seconds, buckets from 100 µs to 10 s. Not thread safe: its owner copies it for a scrape.
class DurationHistogram {
public:
    static constexpr std::array<double, 16> bounds = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                      0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};

    void observe(double seconds);
    std::uint64_t count() const { return count_; }
    double sum() const { return sum_; }
    prometheus::ClientMetric::Histogram to_prometheus() const;

private:
    std::array<std::uint64_t, bounds.size()> counts_{};  // each its own bucket alone; beyond the last: only in count_
    std::uint64_t count_ = 0;
    double sum_ = 0;
};

enum class SubmissionResult : std::uint8_t { stored, repeated, locked, rejected };   // 201, 200, 409, 422
enum class NotificationResult : std::uint8_t { delivered, retried, dead };           // dead: given up, a dead letter
std::string_view to_string(SubmissionResult);
std::string_view to_string(NotificationResult);

// A counter for every value of an enumeration, so that each is exposed from the first scrape on.
template <class Result, std::size_t size>
struct CountersBy {
    std::array<std::uint64_t, size> counts{};
    std::uint64_t& operator[](Result result) { return counts[static_cast<std::size_t>(result)]; }
    std::uint64_t operator[](Result result) const { return counts[static_cast<std::size_t>(result)]; }
};
using SubmissionCounters = CountersBy<SubmissionResult, 4>;
using NotificationCounters = CountersBy<NotificationResult, 3>;

// Of /proc/self; what could not be read stays unset and is not exposed.
struct ProcessStats {
    std::optional<double> cpu_seconds;
    std::optional<double> resident_memory_bytes;
    std::optional<double> virtual_memory_bytes;
    std::optional<double> open_fds;
    std::optional<double> max_fds;
    std::optional<double> start_time_seconds;  // since 1970
};

// What each part of the daemon counts about itself.
struct WriterStats {
    SubmissionCounters submissions;
    DurationHistogram commit_duration;      // one transaction, its fsync included
    DurationHistogram evaluation_duration;  // the engine's work on one event or one moment
};

struct CourierStats {
    std::map<std::string, NotificationCounters> notifications;  // by channel: "mail"
    std::uint64_t queue_length = 0;                             // messages that are not closed
    std::optional<Instant> oldest;                              // when the first of them was written
};

// Of the folder of data; what could not be read stays unset and is not exposed.
struct StorageStats {
    std::optional<double> database_bytes;  // with its write-ahead log
    std::optional<double> free_bytes;      // of the file system, for this user
    std::optional<double> size_bytes;
};

// Of the history exporter.
struct HistoryStats {
    std::uint64_t stored = 0;    // samples that the receiver took
    std::uint64_t refused = 0;   // samples that it will not have
    std::uint64_t failures = 0;  // requests that will be tried again
    std::optional<double> lag_seconds;  // how far the plan that is furthest behind is ahead of what was taken; not known at first
};

// A token that expires some day. Neither its text nor its label: the one is secret, the other people's names.
struct TokenExpiry {
    std::int64_t id = 0;
    std::string role;
    Instant expires{};
};

// Of an Alertmanager that is kept told of what fires.
struct AlertmanagerStats {
    std::string url;             // its address, as it may be shown
    std::uint64_t accepted = 0;  // requests
    std::uint64_t failed = 0;
    std::uint64_t firing = 0;    // alerts that it was told of and that are not over
    std::optional<Instant> last_accepted;
};

// Of the reporter.
struct ReporterStats {
    std::map<ReportKind, std::uint64_t> sent;    // each paper once, whatever the number of its recipients
    std::map<ReportKind, std::uint64_t> failed;  // tries at making one that failed
    DurationHistogram duration;                  // from the ledger to the paper
};

struct DaemonStats {
    std::string version;   // of the program
    std::string revision;  // of its sources; may be empty
    WriterStats writer;
    CourierStats courier;
    ReporterStats reporter;
    std::vector<AlertmanagerStats> alertmanagers;
    std::optional<HistoryStats> history;  // none: nowhere to push it to
    bool config_last_reload_successful = true;
    std::optional<Instant> config_last_reload_success;  // when
    std::optional<Instant> certificate_not_after;       // none: no TLS
    std::vector<TokenExpiry> tokens;
    std::uint64_t ledger_entries = 0;
    bool storage_ok = true;  // the last commit went through
    StorageStats storage;
    ProcessStats process;
};

// ---- of a plan. Where nothing is known there is no sample: missing is not zero.

// One unit's own part of one indicator, in base units. NaN: not known, and not exposed.
struct PartSample {
    double value;
    double attainment;
    double expected;
    double last_submission;  // seconds since 1970
};
PartSample part_sample(const Engine& engine, std::uint32_t series);

// The families of the parts, in the order of their names. A value is in the family of its indicator's measure.
enum class PartFamily : std::uint8_t { attainment, expected, last_submission, average, count, per_thousand, ratio };
inline constexpr std::size_t part_families = 7;
const prometheus::MetricFamily& part_family(PartFamily family);  // its name, help and type, without metrics
PartFamily value_family(Measure measure);

// How many alerts there are in each state; a plan can have more of them than can be counted for every scrape.
class AlertCounts {
public:
    static constexpr std::size_t kinds = static_cast<std::size_t>(AlertKind::silence_ending) + 1, phases = 2, severities = 3;
    std::uint64_t& at(AlertKind kind, Phase phase, Severity severity);  // phase: pending or firing
    std::uint64_t at(AlertKind kind, Phase phase, Severity severity) const;

private:
    std::array<std::uint64_t, kinds * phases * severities> counts_{};
};

// All else: indicators as a whole, targets, slots, due moments, alerts. `arrivals`: when each indicator's own series last got a figure.
std::vector<prometheus::MetricFamily> summary_families(const Engine& engine, std::span<const std::optional<Instant>> arrivals, const AlertCounts& alerts);

// Names to join with, which belong to no other metric's labels: always 1. Of the plan's things (its duties, …) those from `first`
// on, `count` at most.
enum class InfoFamily : std::uint8_t { duty, indicator, plan, unit };
inline constexpr std::size_t info_families = 4;
std::size_t info_count(const Plan& plan, InfoFamily family);
prometheus::MetricFamily info_family(const Plan& plan, InfoFamily family, std::size_t first, std::size_t count);

// ---- the same families of a plan in other parts, for samples that carry their own time (history)

// An indicator as a whole, or one unit's own part of it, as stated for `at`.
struct Stated {
    IndicatorIndex indicator = 0;
    std::optional<UnitIndex> unit;
    Instant at{};
};
// Value, attainment and expectation of these, as the engine has them now.
std::vector<prometheus::MetricFamily> stated_families(const Engine& engine, std::span<const Stated> statements);
// When their newest figure came in: at `at`.
std::vector<prometheus::MetricFamily> arrival_families(const Engine& engine, std::span<const Stated> arrivals);
// What hangs on no single figure, and moves: slots, due moments, alerts. Without a time.
std::vector<prometheus::MetricFamily> standing_families(const Engine& engine);
// What stands in the plan itself: targets, and names to join with. Without a time.
std::vector<prometheus::MetricFamily> adopted_families(const Policy& policy);

// ---- of the daemon

std::vector<prometheus::MetricFamily> daemon_families(const DaemonStats& stats);

}  // namespace planwatch
