#include "exporters/metrics.hpp"

#include "exporters/views.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace planwatch {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double seconds_of(Instant instant) { return std::chrono::duration<double>{instant.time_since_epoch()}.count(); }

class Family {
public:
    Family(std::string name, MetricType type, std::string help) : family_{std::move(name), std::move(help), type, {}} {}

    void add(Labels labels, double value)
    {
        ClientMetric metric;
        metric.label = std::move(labels);
        switch (family_.type) {
            case MetricType::Counter: metric.counter.value = value; break;
            case MetricType::Untyped: metric.untyped.value = value; break;
            default: metric.gauge.value = value; break;
        }
        family_.metric.push_back(std::move(metric));
    }
    void add_if_known(Labels labels, std::optional<double> value)
    {
        if (value) add(std::move(labels), *value);
    }
    void add(const DurationHistogram& histogram)
    {
        ClientMetric metric;
        metric.histogram = histogram.to_prometheus();
        family_.metric.push_back(std::move(metric));
    }
    MetricFamily take() { return std::move(family_); }

private:
    MetricFamily family_;
};

// The same families twice: of an indicator as a whole, and of each unit's own part of it.
struct IndicatorFamilies {
    IndicatorFamilies(const std::string& prefix, const std::string& of)
        : ratio{prefix + "_value_ratio", MetricType::Gauge, of + ", a ratio, 0 to 1."},
          // promtool keeps the suffix _count for histograms, unless a family has no type.
          count{prefix + "_value_count", MetricType::Untyped, of + ", a number of things."},
          per_thousand{prefix + "_value_per_thousand", MetricType::Gauge, of + ", a number of things per thousand people."},
          average{prefix + "_value_average", MetricType::Gauge, of + ", an average."},
          attainment{prefix + "_attainment_ratio", MetricType::Gauge, of + " as a share of its target."},
          expected{prefix + "_expected_ratio", MetricType::Gauge, of + " as its pace expects it by now, as a share of its target."},
          last_submission{prefix + "_last_submission_timestamp_seconds", MetricType::Gauge,
                          "When a figure last came in. " + of + '.'}
    {
    }

    void add_value(Labels labels, Measure measure, const Assessment& assessment)
    {
        if (!assessment.known) return;
        const double numerator = assessment.figure.numerator.to_double();
        const double quotient = numerator / assessment.base.to_double();
        switch (measure) {
            case Measure::count:
            case Measure::done: return count.add(std::move(labels), numerator);
            case Measure::ratio: return ratio.add(std::move(labels), quotient);
            case Measure::per_thousand: return per_thousand.add(std::move(labels), quotient);
            case Measure::average: return average.add(std::move(labels), quotient);
        }
    }
    void add_progress(const Labels& labels, const Indicator& indicator, const Assessment& assessment)
    {
        attainment.add_if_known(labels, planwatch::attainment(indicator, assessment));
        if (!assessment.expected || !indicator.target || indicator.target->value <= Decimal{}) return;
        expected.add(labels, *assessment.expected / indicator.target->value.to_double());
    }
    void take_into(std::vector<MetricFamily>& families)
    {
        for (Family* family : {&ratio, &count, &per_thousand, &average, &attainment, &expected, &last_submission}) {
            families.push_back(family->take());
        }
    }

    Family ratio, count, per_thousand, average, attainment, expected, last_submission;
};

std::optional<double> seconds_of(const std::optional<Instant>& instant)
{
    if (!instant) return std::nullopt;
    return seconds_of(*instant);
}

// When a figure of the indicator, or of a part of it, last came in. `latest`: of each indicator's own series.
std::optional<Instant> last_of(const Plan& plan, const std::vector<std::optional<Instant>>& latest, IndicatorIndex indicator)
{
    std::optional<Instant> last = latest[indicator];
    for (const IndicatorIndex part : plan.indicators[indicator].parts) last = std::max(last, last_of(plan, latest, part));
    return last;
}

// The parts; returns when each indicator's own series last changed.
std::vector<std::optional<Instant>> add_series(IndicatorFamilies& families, const Engine& engine)
{
    const Plan& plan = engine.policy().plan;
    std::vector<std::optional<Instant>> latest(plan.indicators.size());
    for (std::uint32_t i = 0; i < engine.series_count(); ++i) {
        const Series series = engine.series(i);
        const Indicator& indicator = plan.indicators[series.indicator];
        const std::optional<Instant> last = engine.last_submission(i);
        latest[series.indicator] = std::max(latest[series.indicator], last);

        const Labels labels{{"plan", plan.id}, {"indicator", indicator.id}, {"unit", plan.units[series.unit].id}};
        const Assessment assessment = engine.assessment(series.indicator, series.unit);
        families.add_value(labels, indicator.measure, assessment);
        // A target that the units reach together says nothing about one of them.
        if (indicator.each) families.add_progress(labels, indicator, assessment);
        families.last_submission.add_if_known(labels, seconds_of(last));
    }
    return latest;
}

void add_indicators(IndicatorFamilies& wholes, IndicatorFamilies& parts, Family& info, const Engine& engine)
{
    const Plan& plan = engine.policy().plan;
    const std::vector<std::optional<Instant>> latest = add_series(parts, engine);
    for (IndicatorIndex i = 0; i < plan.indicators.size(); ++i) {
        const Indicator& indicator = plan.indicators[i];
        const Labels labels{{"plan", plan.id}, {"indicator", indicator.id}};
        const Assessment assessment = engine.assessment(i);
        wholes.add_value(labels, indicator.measure, assessment);
        wholes.add_progress(labels, indicator, assessment);
        wholes.last_submission.add_if_known(labels, seconds_of(last_of(plan, latest, i)));
        info.add({{"plan", plan.id},
                  {"indicator", indicator.id},
                  {"measure", std::string{to_string(indicator.measure)}},
                  {"reported", std::string{to_string(indicator.reported)}}},
                 1);
    }
}

constexpr std::array slot_states = {SlotState::upcoming, SlotState::due_soon, SlotState::overdue,
                                    SlotState::on_time,  SlotState::late,     SlotState::waived};

// When the first of a deadline's awaited slots falls due; extended ones fall due by themselves.
Instant next_due_of(const Engine& engine, std::uint32_t deadline, std::uint32_t awaited)
{
    std::optional<Instant> earliest;
    const auto& extensions = engine.extensions();
    for (auto it = extensions.lower_bound({deadline, 0}); it != extensions.end() && it->first.first == deadline; ++it) {
        const SlotState state = engine.slot_at(deadline, it->first.second).state;
        if (state != SlotState::upcoming && state != SlotState::due_soon) continue;
        const Instant due = engine.due_of(deadline, it->second.unit).moment;
        if (!earliest || due < *earliest) earliest = due;
        --awaited;
    }
    return awaited == 0 && earliest ? *earliest : engine.deadlines()[deadline].due.moment;
}

void add_slots(Family& counts, Family& next_due, const Engine& engine)
{
    const Plan& plan = engine.policy().plan;
    std::array<std::uint64_t, slot_states.size()> count{};
    std::vector<std::optional<Instant>> next(plan.duties.size());
    for (std::uint32_t i = 0; i < engine.deadlines().size(); ++i) {
        const Deadline& deadline = engine.deadlines()[i];
        const Engine::SlotCounts counted = engine.counts_of(i);
        for (std::size_t state = 0; state < counted.size(); ++state) count[state] += counted[state];
        const std::uint32_t awaited = counted[static_cast<std::size_t>(SlotState::upcoming)] + counted[static_cast<std::size_t>(SlotState::due_soon)];
        if (awaited == 0) continue;
        std::optional<Instant>& earliest = next[deadline.duty];
        const Instant due = next_due_of(engine, i, awaited);
        if (!earliest || due < *earliest) earliest = due;
    }
    for (const SlotState state : slot_states) {
        counts.add({{"plan", plan.id}, {"state", std::string{to_string(state)}}},
                   static_cast<double>(count[static_cast<std::size_t>(state)]));
    }
    for (DutyIndex duty = 0; duty < next.size(); ++duty) {
        next_due.add_if_known({{"plan", plan.id}, {"duty", plan.duties[duty].id}}, seconds_of(next[duty]));
    }
}

// Every combination, so that a sum over them is 0 and not absent where nothing is wrong.
void add_alerts(Family& family, const Engine& engine)
{
    using enum AlertKind;
    std::map<std::tuple<AlertKind, Phase, Severity>, std::uint64_t> count;
    for (const AlertKind kind : {due_soon, overdue, behind_pace, target_missed, below_hold, implausible, undeliverable}) {
        for (const Phase phase : {Phase::pending, Phase::firing}) {
            for (const Severity severity : {Severity::info, Severity::warning, Severity::critical})
                count[{kind, phase, severity}] = 0;
        }
    }
    for (const auto& [key, alert] : engine.alerts()) ++count[{key.kind, alert.state.phase, alert.severity}];
    for (const auto& [key, number] : count) {
        const auto& [kind, phase, severity] = key;
        family.add({{"plan", engine.policy().plan.id},
                    {"severity", std::string{to_string(severity)}},
                    {"state", std::string{to_string(phase)}},
                    {"kind", std::string{to_string(kind)}}},
                   static_cast<double>(number));
    }
}

MetricFamily submissions_family(const SubmissionCounters& counters)
{
    using enum SubmissionResult;
    Family family{"planwatch_submissions_total", MetricType::Counter, "Submissions answered, by what became of them."};
    for (const SubmissionResult result : {stored, repeated, locked, rejected}) {
        family.add({{"result", std::string{to_string(result)}}}, static_cast<double>(counters[result]));
    }
    return family.take();
}

MetricFamily notifications_family(const std::map<std::string, NotificationCounters>& channels)
{
    using enum NotificationResult;
    Family family{"planwatch_notifications_total", MetricType::Counter, "Tries to deliver a notice, by what became of them."};
    for (const auto& [channel, counters] : channels) {
        for (const NotificationResult result : {delivered, retried, dead}) {
            family.add({{"channel", channel}, {"result", std::string{to_string(result)}}}, static_cast<double>(counters[result]));
        }
    }
    return family.take();
}

void add_alertmanagers(std::vector<MetricFamily>& families, const std::vector<AlertmanagerStats>& alertmanagers)
{
    Family requests{"planwatch_alertmanager_requests_total", MetricType::Counter, "Requests to Alertmanager, by what became of them."};
    Family firing{"planwatch_alertmanager_firing_alerts", MetricType::Gauge, "Alerts that Alertmanager was told of and that are not over."};
    Family last{"planwatch_alertmanager_last_accepted_timestamp_seconds", MetricType::Gauge, "When Alertmanager last accepted a request."};
    for (const AlertmanagerStats& each : alertmanagers) {
        requests.add({{"alertmanager", each.url}, {"result", "accepted"}}, static_cast<double>(each.accepted));
        requests.add({{"alertmanager", each.url}, {"result", "failed"}}, static_cast<double>(each.failed));
        firing.add({{"alertmanager", each.url}}, static_cast<double>(each.firing));
        last.add_if_known({{"alertmanager", each.url}}, seconds_of(each.last_accepted));
    }
    for (Family* family : {&requests, &firing, &last}) families.push_back(family->take());
}

MetricFamily single(std::string name, MetricType type, std::string help, Labels labels, std::optional<double> value)
{
    Family family{std::move(name), type, std::move(help)};
    family.add_if_known(std::move(labels), value);
    return family.take();
}

MetricFamily durations(std::string name, std::string help, const DurationHistogram& histogram)
{
    Family family{std::move(name), MetricType::Histogram, std::move(help)};
    family.add(histogram);
    return family.take();
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

std::vector<MetricFamily> plan_families(std::span<const Engine* const> engines)
{
    IndicatorFamilies wholes{"planwatch_indicator", "An indicator"};
    IndicatorFamilies parts{"planwatch_unit_indicator", "One unit's own part of an indicator"};
    Family info{"planwatch_indicator_info", MetricType::Gauge, "An indicator's measure and how it is reported; always 1."};
    Family slots{"planwatch_slots", MetricType::Gauge, "What is owed, by state; the states add up to the whole."};
    Family next_due{"planwatch_slot_due_timestamp_seconds", MetricType::Gauge,
                    "The next due moment of a duty that is still awaited."};
    Family alerts{"planwatch_alerts", MetricType::Gauge, "Alerts that are pending or firing."};
    for (const Engine* engine : engines) {
        add_indicators(wholes, parts, info, *engine);
        add_slots(slots, next_due, *engine);
        add_alerts(alerts, *engine);
    }
    std::vector<MetricFamily> families;
    wholes.take_into(families);
    parts.take_into(families);
    for (Family* family : {&info, &slots, &next_due, &alerts}) families.push_back(family->take());
    return families;
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
    add_alertmanagers(families, stats.alertmanagers);
    families.push_back(
        durations("planwatch_commit_duration_seconds", "One transaction, its fsync included.", stats.writer.commit_duration));
    families.push_back(durations("planwatch_evaluation_duration_seconds", "The engine's work on one event or one moment.",
                                 stats.writer.evaluation_duration));
    families.push_back(single("planwatch_config_last_reload_successful", MetricType::Gauge, "Whether the last reload was accepted.",
                              {}, stats.config_last_reload_successful ? 1 : 0));
    families.push_back(single("planwatch_config_last_reload_success_timestamp_seconds", MetricType::Gauge,
                              "When a reload was last accepted.", {}, seconds_of(stats.config_last_reload_success)));
    add_process(families, stats.process);
    return families;
}

}  // namespace planwatch
