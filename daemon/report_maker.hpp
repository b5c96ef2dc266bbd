// Makes reports out of a plan's ledger: what it says is a function of the ledger and of `as_of` alone, so that a report can be made
// again to the byte. Takes time in proportion to the ledger: keep it off the daemon's own thread.
#pragma once

#include "daemon/store.hpp"
#include "rules/report_builder.hpp"

#include <memory>
#include <optional>
#include <string>

namespace planwatch {

struct ReportRequest {
    ReportKind kind = ReportKind::monthly;
    std::string plan;               // id
    Period period;                  // of the kind's own length, see period_kind
    std::string unit;               // id; of a reminder letter
    std::string composite;          // id; of scores; empty: the plan's only one
    std::optional<Instant> as_of;   // what was known then; empty: what is known now
};

// The problems are those of the request (paths /plan, /period, /unit, /composite, /as_of). Throws std::runtime_error where the ledger
// cannot be read back.
Result<Report> make_report(StoreReader& reader, const ReportRequest& request, Instant now);

// The policy in force at the moment; null where there was none.
std::shared_ptr<const Policy> policy_at(StoreReader& reader, const std::string& plan, Instant moment);

// The one before the period that runs at `now`: what is asked for where nobody names one. Of scores none: it depends on the composite.
std::optional<Period> last_period(ReportKind kind, const Zone& zone, Instant now);

}  // namespace planwatch
