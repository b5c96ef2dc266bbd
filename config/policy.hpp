// From the files an operator edits to the frozen Policy that the engine judges by. The sources themselves go into the
// ledger when a policy is adopted, so that a replay years later compiles the same policy again.
#pragma once

#include "config/plan.hpp"
#include "rules/policy.hpp"

#include <memory>
#include <optional>

namespace planwatch {

struct Sources {
    SourceFile plan;
    std::vector<SourceFile> overlays;  // in the order in which they apply
    SourceFile calendar;
    Office office;
    std::optional<SourceFile> businesses;  // the register, where the office keeps one
    friend bool operator==(const Sources&, const Sources&) = default;
};

// The plan, the overlays for it in `<folder of the plan>/../overlays/*.toml` (by name), the calendar or the one built in, and
// the register of businesses in `<folder of the plan>/../registers/<plan id>.csv` where there is one.
// Throws std::system_error when a file cannot be read.
Sources load_sources(const std::filesystem::path& plan, const std::optional<std::filesystem::path>& calendar,
                     Office office);

// Every problem of every file. Ladders: the plan's own.
Result<std::shared_ptr<const Policy>> compile(const Sources& sources);
// The same for a plan that was parsed already from these sources (`check` needs both).
Result<std::shared_ptr<const Policy>> compile(const Sources& sources, const ParsedPlan& parsed);

// The first 16 hex digits of the SHA-256 of all contents; the files' names do not count.
std::string version_of(const Sources& sources);

// The ledger's payload. Files' names lose their folders, which belong to one machine.
std::string to_json(const Sources& sources);
Result<Sources> parse_sources(std::string_view json);

}  // namespace planwatch
