#include "daemon/simulator.hpp"

#include "rules/record_problems.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <numeric>

namespace planwatch {
namespace {

const std::string& plan_of(const Timed& timed)
{
    return std::visit([](const auto& what) -> const std::string& { return what.plan; }, timed.what);
}

// A plan on its way through a simulation of several.
class Run {
public:
    explicit Run(const SimulatedPlan& plan)
        : plan_{plan}, simulator_{plan.policy, [this](Changes changes) { keep(std::move(changes)); }}
    {}
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    const std::string& id() const { return plan_.policy->plan.id; }
    Instant now() const { return simulator_.engine().now(); }
    Instant to() const { return plan_.to; }

    Problems take(const Timed& input)
    {
        const bool is_past_the_end = input.at > plan_.to;
        if (is_past_the_end && faults_of(input).empty()) return {};
        const Instant at = std::min(input.at, plan_.to);
        const auto* submission = std::get_if<RawSubmission>(&input.what);
        const Result<void> taken = submission ? simulator_.submit(*submission, at) : simulator_.file(std::get<RawFiling>(input.what), at);
        return taken ? Problems{} : taken.error();
    }

    void advance(Instant to) { simulator_.advance(std::min(to, plan_.to)); }

    void move_told_to(std::vector<Happening>& all)
    {
        std::ranges::move(told_, std::back_inserter(all));
        told_.clear();
    }

private:
    void keep(Changes changes)
    {
        for (Happening& happening : happenings_of(plan_.policy, std::move(changes)))
            if (happening.at() >= plan_.from && happening.at() <= plan_.to) told_.push_back(std::move(happening));
    }

    const SimulatedPlan& plan_;
    std::vector<Happening> told_;
    Simulator simulator_;
};

Problems unknown_plan(const Timed& input)
{
    Problems problems;
    RecordProblems told{faults_of(input), {}, problems, false};
    if (!told.faulty("/plan")) told.add("/plan", fmt::format("plan '{}' is not simulated here", plan_of(input)));
    told.add_rest();
    return problems;
}

struct RunSpan {
    Instant begin;
    std::size_t days = 0;  // whole days that cover the longest run
};

RunSpan span_of(const std::vector<std::unique_ptr<Run>>& runs)
{
    if (runs.empty()) return {};
    Instant begin = runs.front()->now(), end = runs.front()->to();
    for (const auto& run : runs) {
        begin = std::min(begin, run->now());
        end = std::max(end, run->to());
    }
    // At least one, for what happens at the very moment of the beginning.
    return {begin, static_cast<std::size_t>(std::max<std::int64_t>(std::chrono::ceil<std::chrono::days>(end - begin).count(), 1))};
}

}  // namespace

Instant Happening::at() const
{
    return std::visit([](const auto& happened) { return happened.at; }, what);
}

std::vector<Happening> happenings_of(const std::shared_ptr<const Policy>& policy, Changes changes)
{
    std::vector<Happening> happenings;
    for (Transition& transition : changes.transitions) {
        const bool told = transition.event == AlertEvent::fired || transition.event == AlertEvent::resolved;
        if (told) happenings.push_back({policy, std::move(transition)});
    }
    for (Notice& notice : changes.notices) happenings.push_back({policy, std::move(notice)});
    for (Message& message : changes.post.messages) happenings.push_back({policy, std::move(message)});
    std::ranges::stable_sort(happenings, {}, &Happening::at);
    return happenings;
}

Simulator::Simulator(std::shared_ptr<const Policy> policy, Observer observer)
    : engine_{std::move(policy)}, observer_{std::move(observer)}
{}

void Simulator::advance(Instant to)
{
    Changes changes = engine_.advance(to);
    if (!changes.empty()) observer_(std::move(changes));
}

Result<void> Simulator::submit(const RawSubmission& raw, Instant at)
{
    advance(at);
    const Instant now = engine_.now();
    const Result<std::vector<Submission>> admitted = engine_.admit(std::span{&raw, 1}, now);
    if (!admitted) return tl::unexpected{admitted.error()};
    for (const Submission& submission : *admitted) {
        if (engine_.locked(submission.period, now)) return fail("/period", "the figures of this period are locked");
    }
    for (const Submission& submission : *admitted) apply(submission, now);
    return {};
}

Result<void> Simulator::file(const RawFiling& raw, Instant at)
{
    advance(at);
    const Result<Filing> admitted = engine_.admit(raw, engine_.now());
    if (!admitted) return tl::unexpected{admitted.error()};
    apply(*admitted, engine_.now());
    return {};
}

void Simulator::acknowledge(const Acknowledgement& acknowledgement, Instant at)
{
    advance(at);
    apply(acknowledgement, engine_.now());
}

void Simulator::apply(const Event& event, Instant at)
{
    Changes changes = engine_.apply(event, at);
    if (!changes.empty()) observer_(std::move(changes));
}

std::vector<Problems> simulate(std::span<const SimulatedPlan> plans, std::span<const Timed> inputs, const std::function<void(const Happening&)>& tell,
                               const std::function<void(std::size_t, std::size_t)>& progress)
{
    std::vector<std::unique_ptr<Run>> runs;
    for (const SimulatedPlan& plan : plans) runs.push_back(std::make_unique<Run>(plan));
    std::vector<Problems> refused(inputs.size());
    std::vector<std::size_t> order(inputs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t position) { return inputs[position].at; });
    const auto take = [&](std::size_t position) {
        const auto run = std::ranges::find(runs, plan_of(inputs[position]), [](const auto& each) { return each->id(); });
        refused[position] = run == runs.end() ? unknown_plan(inputs[position]) : (*run)->take(inputs[position]);
    };

    const auto [begin, days] = span_of(runs);
    auto next = order.begin();
    // A day at a time: what is held in memory is one day's happenings, however long the run.
    for (std::size_t day = 1; day <= days; ++day) {
        const Instant until = begin + std::chrono::days{day};
        for (; next != order.end() && inputs[*next].at <= until; ++next) take(*next);

        std::vector<Happening> told;
        for (const auto& run : runs) {
            run->advance(until);
            run->move_told_to(told);
        }
        std::ranges::stable_sort(told, {}, &Happening::at);
        std::ranges::for_each(told, tell);
        if (progress) progress(day, days);
    }
    std::for_each(next, order.end(), take);
    return refused;
}

}  // namespace planwatch
