// Every word that a message says, in one place a language: wording_zh.cpp, wording_en.cpp. The names of plans, units, duties and
// indicators, the clauses and the arithmetic that the engine wrote down stay as they are.
#pragma once

#include "config/settings.hpp"
#include "rules/alert_kind.hpp"
#include "rules/ladder.hpp"
#include "rules/plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

using Language = Notices::Language;

std::string_view language_tag(Language language);  // "zh-CN", "en": BCP 47

// The parts of a message that tells of several things, in the order in which they stand where they are equally grave.
enum class MessagePart : std::uint8_t { overdue, due_soon, figures, other, resolved };

// How a message's moment stands to a due date.
struct Timing {
    enum class Side : std::uint8_t { unknown, before, today, after };
    Side side = Side::unknown;
    int days = 0;         // before and after: 1, 2, …; 0 where it is not a day yet
    bool working = true;  // the days are working days
};

// What one line of a message is about.
struct Matter {
    AlertKind kind = AlertKind::due_soon;
    bool resolved = false;
    std::string who;                    // the unit, "8个镇", or the plan
    std::vector<std::string> names;     // of several units; those that are not named are counted alone
    std::size_t units = 1;
    bool crowd = false;                 // the units are towns, and what is owed is owed by their businesses
    std::string what;                   // 第三季度工作进展情况
    Timing timing;
    std::optional<Day> due;             // the last day on which handing in, or reaching the target, is on time
    std::optional<std::chrono::minutes> due_time;  // of that day; none: its end
    bool hold = false;                  // a target that must be kept in every period
    int year = 0;                       // the plan's: days within it are told without it
};

class Wording {
public:
    enum class Label : std::uint8_t { to_do, deadline, where, cure, why, clause, responsible, target, assumed, plan, at, step, alert };

    virtual ~Wording() = default;

    virtual std::string period(const Period& period, int year) const = 0;             // 第三季度; 2022年第三季度 in the plan of 2023
    virtual std::string of_period(std::string_view period, std::string_view name) const = 0;  // 第三季度工作进展情况
    virtual std::string day(Day day, int year) const = 0;                             // 10月10日（周二）
    // 8个镇. `kind`: what all of them are; none: of several kinds
    virtual std::string units(std::optional<UnitKind> kind, const std::vector<std::string>& names) const = 0;
    // 甲、乙、丙; 甲、乙等8个 where only some of `total` are named
    virtual std::string list(const std::vector<std::string>& names, std::size_t total) const = 0;

    virtual std::string tag(const Matter& matter) const = 0;       // 逾期2个工作日
    virtual std::string headline(const Matter& matter) const = 0;  // what is wrong, one sentence
    // `figures`: those owed, with their ids; `document`: one is owed. Both only of a duty.
    virtual std::string action(const Matter& matter, std::string_view figures, std::string_view document) const = 0;
    virtual std::string deadline(const Matter& matter, bool provisional, bool assumed) const = 0;
    virtual std::string target(const Target& target, int year) const = 0;
    virtual std::string responsible(const Unit& unit, Role role) const = 0;

    virtual std::string aside(std::string_view text, std::string_view more) const = 0;  // text（aside）
    virtual std::string subject(std::string_view tag, std::string_view rest) const = 0;
    virtual std::string label(Label label) const = 0;              // with its colon
    virtual std::string heading(MessagePart part) const = 0;
    virtual std::string count(MessagePart part, std::size_t count) const = 0;  // 3项逾期
    virtual std::string summary(const std::vector<std::string>& counts) const = 0;  // 3项逾期 2项临期
    virtual std::string and_others(std::string_view first, std::size_t count) const = 0;  // … 等5项
    virtual std::string evidence() const = 0;                      // 依据
    virtual std::string not_shown(std::size_t count) const = 0;
    virtual std::string acknowledge(std::string_view unit) const = 0;  // a button's text; `unit` empty where there is but one
    virtual std::string open(std::string_view unit) const = 0;
    virtual std::string step(std::string_view step) const = 0;     // of a ladder: "-7wd" → 到期前7个工作日
    virtual std::string severity(Severity severity) const = 0;
};

const Wording& wording(Language language);

// “text”, with the quotation marks within it made single.
std::string in_quotes(std::string_view text);

// A step that is so many days from the due date: "-3wd" or "+5d".
struct StepDistance {
    int days = 0;  // negative before it
    bool working = false;
};
std::optional<StepDistance> distance_of(std::string_view step);

}  // namespace planwatch
