// /metrics as text, made of what the plans' samplers handed out. Lines are kept from scrape to scrape: what did not change is
// not rendered again, nor compressed again. Knows nothing of engines or the store; lives on one thread, whichever that is.
//
// No family gets more series than its budget. The places are given by plan (ascending by id), then in the order of the plan:
// a series keeps its place whatever is reported, and those beyond the budget are refused whatever is reported. How many, say
// planwatch_exposition_series_refused, and `refusals`.
#pragma once

#include "exporters/exposition.hpp"
#include "exporters/kept_plan.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

// What a scrape asks for.
struct MetricsRequest {
    ExpositionFormat format = ExpositionFormat::text;
    bool gzip = false;
    std::string plan;  // that plan's series alone, and the daemon's; empty: all
};

class MetricsText {
public:
    explicit MetricsText(std::size_t series_per_family) : limit_{series_per_family} {}
    ~MetricsText();
    MetricsText(const MetricsText&) = delete;
    MetricsText& operator=(const MetricsText&) = delete;

    // `plans`: all of them, ascending by id. `others`: families of the daemon itself, exposed as they are. The pieces make up the
    // answer's body; those that did not change are the same as at the last scrape.
    TextPieces render(const std::vector<std::shared_ptr<const PlanSamples>>& plans, std::vector<prometheus::MetricFamily> others,
                      const MetricsRequest& request);

    // At the last scrape: how many series each family has no place for. Families with places for all are left out.
    const std::map<std::string, std::size_t>& refused() const { return refused_; }

private:
    SeriesBudget update(const std::vector<std::shared_ptr<const PlanSamples>>& plans);

    std::size_t limit_;
    std::map<std::string, std::shared_ptr<KeptPlan>, std::less<>> plans_;  // by id
    Retired retired_;
    std::map<std::string, std::size_t> refused_;
    std::size_t last_count_ = 0;  // of pieces
    Deflater deflater_;
};

}  // namespace planwatch
