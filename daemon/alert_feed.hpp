// What one Alertmanager is to be told, and when: every firing alert as soon as it changes and again each minute, its end a few
// minutes ahead; once over, its end, until that was taken. Has no clock and sends nothing: alertmanager_feed does.
//
// Told by what the engines hold, not by what happened: a notice that was missed is made good by the next round.
#pragma once

#include "exporters/alertmanager.hpp"
#include "rules/engine.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace planwatch {

class AlertFeed {
public:
    static constexpr std::chrono::minutes interval{1};
    static constexpr std::chrono::minutes ahead{4};  // as Prometheus: four intervals, so that lost rounds end nothing
    static constexpr std::chrono::seconds retry{10};
    static constexpr std::size_t most_in_batch = 500;

    explicit AlertFeed(std::string url) : url_{std::move(url)} {}

    void changed(const Engine& engine, const Changes& changes);
    // Something is to be sent now; else at next_round().
    bool due(Instant now) const { return now >= next_round_ || (!failing_ && (sweep_ || !changed_.empty())); }
    Instant next_round() const { return next_round_; }

    // The next request's body: a JSON array; empty where nothing is left to tell. `engines` ascend by plan. To be followed by answered().
    std::string next_batch(std::span<const Engine* const> engines, Instant now);
    // After a failure everything is told anew, at next_round(). Returns whether that is news.
    bool answered(bool accepted, Instant now);

    std::size_t firing() const { return told_.size() - ended_.size(); }

private:
    using Place = std::pair<std::string, AlertKey>;  // plan, alert
    struct Told {
        Instant starts{};
        Instant ended{};  // where it is in ended_
        std::uint64_t round = 0;
    };
    class Batch;

    void begin_round(Instant now);
    void tell(const Engine& engine, const AlertKey& key, Instant now, Batch& batch);
    void tell_firing(const Engine& engine, const Alert& alert, Instant now, Batch& batch);
    void sweep(std::span<const Engine* const> engines, Instant now, Batch& batch);
    void end(const AlertLabels& labels, Instant now);
    void end_what_was_not_met(Instant now);

    std::string url_;
    std::set<Place> changed_;
    std::optional<Place> sweep_;          // how far the round has come; none: it is over
    std::map<AlertLabels, Told> told_;    // what it holds to be firing, for all we know
    std::set<AlertLabels> ended_;         // of these: over, and not yet taken
    std::vector<AlertLabels> in_batch_;   // ends in the request under way
    std::uint64_t round_ = 0;
    Instant next_round_ = Instant::min();
    bool failing_ = false;
};

}  // namespace planwatch
