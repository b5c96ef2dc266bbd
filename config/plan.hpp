// Reads a plan file and the overlays that an office lays over it. Format: config/README.md.
#pragma once

#include "config/file.hpp"
#include "rules/directory.hpp"
#include "rules/ladder.hpp"
#include "rules/plan.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace planwatch {

// One thing that an overlay put in the place of the plan's, or added.
struct Override {
    std::string what;    // "duty annual_report: due", "ladder gentle", "contact zhang"
    std::string from;    // as the plan (or an earlier overlay) has it; empty where it has none
    std::string to;
    std::string path;    // "file:line:column" in the overlay
    std::string reason;  // the overlay's own words
    std::string author;
    friend bool operator==(const Override&, const Override&) = default;
};

struct ParsedPlan {
    Plan plan;                    // overlays applied; what they decided is no longer `assumed`
    std::vector<Ladder> ladders;  // of the files; may be empty
    std::vector<Contact> contacts;  // of the overlays, for this plan alone
    std::vector<Override> overrides;
    // Where things stand: "plan", "unit/samr", "clause/三（十二）", "indicator/…", "duty/…", and the same with "/assumed" behind it
    // ("plan/population/assumed" for the population): "file:line:column".
    std::map<std::string, std::string, std::less<>> positions;

    const std::string& position(std::string_view key) const;  // empty where there is none
};

// Every problem of all the files, as "file:line:column". `businesses`: the office's register of them, where it has one.
Result<ParsedPlan> parse_plan(const SourceFile& plan, std::span<const SourceFile> overlays = {},
                              const std::optional<SourceFile>& businesses = std::nullopt);

// The plan id that an overlay names, or that a plan file has; empty where it cannot be read.
std::string overlay_plan_id(const SourceFile& overlay);
std::string plan_id(const SourceFile& plan);

}  // namespace planwatch
