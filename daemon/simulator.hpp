// Plans in virtual time: the daemon's own engine, moved by figures and filings that come at given instants and by the time
// between them. No store, no clock, no messages; the same input gives the same happenings. Used by `simulate` and `test`.
#pragma once

#include "config/submission.hpp"
#include "rules/engine.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace planwatch {

// Something that people are told of: an alert that fires or resolves, a notice to somebody, or a message that goes out.
struct Happening {
    std::shared_ptr<const Policy> policy;
    std::variant<Transition, Notice, Message> what;

    Instant at() const;
};

// The happenings in `changes`, in order of time; a transition before the notices of its moment.
std::vector<Happening> happenings_of(const std::shared_ptr<const Policy>& policy, Changes changes);

// One plan, from the instant it was issued.
class Simulator {
public:
    using Observer = std::function<void(Changes)>;  // of all that changes, in order

    Simulator(std::shared_ptr<const Policy> policy, Observer observer);

    // Each brings the plan to `at` first; an `at` that has passed counts as now. The problems of what is refused, which
    // changes nothing.
    void advance(Instant to);
    Result<void> submit(const RawSubmission& raw, Instant at);
    Result<void> file(const RawFiling& raw, Instant at);
    void acknowledge(const Acknowledgement& acknowledgement, Instant at);

    const Engine& engine() const { return engine_; }

private:
    void apply(const Event& event, Instant at);

    Engine engine_;
    Observer observer_;
};

struct SimulatedPlan {
    std::shared_ptr<const Policy> policy;
    Instant from;  // only what happens from here …
    Instant to;    // … to here is told; both included
};

// Runs all the plans side by side and hands over what happens, merged in order of time, at one moment in the order of the
// plans. Returns what was wrong with each of `inputs`, with paths within it; nothing with what was taken. An input with faults is
// looked at even where its moment is not to be read or lies behind the end. `progress`: days done and in all.
std::vector<Problems> simulate(std::span<const SimulatedPlan> plans, std::span<const Timed> inputs, const std::function<void(const Happening&)>& tell,
                               const std::function<void(std::size_t done, std::size_t all)>& progress = {});

}  // namespace planwatch
