// Two courses of one plan side by side: what happened, and what would have happened. Which alerts and messages come, go and move, and how
// many messages each person gets. Values in, text out.
#pragma once

#include "rules/engine.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {

// In order of time; of the transitions only those that fired or resolved.
struct Course {
    std::vector<Transition> transitions;
    std::vector<Message> messages;
};

enum class Difference : std::uint8_t { same, comes, goes, moves, changes };
std::string_view to_string(Difference);
std::string_view difference_name(Difference);  // 不变, 新增, 取消, 改期, 内容有变

// One occasion of an alert, from its firing to its end.
struct Occasion {
    Instant fired{};
    std::optional<Instant> resolved;  // none where it went on
    friend bool operator==(const Occasion&, const Occasion&) = default;
};

struct ComparedAlert {
    AlertKey key;
    Difference difference = Difference::same;
    std::optional<Occasion> was, would_be;
};

// `changes`: at the same moment, with something else in it or by another way. `moves`: at another, with something in common.
struct ComparedMessage {
    Difference difference = Difference::same;
    std::optional<Message> was, would_be;
};

struct ComparedPerson {
    std::string name;
    struct Count {
        std::size_t messages = 0;
        std::size_t most_a_week = 0;  // ISO weeks in the plan's zone
    } was, would_be;
    std::map<Difference, std::size_t> differences;
};

struct Comparison {
    std::vector<ComparedAlert> alerts;      // by firing, then by key
    std::vector<ComparedMessage> messages;  // by time, then by person
    std::map<std::string, ComparedPerson> people;  // by id
};

// What lies within `from` and `to`, both included: messages sent then, and alerts that fired no later and ended no earlier.
Comparison compare(const Course& was, const Course& would_be, Instant from, Instant to, const Zone& zone);

// What differs as rows for people, and the sums below them.
std::string comparison_table(const Comparison& comparison, const std::string& plan, const Zone& zone);
// All of it as JSON, one object a line.
std::string comparison_lines(const Comparison& comparison, const std::string& plan, const Zone& zone);

}  // namespace planwatch
