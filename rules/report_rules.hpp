// Which reports an office sends by itself (发报), when, and to whom.
#pragma once

#include "rules/directory.hpp"
#include "rules/due.hpp"
#include "rules/report_kind.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {

struct Policy;

// Of one kind of report.
struct ReportRule {
    bool send = false;                // by itself
    DueRule when;                     // from the report's period
    std::vector<std::string> plans;   // empty: all
    std::vector<Audience> audiences;  // those that concern a unit: of the letter's unit, else of every unit that owes anything
    std::vector<std::string> contacts;  // ids: told beside the audiences
    friend bool operator==(const ReportRule&, const ReportRule&) = default;
};

struct ReportRules {
    bool ranked = true;  // units by on-time reporting and by attainment
    std::array<ReportRule, all_report_kinds.size()> kinds = defaults();  // by kind

    const ReportRule& of(ReportKind kind) const { return kinds[static_cast<std::size_t>(kind)]; }
    ReportRule& of(ReportKind kind) { return kinds[static_cast<std::size_t>(kind)]; }
    friend bool operator==(const ReportRules&, const ReportRules&) = default;

private:
    // On the third working day after the period, at nine. Only the leaders' monthly report is sent unless an office says so.
    static std::array<ReportRule, all_report_kinds.size()> defaults();
};

// A moment at which a report is due to go out.
struct ReportMoment {
    Instant at{};
    ReportKind kind = ReportKind::monthly;
    Period period;
    std::string composite;     // id; of scores
    bool provisional = false;  // rests on a year whose calendar is not known
    friend bool operator==(const ReportMoment&, const ReportMoment&) = default;
};

// The kind of period that a kind of report is about; of scores the composite's own or a longer one, so none.
std::optional<Period::Kind> period_kind(ReportKind kind);

// When a report on `period` is due to go out by the plan's rules, whether or not it is sent by itself.
Instant report_moment(const Policy& policy, ReportKind kind, const Period& period);

// All reports that the plan's rules send by themselves, by moment, then kind, period, composite. None is due before the plan's issue. A
// letter (reminder) stands once for all units. Scores are sent for the periods that a composite is made for, ranked by and graded by.
std::vector<ReportMoment> report_schedule(const Policy& policy);

// Whom the rule of `kind` names on the day `today` (in the plan's zone), each once, by mail where they have it. `unit`: of a letter.
std::vector<Recipient> report_recipients(const Policy& policy, ReportKind kind, std::optional<UnitIndex> unit, Day today);

}  // namespace planwatch
