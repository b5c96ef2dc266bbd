// The course that the figures of a history took: each given to an engine at the moment that it stands for, whenever it came in. For
// history.cpp and history_course.cpp.
#pragma once

#include "daemon/history.hpp"

#include <optional>

namespace planwatch {

// 23:59 of the day: the last minute in which what is said still belongs to it.
Instant last_minute(const Zone& zone, Day day);
// The last minute of a month that comes after the instant.
Instant next_month_end(const Zone& zone, Instant after);

class History::Course {
public:
    explicit Course(const History& history);
    TimedSamples run(const Progress& progress);

private:
    // Where a subject stands in the policy of the moment.
    struct Place {
        IndicatorIndex indicator = 0;
        std::optional<UnitIndex> unit;
    };

    void find_dependents();
    void find_moments();
    void find_touched();
    void adopt_until(Instant moment);
    void find_places();
    void feed_until(Instant moment);
    bool feed(const Arrival& arrival);
    void count_early(Instant moment);
    void gather(Instant moment);
    void gather_indicator(IndicatorIndex indicator, bool parts_too);
    void state(Instant moment, TimedSamples& samples);
    bool is_news(Subject subject, Instant moment) const;
    Instant statement_time(Subject subject, Instant moment) const;

    const History& history_;
    const Zone& zone_;
    Instant end_;
    std::vector<std::vector<Subject>> affected_;  // by subject: what a figure of it changes, itself included
    std::vector<Instant> moments_;                // ascending
    std::vector<std::uint32_t> order_;            // of the arrivals, by what they stand for
    std::vector<Instant> touched_from_;           // by subject: the earliest moment that what is new has changed

    std::unique_ptr<Engine> engine_;
    std::vector<std::optional<Place>> places_;    // by subject
    std::vector<Subject> wholes_;                 // by indicator of the policy of the moment
    std::size_t next_adoption_ = 0;
    std::size_t next_fed_ = 0;
    std::size_t next_early_ = 0;
    std::size_t next_due_ = 0;
    std::vector<std::uint32_t> waiting_;          // arrivals whose series the policy of the moment does not have yet
    std::vector<std::uint32_t> fed_, early_;      // by subject: how many figures stand up to the moment; and came in before it
    std::uint32_t early_adoptions_ = 0;
    std::vector<Subject> stated_;                 // at the moment
};

}  // namespace planwatch
