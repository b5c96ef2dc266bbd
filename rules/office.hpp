// What an office settles about its people, beside the plan: who is told, by which way, and when.
#pragma once

#include "rules/alert.hpp"
#include "rules/post.hpp"
#include "rules/report_rules.hpp"

#include <optional>
#include <string>
#include <vector>

namespace planwatch {

// Further people for the alerts that it matches. What is empty matches all.
struct Route {
    std::vector<std::string> plans;
    std::vector<std::string> units;   // the alert's own unit or one above it; an alert of the whole plan matches no unit
    std::vector<AlertKind> kinds;
    Severity least = Severity::info;  // of the notice
    std::vector<std::string> contacts;  // ids
    std::vector<std::string> channels;  // as in a ladder's step
    friend bool operator==(const Route&, const Route&) = default;
};

// Whether what an alert of this kind has to say with this severity takes the route. `unit`: of the alert; none where it is about the
// whole plan.
bool matches(const Route& route, const Plan& plan, std::optional<UnitIndex> unit, AlertKind kind, Severity severity);

struct Office {
    std::vector<Contact> contacts;
    std::vector<Route> routes;
    PostRules post;
    ReportRules reports;
    friend bool operator==(const Office&, const Office&) = default;
};

}  // namespace planwatch
