// What happened, in order of time: every transition of every alert, and what became of every message, one row a notice in it.
// For the API and the command line; looks at all of it, so keep it off the daemon's own thread.
#pragma once

#include "daemon/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace planwatch {

struct HistoryFilter {
    std::string unit;               // empty: all
    std::optional<AlertKind> kind;
    std::optional<Instant> from;    // included
    std::optional<Instant> to;      // excluded
    std::size_t limit = 10'000;
};

struct HistoryPlan {
    std::string id;
    Zone zone;  // that its times are shown in
};

struct HistoryRow {
    const HistoryPlan* plan = nullptr;
    Instant at{};
    std::string event;  // pending, firing, resolved, lapsed; delivered, dead (given up)
    std::string alert;  // id
    AlertKey key;
    std::string severity;
    std::string why;
    std::string recipient, name, channel, step, answer;  // of a delivery
    std::optional<std::uint64_t> message;
};

// A page: at least `limit` rows where there are as many, and always all those of its last instant.
struct HistoryPage {
    std::vector<HistoryRow> rows;
    std::optional<HistoryRow> next;  // the first of the next page, whose `from` is its instant
};

// `plans` must outlive the page.
HistoryPage history(StoreReader& reader, const std::vector<HistoryPlan>& plans, const HistoryFilter& filter);

// {items: [{at, plan, event, alert, kind, subject, unit, period, severity, step, recipient, name, channel, message, answer, why}], next}:
// `next`, where there are more, is the `from` of the next page.
std::string history_json(const HistoryPage& page);
std::string history_csv(const HistoryPage& page);  // the same columns
const std::vector<std::string>& history_columns();

}  // namespace planwatch
