// What the engine costs: one figure among few or many series, a plan-year, a midnight on which 100,000 reports fall due, and
// a start from a million figures. Memory is what the heap holds, by mallinfo2.
#include "rules/engine.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>


namespace planwatch {
namespace {

Day day(std::string_view text) { return parse_day(text).value(); }

Policy empty_policy(std::size_t units)
{
    Policy policy;
    policy.plan.id = "bench-2023";
    policy.plan.issued = day("2023-01-01");
    policy.plan.starts = day("2023-01-01");
    policy.plan.ends = day("2023-12-31");
    policy.zone = Zone{"Asia/Shanghai", {{Instant::min(), std::chrono::hours{8}}}};
    policy.plan.clauses.push_back({.id = "三（十二）", .title = "抽检"});
    for (std::size_t u = 0; u < units; ++u) policy.plan.units.push_back({.id = fmt::format("unit_{}", u), .name = fmt::format("第{}食品经营单位", u)});
    return policy;
}

std::vector<UnitIndex> all_units(const Policy& policy)
{
    std::vector<UnitIndex> all(policy.plan.units.size());
    for (UnitIndex u = 0; u < all.size(); ++u) all[u] = u;
    return all;
}

void add_duty(Policy& policy, const char* id, Cadence cadence, const char* due, std::vector<IndicatorIndex> indicators)
{
    Duty duty{.id = id, .name = "食品安全工作进展情况", .cadence = cadence, .due = DueRule::parse(due).value(), .units = all_units(policy)};
    duty.indicators = std::move(indicators);
    duty.filing = duty.indicators.empty();
    duty.periods = periods_between(period_kind(cadence), policy.plan.starts, policy.plan.ends);
    policy.plan.duties.push_back(std::move(duty));
}

constexpr std::size_t indicators = 10;

// Ten indicators that every unit reports each month: sums on the way to a target, and some that each must reach by itself.
std::shared_ptr<const Policy> reporting_policy(std::size_t units, const char* due)
{
    Policy policy = empty_policy(units);
    std::vector<IndicatorIndex> all;
    for (IndicatorIndex i = 0; i < indicators; ++i) {
        Indicator indicator{.id = fmt::format("indicator_{}", i), .name = "监督抽检批次", .units = all_units(policy)};
        indicator.reported = i % 3 == 0 ? Reported::cumulative : Reported::increment;
        indicator.target = Target{.value = 12, .unit = "批次", .by = policy.plan.ends};
        indicator.pace.kind = Pace::Kind::linear;
        indicator.pace.from = policy.plan.starts;
        indicator.each = i % 2 == 0;
        policy.plan.indicators.push_back(std::move(indicator));
        all.push_back(i);
    }
    add_duty(policy, "monthly", Cadence::monthly, due, std::move(all));
    return std::make_shared<const Policy>(std::move(policy));
}

const Instant december = parse_instant("2023-12-01T09:00:00+08:00").value();

// The k-th figure of a walk that visits every unit once a round, far from the one before; a round for each indicator, and ten
// rounds for each month.
struct Place {
    UnitIndex unit = 0;
    IndicatorIndex indicator = 0;
    Period period;
};
Place place(std::size_t k, std::size_t units)
{
    static const std::vector<Period> months = periods_between(Period::Kind::month, day("2023-01-01"), day("2023-12-31"));
    const auto unit = static_cast<UnitIndex>(k * 7'919 % units);
    return {unit, static_cast<IndicatorIndex>(k / units % indicators), months.at(k / units / indicators)};
}

Submission one_figure(const Engine& engine, const Place& where, std::size_t value)
{
    const Figure figure{Decimal{static_cast<std::int64_t>(20 + value)}, {}};
    return {where.unit, where.period, {{where.indicator, *engine.series_of(where.indicator, where.unit), figure}}, ""};
}

std::size_t heap() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

// An engine with January's figure for every series, and what its heap takes.
struct Filled {
    explicit Filled(std::size_t units)
    {
        const auto policy = reporting_policy(units, "12-31");  // nothing falls due on the way
        const std::size_t before = heap();
        engine = std::make_unique<Engine>(policy);
        for (std::size_t k = 0; k < units * indicators; ++k) engine->apply(one_figure(*engine, place(k, units), 0), december);
        bytes_a_series = static_cast<double>(heap() - before) / static_cast<double>(units * indicators);
    }
    std::unique_ptr<Engine> engine;
    double bytes_a_series = 0;
};

std::size_t rounds(const benchmark::State& state) { return static_cast<std::size_t>(state.max_iterations); }

void apply_all(benchmark::State& state, Engine& engine, const std::vector<Event>& events)
{
    std::size_t next = 0;
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(engine.apply(events[next++], december));
}

void correct_one_figure(benchmark::State& state)
{
    const auto series = static_cast<std::size_t>(state.range(0));
    const Filled filled{series / indicators};
    std::vector<Event> events;
    for (std::size_t k = 0; k < rounds(state); ++k)
        events.push_back(one_figure(*filled.engine, place(k % series, series / indicators), 1 + k));
    apply_all(state, *filled.engine, events);
    state.counters["bytes_a_series"] = filled.bytes_a_series;
}
BENCHMARK(correct_one_figure)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Iterations(10'000);

void add_one_figure(benchmark::State& state)
{
    const auto series = static_cast<std::size_t>(state.range(0));
    const Filled filled{series / indicators};
    std::vector<Event> events;
    for (std::size_t k = 0; k < rounds(state); ++k) events.push_back(one_figure(*filled.engine, place(series + k, series / indicators), k));
    apply_all(state, *filled.engine, events);
}
BENCHMARK(add_one_figure)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Iterations(10'000);

// As it arrives, all ten of a unit: names are looked up, everything is checked, then it is applied.
void admit_and_apply_ten(benchmark::State& state)
{
    const auto units = static_cast<std::size_t>(state.range(0)) / indicators;
    const Filled filled{units};
    std::vector<RawSubmission> arrived;
    for (std::size_t k = 0; k < rounds(state); ++k) {
        const Place where = place((k / units + 1) * units * indicators + k % units, units);
        RawSubmission raw{.plan = "bench-2023", .unit = fmt::format("unit_{}", where.unit), .period = where.period.to_string()};
        for (std::size_t i = 0; i < indicators; ++i)
            raw.values.push_back({fmt::format("indicator_{}", i), Decimal{static_cast<std::int64_t>(20 + k)}, {}, {}});
        arrived.push_back(std::move(raw));
    }
    std::size_t next = 0;
    for ([[maybe_unused]] auto _ : state) {
        auto admitted = filled.engine->admit({&arrived[next++], 1}, december);
        benchmark::DoNotOptimize(filled.engine->apply(std::move(admitted->front()), december));
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * indicators));
}
BENCHMARK(admit_and_apply_ten)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Iterations(1'000);

// A county: 60 units, duties of every cadence but the daily one, and nobody hands in anything.
void plan_year(benchmark::State& state)
{
    Policy made = *reporting_policy(60, "next day 15");
    for (const auto& [id, cadence, due] : {std::tuple{"weekly", Cadence::weekly, "period_end + 2wd"}, std::tuple{"quarterly", Cadence::quarterly, "period_end + 10d"},
                                           std::tuple{"half", Cadence::half_yearly, "period_end + 10d"}, std::tuple{"yearly", Cadence::yearly, "11-01"}})
        add_duty(made, id, cadence, due, {});
    const auto policy = std::make_shared<const Policy>(std::move(made));
    std::size_t notices = 0;
    for ([[maybe_unused]] auto _ : state) {
        Engine engine{policy};
        notices = engine.advance(parse_instant("2024-03-01T00:00:00+08:00").value()).notices.size();
    }
    state.counters["notices"] = static_cast<double>(notices);
}
BENCHMARK(plan_year)->Unit(benchmark::kMillisecond);

// The last reminder was sent; at midnight every report becomes overdue and three people are told of each.
void midnight(benchmark::State& state)
{
    const auto units = static_cast<std::size_t>(state.range(0));
    Policy made = empty_policy(units);
    add_duty(made, "report", Cadence::yearly, "11-01", {});
    std::vector<Contact> contacts{{.id = "office", .name = "食安办", .audiences = {Audience::office}, .addresses = {{"mail", "office@example.org"}}}};
    for (const Unit& unit : made.plan.units) {
        contacts.push_back({.id = "reporter_" + unit.id, .name = "报送员", .units = {unit.id}, .audiences = {Audience::reporter}, .addresses = {{"mail", unit.id + "@example.org"}}});
        contacts.push_back({.id = "head_" + unit.id, .name = "负责人", .units = {unit.id}, .audiences = {Audience::unit_head}, .addresses = {{"mail", "head." + unit.id + "@example.org"}}});
    }
    made.directory = Directory{std::move(contacts)};
    Engine eve{std::make_shared<const Policy>(std::move(made))};
    const Instant due = parse_instant("2023-11-02T00:00:00+08:00").value();
    eve.advance(due - std::chrono::seconds{1});
    Changes changes;
    for ([[maybe_unused]] auto _ : state) {
        state.PauseTiming();
        changes = {};
        auto engine = std::make_unique<Engine>(eve);
        state.ResumeTiming();
        changes = engine->advance(due);
        state.PauseTiming();
        engine.reset();
        state.ResumeTiming();
    }
    state.counters["notices"] = static_cast<double>(changes.notices.size());
    state.counters["transitions"] = static_cast<double>(changes.transitions.size());
}
BENCHMARK(midnight)->Arg(100'000)->Unit(benchmark::kMillisecond);

void start_from_figures(benchmark::State& state)
{
    const Filled filled{static_cast<std::size_t>(state.range(0)) / indicators};
    const Snapshot rows = filled.engine->snapshot();
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(Engine{filled.engine->policy_ptr(), rows});
}
BENCHMARK(start_from_figures)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace planwatch

BENCHMARK_MAIN();
