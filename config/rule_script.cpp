#include "config/rule_script.hpp"

#include "config/rule_script_line.hpp"
#include "rules/names.hpp"

#include <algorithm>
#include <utility>

namespace planwatch {
namespace {

constexpr auto spell = [](auto value) { return to_string(value); };

AlertKind take_kind(ScriptLine& line)
{
    using enum AlertKind;
    return line.one_of("alert kind", {due_soon, overdue, behind_pace, target_missed, below_hold, implausible, undeliverable},
                       spell);
}

SlotState take_slot_state(ScriptLine& line)
{
    using enum SlotState;
    return line.one_of("slot state", {upcoming, due_soon, overdue, on_time, late, waived}, spell);
}

Status take_status(ScriptLine& line)
{
    using enum Status;
    return line.one_of("status", {no_data, on_track, behind, reached, missed, held, not_held, doubtful}, spell);
}

ExpectValue::Comparison take_comparison(ScriptLine& line)
{
    using enum ExpectValue::Comparison;
    return line.one_of("comparison", {equal, at_least, at_most, about}, spell);
}

std::optional<Period> parse_period(const std::string& text) { return Period::parse(text); }

std::optional<Day> to_day(const std::string& text)
{
    const Result<Day> day = parse_day(text);
    return day ? std::optional{*day} : std::nullopt;
}

std::optional<std::int64_t> to_count(const std::string& text)
{
    const std::optional<Decimal> number = Decimal::parse(text);
    if (!number || *number < Decimal{} || number->micros() % Decimal::scale != 0) return std::nullopt;
    return number->micros() / Decimal::scale;
}

// DATE [TIME], as a wall clock of the plan shows it; without a time the midnight before the day, or (`whole_day`) after it.
LocalTime take_moment(ScriptLine& line, bool whole_day)
{
    const Day day = line.parsed("date (YYYY-MM-DD)", to_day);
    if (line.done()) return LocalTime{whole_day ? day + std::chrono::days{1} : day};
    return line.parsed("time of day (HH:MM)", [day](const std::string& text) -> std::optional<LocalTime> {
        const Zone wall_clock;
        const Result<Instant> moment = parse_moment(format_day(day) + " " + text, wall_clock);
        return moment ? std::optional{wall_clock.to_local(*moment)} : std::nullopt;
    });
}

// KIND SUBJECT, then a UNIT and a PERIOD as far as they are there; a period alone is told by its form.
AlertPattern take_alert(ScriptLine& line, std::string_view until = {})
{
    AlertPattern alert{.kind = take_kind(line), .subject = line.name_or_any("a duty or an indicator")};
    const auto more = [&] { return !line.done() && (until.empty() || !line.next_is(until)); };
    if (!more()) return alert;
    alert.unit = line.name_or_any("a unit");
    if (Period::parse(alert.unit.text)) {
        alert.period = std::exchange(alert.unit, {});
    } else if (more()) {
        alert.period = line.name_or_any("a period");
        if (!alert.period.text.empty() && !Period::parse(alert.period.text))
            line.fail_at(alert.period.column, fmt::format("'{}' is no period", alert.period.text));
    }
    return alert;
}

RawValue take_value(ScriptLine& line)
{
    RawValue value{.indicator = line.text("an indicator")};
    line.expect("=");
    const ScriptName number = line.name("a number, or numerator/denominator");
    const std::size_t slash = number.text.find('/');
    const auto decimal = [&](std::string_view text) {
        const std::optional<Decimal> parsed = Decimal::parse(text);
        if (!parsed) line.fail_at(number.column, fmt::format("'{}' is no number", text));
        return parsed;
    };
    if (slash == std::string::npos) {
        value.value = decimal(number.text);
    } else {
        value.numerator = decimal(std::string_view{number.text}.substr(0, slash));
        value.denominator = decimal(std::string_view{number.text}.substr(slash + 1));
    }
    return value;
}

RawSubmission take_submission(ScriptLine& line)
{
    RawSubmission submission{.unit = line.text("a unit"), .period = line.text("a period")};
    do submission.values.push_back(take_value(line));
    while (line.take(","));
    return submission;
}

RawFiling take_filing(ScriptLine& line)
{
    RawFiling filing{.unit = line.text("a unit"), .duty = line.text("a duty")};
    if (!line.done() && !line.quoted_next()) filing.period = line.text("a period");
    if (line.quoted_next()) filing.title = line.text("a title");
    return filing;
}

HandIn take_hand_in(ScriptLine& line, bool refused)
{
    if (line.take("submit")) return {take_submission(line), refused};
    line.expect("file");
    return {take_filing(line), refused};
}

Acknowledge take_acknowledge(ScriptLine& line)
{
    Acknowledge acknowledge{.alert = take_alert(line, "until")};
    line.expect("until");
    acknowledge.until = take_moment(line, true);
    return acknowledge;
}

ExpectSlot take_slot(ScriptLine& line)
{
    ExpectSlot slot{.duty = line.name("a duty"), .unit = line.name("a unit")};
    slot.period = line.parsed("period", parse_period);
    slot.state = take_slot_state(line);
    if (line.take("due")) slot.due = line.parsed("date (YYYY-MM-DD)", to_day);
    return slot;
}

ExpectSlots take_slots(ScriptLine& line)
{
    ExpectSlots slots{.state = take_slot_state(line)};
    if (!line.next_is("=")) slots.duty = line.name_or_any("a duty, or '='");
    line.expect("=");
    slots.count = line.parsed("whole number", to_count);
    return slots;
}

ExpectValue take_expected_value(ScriptLine& line)
{
    ExpectValue expected{.indicator = line.name("an indicator")};
    const auto sign = [&] { return line.next_is("=") || line.next_is(">=") || line.next_is("<=") || line.next_is("~"); };
    if (!sign()) expected.unit = line.name_or_any("a unit, or a comparison");
    expected.comparison = take_comparison(line);
    expected.value = line.parsed("number", [](const std::string& text) { return Decimal::parse(text); });
    return expected;
}

ExpectStatus take_expected_status(ScriptLine& line)
{
    ExpectStatus expected{.indicator = line.name("an indicator")};
    if (line.left() > 1) expected.unit = line.name_or_any("a unit");
    expected.status = take_status(line);
    return expected;
}

ExpectNotice take_notice(ScriptLine& line, bool sent)
{
    ExpectNotice notice{
        .sent = sent, .step = line.text("a step (-7wd, due, +3wd, fired, resolved)"), .alert = take_alert(line, "to")};
    line.expect("to");
    notice.recipient = line.text("a recipient");
    return notice;
}

using What = decltype(ScriptStep::what);

What take_expectation(ScriptLine& line)
{
    if (line.take("no")) {
        if (line.take("notice")) return take_notice(line, false);
        line.expect("firing");
        return ExpectAlert{ExpectAlert::State::not_firing, take_alert(line)};
    }
    if (line.take("firing")) return ExpectAlert{ExpectAlert::State::firing, take_alert(line)};
    if (line.take("resolved")) return ExpectAlert{ExpectAlert::State::resolved, take_alert(line)};
    if (line.take("slot")) return take_slot(line);
    if (line.take("slots")) return take_slots(line);
    if (line.take("value")) return take_expected_value(line);
    if (line.take("status") || line.take("pace")) return take_expected_status(line);
    if (line.take("notice")) return take_notice(line, true);
    line.fail("expected one of: firing, no firing, resolved, slot, slots, value, status, pace, notice, no notice");
    return {};
}

What take_step(ScriptLine& line)
{
    if (line.take("at")) return MoveTo{take_moment(line, false)};
    if (line.next_is("submit") || line.next_is("file")) return take_hand_in(line, false);
    if (line.take("refuse")) return take_hand_in(line, true);
    if (line.take("ack")) return take_acknowledge(line);
    if (line.take("expect")) return take_expectation(line);
    line.fail("a statement begins with one of: year, at, submit, file, refuse, ack, expect");
    return {};
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

class ScriptParser {
public:
    explicit ScriptParser(const SourceFile& file) : file_{file} { script_.name = file.name; }

    RuleScript parse()
    {
        if (const auto at = find_invalid_utf8(file_.text)) {
            const auto lines = std::count(file_.text.begin(), file_.text.begin() + static_cast<std::ptrdiff_t>(*at), '\n');
            script_.faults.push_back({static_cast<std::size_t>(lines) + 1, 1, "this line is not UTF-8"});
            return std::move(script_);
        }
        std::string_view rest = file_.text;
        for (std::size_t number = 1; !rest.empty(); ++number) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            std::string_view text = rest.substr(0, end);
            if (text.ends_with('\r')) text.remove_suffix(1);
            read(number, text);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        if (!named_ && script_.faults.empty()) script_.faults.push_back({1, 1, "a script begins with 'plan', and a plan's id or file"});
        return std::move(script_);
    }

private:
    void read(std::size_t number, std::string_view text)
    {
        ScriptLine line{number, text, script_.faults};
        if (line.blank() || line.failed()) return;
        if (line.next_is("plan") || !named_) return read_plan(line);
        if (line.next_is("register")) return read_register(line);
        if (line.take("year")) return begin_year(line);
        What what = take_step(line);
        line.end();
        if (const auto* move = std::get_if<MoveTo>(&what); move && !line.failed()) follow(line, *move);
        if (script_.years.empty()) script_.years.emplace_back();
        script_.years.back().steps.push_back({number, std::string{trimmed(text)}, std::move(what)});
    }

    void read_plan(ScriptLine& line)
    {
        if (std::exchange(named_, true)) return line.fail("one plan is named in a script, first of all");
        if (!line.take("plan")) return line.fail("a script begins with 'plan', and a plan's id or file");
        script_.plan = line.text("a plan's id or file");
        line.end();
    }

    void read_register(ScriptLine& line)
    {
        if (script_.register_file || !script_.years.empty())
            return line.fail("one register of businesses may stand in a script, right behind 'plan'");
        line.expect("register");
        script_.register_file = line.name("a register's file");
        line.end();
    }

    void begin_year(ScriptLine& line)
    {
        if (!line.quoted_next()) return line.fail("a year has a title in quotes, as in year \"全年按时\"");
        script_.years.push_back({line.text("a title"), {}});
        now_.reset();
        line.end();
    }

    void follow(ScriptLine& line, const MoveTo& move)
    {
        if (now_ && move.to < *now_) line.fail_at(1, "time does not run backwards; this moment lies before the last one");
        now_ = move.to;
    }

    const SourceFile& file_;
    RuleScript script_;
    std::optional<LocalTime> now_;
    bool named_ = false;
};

}  // namespace

bool AlertPattern::matches(const AlertKey& key) const
{
    const auto fits = [](const ScriptName& wanted, const std::string& there) {
        return wanted.text.empty() || wanted.text == there;
    };
    return kind == key.kind && fits(subject, key.subject) && fits(unit, key.unit) && fits(period, key.period);
}

RuleScript parse_rule_script(const SourceFile& file) { return ScriptParser{file}.parse(); }

std::string_view to_string(ExpectValue::Comparison comparison) { return name_in({"=", ">=", "<=", "~"}, comparison); }

}  // namespace planwatch
