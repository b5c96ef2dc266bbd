// What /metrics shows of one plan, kept beside its engine so that a scrape need not ask the engine: after each commit the sampler
// takes over what changed, and at a scrape it hands out all of it as a value that nobody changes any more, to be made into text
// on another thread. Costs follow the change: a figure costs one sample, a scrape a pointer for 256 series.
//
// Lives on the engine's thread; what it hands out may go to any.
#pragma once

#include "exporters/metrics.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace planwatch {

inline constexpr std::size_t parts_per_chunk = 256;
using PartChunk = std::array<PartSample, parts_per_chunk>;

// One plan at one moment.
struct PlanSamples {
    std::shared_ptr<const Policy> policy;
    std::vector<std::shared_ptr<const PartChunk>> parts;                       // in the order of series_of(plan); the last one's end is unused
    std::shared_ptr<const std::vector<prometheus::MetricFamily>> summary;      // summary_families
};

class PlanSampler {
public:
    explicit PlanSampler(const Engine& engine);

    // After every event and every advance of this engine, under the policy that the sampler began with.
    void follow(const Engine& engine, const Changes& changes);
    // The same value again where nothing changed since.
    std::shared_ptr<const PlanSamples> samples(const Engine& engine);

private:
    void sample(const Engine& engine, std::uint32_t series);
    void sample_dependents(const Engine& engine, const Series& series);
    void follow_time(const Engine& engine);
    void follow_alert(const Engine& engine, const AlertKey& key);
    PartSample& own(std::uint32_t series);

    struct LiveChunk {
        std::shared_ptr<PartChunk> samples;
        bool shared = false;  // handed out: not to be written to any more
    };
    std::vector<LiveChunk> parts_;
    std::vector<std::vector<IndicatorIndex>> dependents_;    // by indicator: the derived ones that it is a part of
    std::vector<std::uint32_t> first_series_;                // by indicator; one more at the end
    std::vector<std::optional<Instant>> arrivals_;           // by indicator: when its own series last got a figure
    std::vector<std::optional<Day>> due_through_;            // by indicator, as sampled
    std::map<AlertKey, std::pair<Phase, Severity>> alerts_;  // as counted
    AlertCounts alert_counts_;
    std::optional<Instant> wake_;                            // when time alone changes the engine next
    std::shared_ptr<const PlanSamples> current_;             // null: something changed since
};

}  // namespace planwatch
