#include "exporters/metrics.hpp"

#include "exporters/metric_family.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace planwatch {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily submissions_family(const SubmissionCounters& counters)
{
    using enum SubmissionResult;
    FamilyBuilder family{"planwatch_submissions_total", MetricType::Counter, "Submissions answered, by what became of them."};
    for (const SubmissionResult result : {stored, repeated, locked, rejected}) {
        family.add({{"result", std::string{to_string(result)}}}, static_cast<double>(counters[result]));
    }
    return family.take();
}

MetricFamily notifications_family(const std::map<std::string, NotificationCounters>& channels)
{
    using enum NotificationResult;
    FamilyBuilder family{"planwatch_notifications_total", MetricType::Counter, "Tries to deliver a notice, by what became of them."};
    for (const auto& [channel, counters] : channels) {
        for (const NotificationResult result : {delivered, retried, dead}) {
            family.add({{"channel", channel}, {"result", std::string{to_string(result)}}}, static_cast<double>(counters[result]));
        }
    }
    return family.take();
}

MetricFamily reports_family(const ReporterStats& reporter)
{
    FamilyBuilder family{"planwatch_reports_total", MetricType::Counter, "Reports that were to go out by themselves, by what became of them."};
    const auto count = [](const std::map<ReportKind, std::uint64_t>& by_kind, ReportKind kind) {
        const auto found = by_kind.find(kind);
        return found == by_kind.end() ? 0.0 : static_cast<double>(found->second);
    };
    for (const ReportKind kind : all_report_kinds) {
        family.add({{"kind", std::string{to_string(kind)}}, {"result", "sent"}}, count(reporter.sent, kind));
        family.add({{"kind", std::string{to_string(kind)}}, {"result", "failed"}}, count(reporter.failed, kind));
    }
    return family.take();
}

MetricFamily single(std::string name, MetricType type, std::string help, MetricLabels labels, std::optional<double> value)
{
    FamilyBuilder family{std::move(name), type, std::move(help)};
    family.add_if_known(std::move(labels), value);
    return family.take();
}

void add_alertmanagers(std::vector<MetricFamily>& families, const std::vector<AlertmanagerStats>& alertmanagers)
{
    FamilyBuilder requests{"planwatch_alertmanager_requests_total", MetricType::Counter, "Requests to Alertmanager, by what became of them."};
    FamilyBuilder firing{"planwatch_alertmanager_firing_alerts", MetricType::Gauge, "Alerts that Alertmanager was told of and that are not over."};
    FamilyBuilder last{"planwatch_alertmanager_last_accepted_timestamp_seconds", MetricType::Gauge, "When Alertmanager last accepted a request."};
    for (const AlertmanagerStats& each : alertmanagers) {
        requests.add({{"alertmanager", each.url}, {"result", "accepted"}}, static_cast<double>(each.accepted));
        requests.add({{"alertmanager", each.url}, {"result", "failed"}}, static_cast<double>(each.failed));
        firing.add({{"alertmanager", each.url}}, static_cast<double>(each.firing));
        last.add_if_known({{"alertmanager", each.url}}, metric_seconds(each.last_accepted));
    }
    for (FamilyBuilder* family : {&requests, &firing, &last}) families.push_back(family->take());
}

MetricFamily durations(std::string name, std::string help, const DurationHistogram& histogram)
{
    FamilyBuilder family{std::move(name), MetricType::Histogram, std::move(help)};
    family.add(histogram);
    return family.take();
}

void add_history(std::vector<MetricFamily>& families, const HistoryStats& history)
{
    FamilyBuilder samples{"planwatch_history_samples_total", MetricType::Counter, "Samples of history that the receiver took, or will not have."};
    samples.add({{"result", "stored"}}, static_cast<double>(history.stored));
    samples.add({{"result", "refused"}}, static_cast<double>(history.refused));
    families.push_back(samples.take());
    families.push_back(single("planwatch_history_failures_total", MetricType::Counter, "Pushes of history that failed and are tried again.", {},
                              static_cast<double>(history.failures)));
    families.push_back(single("planwatch_history_lag_seconds", MetricType::Gauge, "How far what is stored is ahead of the history that the receiver took.",
                              {}, history.lag_seconds));
}

MetricFamily token_expiry_family(const std::vector<TokenExpiry>& tokens)
{
    FamilyBuilder family{"planwatch_token_expires_timestamp_seconds", MetricType::Gauge, "When a token ends; tokens without an end are left out."};
    for (const TokenExpiry& token : tokens) family.add({{"token", std::to_string(token.id)}, {"role", token.role}}, metric_seconds(token.expires));
    return family.take();
}

void add_storage(std::vector<MetricFamily>& families, const DaemonStats& stats)
{
    const auto gauge = [&](std::string name, std::string help, std::optional<double> value) {
        families.push_back(single(std::move(name), MetricType::Gauge, std::move(help), {}, value));
    };
    gauge("planwatch_ledger_entries", "Entries of the ledger.", static_cast<double>(stats.ledger_entries));
    gauge("planwatch_storage_writable", "Whether the last commit went through.", stats.storage_ok ? 1 : 0);
    gauge("planwatch_database_bytes", "The database's file and its write-ahead log.", stats.storage.database_bytes);
    gauge("planwatch_data_free_bytes", "Room left in the file system of the data, for this user.", stats.storage.free_bytes);
    gauge("planwatch_data_size_bytes", "Size of the file system of the data.", stats.storage.size_bytes);
}

// The names and meanings that every Prometheus client uses, so that ready boards find them.
void add_process(std::vector<MetricFamily>& families, const ProcessStats& process)
{
    const auto gauge = [&](std::string name, std::string help, std::optional<double> value) {
        families.push_back(single(std::move(name), MetricType::Gauge, std::move(help), {}, value));
    };
    families.push_back(
        single("process_cpu_seconds_total", MetricType::Counter, "User and system CPU time spent.", {}, process.cpu_seconds));
    gauge("process_resident_memory_bytes", "Resident memory.", process.resident_memory_bytes);
    gauge("process_virtual_memory_bytes", "Virtual memory.", process.virtual_memory_bytes);
    gauge("process_open_fds", "Open file descriptors.", process.open_fds);
    gauge("process_max_fds", "Most file descriptors that may be open.", process.max_fds);
    gauge("process_start_time_seconds", "When the process started, since 1970.", process.start_time_seconds);
}

}  // namespace

std::string_view to_string(SubmissionResult result)
{
    switch (result) {
        case SubmissionResult::stored: return "stored";
        case SubmissionResult::repeated: return "repeated";
        case SubmissionResult::locked: return "locked";
        case SubmissionResult::rejected: break;
    }
    return "rejected";
}

std::string_view to_string(NotificationResult result)
{
    switch (result) {
        case NotificationResult::delivered: return "delivered";
        case NotificationResult::retried: return "retried";
        case NotificationResult::dead: break;
    }
    return "dead";
}

void DurationHistogram::observe(double seconds)
{
    const auto bucket = std::ranges::lower_bound(bounds, seconds);
    if (bucket != bounds.end()) ++counts_[static_cast<std::size_t>(bucket - bounds.begin())];
    ++count_;
    sum_ += seconds;
}

ClientMetric::Histogram DurationHistogram::to_prometheus() const
{
    ClientMetric::Histogram histogram;
    histogram.sample_count = count_;
    histogram.sample_sum = sum_;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        below += counts_[i];
        histogram.bucket.push_back({.cumulative_count = below, .upper_bound = bounds[i]});
    }
    histogram.bucket.push_back({.cumulative_count = count_, .upper_bound = std::numeric_limits<double>::infinity()});
    return histogram;
}

std::vector<MetricFamily> daemon_families(const DaemonStats& stats)
{
    std::vector<MetricFamily> families;
    families.push_back(single("planwatch_build_info", MetricType::Gauge, "The program's version and revision; always 1.",
                              {{"version", stats.version}, {"revision", stats.revision}}, 1));
    families.push_back(submissions_family(stats.writer.submissions));
    families.push_back(notifications_family(stats.courier.notifications));
    families.push_back(single("planwatch_notification_queue_length", MetricType::Gauge,
                              "Notices that are not yet delivered or given up.", {},
                              static_cast<double>(stats.courier.queue_length)));
    families.push_back(reports_family(stats.reporter));
    families.push_back(durations("planwatch_report_duration_seconds", "The making of one report, from the ledger to its paper.", stats.reporter.duration));
    add_alertmanagers(families, stats.alertmanagers);
    families.push_back(single("planwatch_notification_oldest_timestamp_seconds", MetricType::Gauge,
                              "When the oldest notice that is not yet delivered or given up was written.", {}, metric_seconds(stats.courier.oldest)));
    families.push_back(
        durations("planwatch_commit_duration_seconds", "One transaction, its fsync included.", stats.writer.commit_duration));
    families.push_back(durations("planwatch_evaluation_duration_seconds", "The engine's work on one event or one moment.",
                                 stats.writer.evaluation_duration));
    families.push_back(single("planwatch_config_last_reload_successful", MetricType::Gauge, "Whether the last reload was accepted.",
                              {}, stats.config_last_reload_successful ? 1 : 0));
    families.push_back(single("planwatch_config_last_reload_success_timestamp_seconds", MetricType::Gauge,
                              "When a reload was last accepted.", {}, metric_seconds(stats.config_last_reload_success)));
    if (stats.history) add_history(families, *stats.history);
    families.push_back(single("planwatch_certificate_not_after_timestamp_seconds", MetricType::Gauge,
                              "When the certificate that the listener shows ends.", {}, metric_seconds(stats.certificate_not_after)));
    families.push_back(token_expiry_family(stats.tokens));
    add_storage(families, stats);
    add_process(families, stats.process);
    return families;
}

}  // namespace planwatch
