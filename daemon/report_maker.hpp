// Makes reports out of a plan's ledger: what one says is a function of the ledger and of `as_of` alone, so that a report can be made
// again to the byte. Takes time in proportion to the ledger, once for all reports of one moment: keep it off the daemon's own thread.
#pragma once

#include "daemon/store.hpp"
#include "rules/report_builder.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {

struct ReportRequest {
    ReportKind kind = ReportKind::monthly;
    std::string plan;               // id
    Period period;                  // of the kind's own length, see period_kind
    std::string unit;               // id; of a reminder letter
    std::string composite;          // id; of scores; empty: the plan's only one
    std::optional<Instant> as_of;   // what was known then; empty: what is known now
};

class ReportMaker {
public:
    explicit ReportMaker(StoreReader& reader) : reader_{reader} {}

    // The problems are those of the request (paths /plan, /period, /unit, /composite, /as_of). Throws std::runtime_error where the ledger
    // cannot be read back.
    Result<Report> make(const ReportRequest& request, Instant now);
    // Units, by id, that owe something at the letter's moment (its unit is not looked at); businesses aside. None where the plan was not in
    // force then. Throws likewise.
    std::vector<std::string> units_owing(const ReportRequest& letter, Instant now);

private:
    // What the ledger knew at the two moments that a report compares.
    struct Past {
        std::string plan;
        Period period;
        Instant before{}, as_of{};
        std::unique_ptr<Engine> engine;   // at `as_of`
        std::optional<Earlier> earlier;   // at `before`; empty where the plan was not in force
        std::vector<Revision> revisions;  // between the two
    };

    std::shared_ptr<const Policy> policy_of(const std::string& plan, Instant as_of);
    const Past& look_up(const ReportRequest& request, Instant before, Instant as_of, Instant now);

    StoreReader& reader_;
    std::optional<Past> past_;  // the newest; reports of the same moments share it
    bool settled_ = false;      // nothing can be added to the ledger any more that it does not hold
};

// The policy in force at the moment; null where there was none.
std::shared_ptr<const Policy> policy_at(StoreReader& reader, const std::string& plan, Instant moment);

// The one before the period that runs at `now`: what is asked for where nobody names one. Of scores none: it depends on the composite.
std::optional<Period> last_period(ReportKind kind, const Zone& zone, Instant now);

}  // namespace planwatch
