// metrics_bench: /metrics of 100,000 and 1,000,000 series, against prometheus-cpp's TextSerializer on the same families and against a
// memcpy of the result, all in one run and in processor time.
#include "exporters/metrics_text.hpp"

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <random>

#include <time.h>

#include <malloc.h>

namespace planwatch::bench {
namespace {

using prometheus::MetricFamily;

constexpr std::size_t indicators = 10;
constexpr std::size_t lines_a_row = 4;  // value, attainment, expectation, last submission
constexpr std::size_t rounds = 9;

Instant at(const char* text) { return parse_instant(text).value(); }

// `series` of them, of units that must each reach ten ratios by themselves.
std::shared_ptr<const Policy> policy_of(std::size_t series)
{
    auto policy = std::make_shared<Policy>();
    Plan& plan = policy->plan;
    plan = {.id = "bench-2023", .name = "bench", .issued = parse_day("2023-01-01").value(), .year = 2023};
    plan.starts = plan.issued;
    plan.ends = parse_day("2023-12-31").value();
    policy->zone = Zone{"Asia/Shanghai", {{Instant::min(), std::chrono::hours{8}}}};
    std::vector<UnitIndex> units;
    for (std::size_t i = 0; i < series / indicators / lines_a_row; ++i) {
        plan.units.push_back({.id = fmt::format("unit_{}", i), .name = fmt::format("单位 {}", i)});
        units.push_back(static_cast<UnitIndex>(i));
    }
    plan.clauses = {{.id = "1", .title = "figures"}};
    const Target target{.value = Decimal{100}, .unit = "%", .by = plan.ends};
    const Pace pace{.kind = Pace::Kind::linear, .from = plan.starts};
    Duty duty{.id = "yearly", .name = "figures", .cadence = Cadence::yearly, .due = DueRule::parse("period_end + 20d").value(), .units = units,
              .periods = {Period::parse("2023").value()}};
    for (IndicatorIndex i = 0; i < indicators; ++i) {
        plan.indicators.push_back({.id = fmt::format("kitchens_with_cameras_{}", i), .name = "kitchens", .measure = Measure::ratio, .reported = Reported::level,
                                   .target = target, .pace = pace, .units = units, .each = true});
        duty.indicators.push_back(i);
    }
    plan.duties = {duty};
    policy->ladders = {Ladder{}};
    return policy;
}

struct Bench {
    explicit Bench(std::size_t series) : engine{policy_of(series)}
    {
        engine.advance(at("2023-07-01T00:00:00+08:00"));
        for (std::uint32_t i = 0; i < engine.series_count(); ++i) report(i, "2023-06", nullptr);
    }
    void report(std::uint32_t series, const char* period, PlanSampler* sampler)
    {
        Submission submission{.unit = engine.series(series).unit, .period = Period::parse(period).value()};
        const Figure figure{Decimal{static_cast<std::int64_t>(random() % 997)}, Decimal{997}};
        submission.values.push_back({.indicator = engine.series(series).indicator, .series = series, .figure = figure});
        const Changes changes = engine.apply(submission, engine.now());
        if (sampler) sampler->follow(engine, changes);
    }

    std::mt19937 random{7};
    Engine engine;
};

void add(MetricFamily& family, const Plan& plan, const Series& series, double value)
{
    if (std::isnan(value)) return;
    prometheus::ClientMetric metric;
    metric.label = {{"plan", plan.id}, {"indicator", plan.indicators[series.indicator].id}, {"unit", plan.units[series.unit].id}};
    metric.gauge.value = value;
    family.metric.push_back(std::move(metric));
}

// All that is exposed of the plan, as the library would have it.
std::vector<MetricFamily> families_of(const Engine& engine, const PlanSamples& samples)
{
    const Plan& plan = engine.policy().plan;
    std::vector<MetricFamily> families = *samples.summary;
    for (std::size_t i = 0; i < info_families; ++i) families.push_back(info_family(plan, static_cast<InfoFamily>(i), 0, plan.units.size() + indicators));
    const std::size_t first = families.size();
    for (const PartFamily family : {PartFamily::attainment, PartFamily::expected, PartFamily::last_submission, PartFamily::ratio})
        families.push_back(part_family(family));
    for (std::uint32_t i = 0; i < engine.series_count(); ++i) {
        const PartSample& sample = (*samples.parts[i / parts_per_chunk])[i % parts_per_chunk];
        const std::array values = {sample.attainment, sample.expected, sample.last_submission, sample.value};
        for (std::size_t k = 0; k < values.size(); ++k) add(families[first + k], plan, engine.series(i), values[k]);
    }
    return families;
}

// Of this thread's processor time: all of it is work of one thread, and the machine may have others to do.
double processor_time()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double seconds(const std::function<void()>& work)
{
    const double begin = processor_time();
    work();
    return processor_time() - begin;
}

double median(std::vector<double> times)
{
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

double median_of(std::size_t times, const std::function<void()>& work)
{
    std::vector<double> all;
    for (std::size_t i = 0; i < times; ++i) all.push_back(seconds(work));
    return median(all);
}

std::string joined(const TextPieces& pieces)
{
    std::string text;
    for (const std::string_view piece : pieces.views) text += piece;
    return text;
}

double allocated()
{
    const auto info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

std::string without_budget(std::string text)
{
    const std::size_t begin = text.find("# HELP planwatch_exposition_"), end = text.find("# HELP planwatch_indicator_");
    return text.erase(begin, end - begin);
}

struct Reference {
    double library = 0;
    double ours = 0;
    double copy = 0;
    std::size_t lines = 0;
};

// The library's time, ours for the very same values, and that of a copy of the text.
Reference measure_reference(const std::vector<MetricFamily>& families, const std::string& kept, std::size_t times)
{
    Reference reference;
    std::string text;
    reference.library = median_of(times, [&] { text = prometheus::TextSerializer{}.Serialize(families); });
    reference.ours = median_of(times, [&] { text = exposition(families); });
    if (text != without_budget(kept)) throw std::runtime_error{"the kept text is not what the same families give"};
    std::vector<char> copy(text.size());
    reference.copy = median_of(times, [&] { std::memcpy(copy.data(), text.data(), text.size()); });
    for (const MetricFamily& family : families) reference.lines += family.metric.size();
    return reference;
}

void measure(std::size_t series)
{
    Bench bench{series};
    const Engine& engine = bench.engine;
    constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

    ::malloc_trim(0);
    const double before = allocated();
    auto sampler = std::make_unique<PlanSampler>(engine);
    auto kept = std::make_unique<MetricsText>(no_limit);
    std::string text = joined(kept->render({sampler->samples(engine)}, {}, {}));
    const double text_size = static_cast<double>(text.size());
    // The one kept, and our copy of it.
    const double beside = allocated() - before - static_cast<double>(text.capacity()) - text_size;

    const Reference reference = measure_reference(families_of(engine, *sampler->samples(engine)), text, series > 200'000 ? 1 : 3);
    const auto lines = static_cast<double>(reference.lines);
    text = {};
    const auto first_scrape = [&](const MetricsRequest& request) {
        MetricsText fresh{no_limit};
        TextPieces pieces;
        return seconds([&] { pieces = fresh.render({sampler->samples(engine)}, {}, request); });
    };
    const double hand_over = median_of(3, [&] {
        bench.report(0, "2023-06", sampler.get());
        sampler->samples(engine);
    });

    const auto changed_samples = [&] {
        bench.engine.advance(engine.now() + std::chrono::seconds{15});
        // A figure changes a value, its share of the target, and when it came in: three lines.
        for (std::size_t i = 0; i < series / 100 / 3; ++i)
            bench.report(static_cast<std::uint32_t>(bench.random() % engine.series_count()), "2023-06", sampler.get());
        return sampler->samples(engine);
    };
    // Each round measures all of them, for the machine's speed drifts.
    std::vector<double> first, second, overlapping, first_packed, packed;
    kept->render({sampler->samples(engine)}, {}, {.gzip = true});
    for (std::size_t round = 0; round < rounds; ++round) {
        TextPieces sending, pieces;
        auto samples = changed_samples();
        second.push_back(seconds([&] { sending = kept->render({samples}, {}, {}); }));
        packed.push_back(seconds([&] { kept->render({samples}, {}, {.gzip = true}); }));
        samples = changed_samples();
        overlapping.push_back(seconds([&] { pieces = kept->render({samples}, {}, {}); }));
        first.push_back(first_scrape({}));
        if (round < 3) first_packed.push_back(first_scrape({.gzip = true}));
    }

    fmt::print("\n{} series, {:.0f} lines, {:.1f} MB of text\n", series, lines, text_size / 1e6);
    fmt::print("  {:<52}{:>10.2f} ms\n", "TextSerializer", reference.library * 1e3);
    const auto against = [&](const char* what, double time) {
        fmt::print("  {:<52}{:>10.2f} ms{:>8.3f} of TextSerializer{:>8.1f} memcpys\n", what, time * 1e3, time / reference.library, time / reference.copy);
    };
    against("our serializer, the same families", reference.ours);
    against("first scrape, from the samplers", median(first));
    against("a scrape after 1 % changed", median(second));
    fmt::print("  {:<52}{:>10.1f} times the speed of the first\n", "", median(first) / median(second));
    against("the same while an answer before is being sent", median(overlapping));
    fmt::print("  {:<52}{:>10.1f} ms, then {:.1f} ms\n", "gzip beside it: first, then after 1 % changed", median(first_packed) * 1e3, median(packed) * 1e3);
    fmt::print("  {:<52}{:>10.3f} ms\n", "of which on the loop's thread: handing over", hand_over * 1e3);
    fmt::print("  {:<52}{:>10.1f} bytes\n", "memory a series beside the text", beside / lines);
}

}  // namespace
}  // namespace planwatch::bench

int main()
try {
    for (const std::size_t series : {100'000, 1'000'000}) planwatch::bench::measure(series);
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "metrics_bench: {}\n", error.what());
    return 3;
}
