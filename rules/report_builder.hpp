// How a report is made of what an engine knows. Pure: the same engine, and the same `Earlier`, give the same report.
//
// A report is about the days up to its period's end: figures for later days are left out though they may be known. It is judged at the
// moment it was due, or at the engine's now where that comes first; what came in or was corrected since is in it.
#pragma once

#include "rules/report.hpp"

#include <span>
#include <string>

namespace planwatch {

// 2023年9月, 2023年第三季度, 2023年上半年, 2023年, 2023年第36周, 2023年9月14日
std::string period_name(const Period& period);

// What the report before could tell, as far as it is compared with: taken from an engine that stands at its moment.
struct Earlier {
    std::shared_ptr<const Policy> policy;
    std::vector<Assessment> assessments;  // by indicator
    std::uint32_t overdue = 0;            // slots, those of businesses aside
};
Earlier look_back(const Engine& engine, const Period& period);

// A figure that `Earlier` knew, and that was another later.
struct Revision {
    std::string indicator, unit;  // ids
    Period period;
    Figure before, after;
    Instant at{};
    std::string by;
};

struct ReportTask {
    ReportKind kind = ReportKind::monthly;
    Period period;
    std::optional<UnitIndex> unit;  // of a reminder letter
    std::uint32_t composite = 0;    // of scores: its position in the plan
    Instant moment{};               // when it is due to go out
    Instant before{};               // when the one before was
};

// `earlier`: null where the plan had not begun. The period overlaps the plan's days.
Report build_report(const Engine& engine, const Earlier* earlier, std::span<const Revision> revisions, const ReportTask& task);

}  // namespace planwatch
