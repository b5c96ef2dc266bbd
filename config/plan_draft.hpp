// A plan's first draft: answers to a few questions in, the text of a plan file out, with comments that teach the next step beside
// each part. `planwatch plan new` asks and writes. What was not answered is guessed, and every guess stands as `assumed`.
//
// One truth: an answer is good when the reader of plans (config/plan.hpp) finds no problem in a draft that holds it.
#pragma once

#include "rules/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

// Words as the plan file spells them: kinds, cadences, due rules, measures, targets. Where a text is empty, the draft guesses.
struct DraftUnit {
    std::string id;
    std::string kind;
    std::string name;
};

struct DraftClause {
    std::string id;
    std::string title;
};

struct DraftReport {
    std::string cadence;
    std::string due;  // or a bare number: that day of the month after the period
    std::string name;
    std::string clause;
};

struct DraftIndicator {
    std::string id;
    std::string measure;
    std::string target;
    std::string name;
    std::string clause;
};

// What it begins with can be read, so that one answer can be tried before the others are given.
struct PlanDraft {
    std::string id = "new-plan";
    std::string name = "食品安全工作计划";
    Day issued{std::chrono::year{2026} / 1 / 1};
    std::optional<int> year;  // none: that of `issued`
    std::string time_zone = "Asia/Shanghai";
    std::optional<std::int64_t> population;
    std::vector<DraftUnit> units;
    std::vector<DraftClause> clauses;
    std::vector<DraftReport> reports;
    std::vector<DraftIndicator> indicators;
    bool examples = false;  // a ratio of 100 % and a count with a linear pace, to write one's own after
};

std::string draft_text(const PlanDraft& draft);

// One thing that a draft is made of: a flag of the command, a question on the terminal.
struct DraftField {
    enum class Kind : std::uint8_t { essential, optional, repeated, yes_no };
    Kind kind = Kind::optional;
    std::string_view flag;  // "--unit"
    std::string_view form;  // "ID[:KIND]=NAME"; empty for yes_no
    std::string_view question;
    std::string_view example;
    std::string (*fallback)(const PlanDraft&) = nullptr;  // what stands where nothing is answered, for people
    std::optional<std::string> (*take)(PlanDraft&, std::string_view) = nullptr;  // what is wrong with an answer's form
};

// In the order in which they are asked: what an answer may refer to comes before it.
std::span<const DraftField> draft_fields();

// `draft` with one answer more, or what is wrong with that; problems have the field's flag as their path.
Result<PlanDraft> answered(const PlanDraft& draft, const DraftField& field, std::string_view text);

}  // namespace planwatch
