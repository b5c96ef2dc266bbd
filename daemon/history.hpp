// The history of one plan: what its metrics said, each sample with the time of what it tells. Made from the plan's ledger alone, by the
// one engine, so that two histories of the same ledger are the same to the byte; both `planwatch export` and the history exporter use it.
//
// Figures, attainment and expectation stand at the end of their period, in its last minute (September's at 23:59 on the 30th in the
// plan's zone); those of a period that still ran, at the minute in which they came in. They are what an engine says that is given each
// figure at the moment it stands for, and are stated anew at each month's end, due moment and adopted policy. A figure that comes in
// late, or corrects another, states its moment and all later ones again: the n-th statement about a moment stands n milliseconds
// (at most 59,999) behind it, so that the latest wins wherever it is read, and nothing once written must be taken back.
//
// Slots, due moments and alerts stand at the moment they changed, targets and names at the moment of an adoption; all of them at each
// month's end.
#pragma once

#include "daemon/store.hpp"
#include "exporters/timed_samples.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace planwatch {

class History {
public:
    using Progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

    explicit History(std::string plan) : plan_{std::move(plan)} {}

    // Reads on to `to`, page by page: a live database is not held. True where anything happened in the plan. Throws
    // std::runtime_error where the ledger cannot be read back.
    bool read(StoreReader& reader, const HistoryPosition& to, const Progress& progress = {});
    // What was read so far is known already to whoever asks; only what comes after is stated.
    void forget();
    // All that was stated by what was read since `forget`: of each moment the newest statement.
    TimedSamples take(const Progress& progress = {});

    const HistoryPosition& position() const { return position_; }
    const Zone& zone() const { return engine_->policy().zone; }  // once anything was read

private:
    // An indicator as a whole (`unit` empty), or one unit's part.
    using Subject = std::uint32_t;
    struct SubjectName {
        std::string indicator;
        std::string unit;
        friend auto operator<=>(const SubjectName&, const SubjectName&) = default;
    };
    struct Arrival {
        Subject subject = 0;
        Period period;
        Figure figure;
        Instant at{};
    };
    struct Adoption {
        Instant at{};
        std::shared_ptr<const Policy> policy;
    };
    // The last sample of a series that stands at the moment of its change.
    struct Track {
        std::int64_t at = 0;
        double value = 0;
    };
    class Course;

    void apply(const LedgerEntry& entry);
    void advance(Instant to);
    void note(const Changes& changes, Instant at);
    void state_all(Instant at, bool unchanged_too);
    void state(const std::vector<prometheus::MetricFamily>& families, Instant at, bool unchanged_too);
    void state_arrivals(const Changes& changes, Instant at);
    Subject subject(const std::string& indicator, const std::string& unit);
    Instant stands_at(const Arrival& arrival) const;

    std::string plan_;
    HistoryPosition position_;
    std::unique_ptr<Engine> engine_;
    Instant next_month_end_{};
    std::vector<Adoption> adoptions_;
    std::vector<Arrival> arrivals_;
    std::vector<SubjectName> subjects_;
    std::map<SubjectName, Subject> subject_numbers_;
    std::unordered_map<std::string, Track> tracks_;
    std::unordered_map<Subject, Instant> last_arrival_;
    TimedSamples events_;  // since `forget`
    HistoryPosition known_;
    std::size_t known_arrivals_ = 0;
    std::size_t known_adoptions_ = 0;
};

}  // namespace planwatch
