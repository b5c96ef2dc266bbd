#include "daemon/rule_test.hpp"

#include "daemon/simulator.hpp"
#include "exporters/views.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <optional>

namespace planwatch {
namespace {

constexpr std::size_t most_alerts_shown = 12;

// What became of one statement: nothing to say, or how it differs.
struct Difference {
    std::string expected;
    std::string actual;
    std::vector<std::string> why;
};
using Verification = std::optional<Difference>;

std::string name(const AlertPattern& alert)
{
    std::string text{to_string(alert.kind)};
    for (const ScriptName* part : {&alert.subject, &alert.unit, &alert.period})
        if (!part->text.empty()) text += " " + part->text;
    return text;
}

std::string alert_line(const Alert& alert)
{
    const AlertKey& key = alert.key;
    std::string text = fmt::format("{} {}", to_string(key.kind), key.subject);
    for (const std::string* part : {&key.unit, &key.period})
        if (!part->empty()) text += " " + *part;
    return text + ": " + alert.why.text();
}

// As many decimals as tell the value; not the noise of the last bits.
std::string number(double value) { return fmt::format("{:.10g}", value); }

// One year of a script.
class YearRunner {
public:
    YearRunner(const std::string& file, const ScriptYear& year, const std::shared_ptr<const Policy>& policy, RuleTestReport& report)
        : file_{file},
          year_{year},
          policy_{*policy},
          simulator_{policy, [this](Changes changes) { remember(std::move(changes)); }},
          report_{report}
    {
        now_ = engine().now();
        simulator_.advance(now_);
    }

    void run()
    {
        for (const ScriptStep& step : year_.steps) {
            Verification outcome = std::visit([this](const auto& what) { return execute(what); }, step.what);
            if (outcome) {
                report_.failures.push_back({fmt::format("{}:{}", file_, step.line), year_.title, step.text,
                                            std::move(outcome->expected), std::move(outcome->actual), std::move(outcome->why)});
            } else if (expects(step)) {
                ++report_.passed;
            }
        }
    }

private:
    const Engine& engine() const { return simulator_.engine(); }

    static bool expects(const ScriptStep& step)
    {
        if (const auto* hand_in = std::get_if<HandIn>(&step.what)) return hand_in->refused;
        return !std::holds_alternative<MoveTo>(step.what) && !std::holds_alternative<Acknowledge>(step.what);
    }

    void remember(Changes changes)
    {
        for (Transition& transition : changes.transitions)
            if (transition.event == AlertEvent::resolved) resolved_.push_back(std::move(transition));
        std::ranges::copy_if(changes.notices, std::back_inserter(notices_), &Notice::open);
    }

    std::vector<const Alert*> firing(const AlertPattern& pattern) const
    {
        std::vector<const Alert*> found;
        for (const auto& [key, alert] : engine().alerts())
            if (alert.state.phase == Phase::firing && pattern.matches(key)) found.push_back(&alert);
        return found;
    }

    static std::vector<std::string> lines_of(const std::vector<const Alert*>& alerts)
    {
        std::vector<std::string> lines;
        for (std::size_t i = 0; i < std::min(alerts.size(), most_alerts_shown); ++i) lines.push_back(alert_line(*alerts[i]));
        if (alerts.size() > most_alerts_shown) lines.push_back(fmt::format("… and {} more", alerts.size() - most_alerts_shown));
        return lines;
    }

    // What fires instead: of the same kind, else everything.
    std::vector<std::string> firing_instead(AlertKind kind) const
    {
        std::vector<const Alert*> alerts = firing({.kind = kind});
        if (alerts.empty())
            for (const auto& [key, alert] : engine().alerts())
                if (alert.state.phase == Phase::firing) alerts.push_back(&alert);
        std::vector<std::string> lines = lines_of(alerts);
        if (lines.empty()) return {"nothing was firing"};
        lines.insert(lines.begin(), "firing at that moment:");
        return lines;
    }

    Verification execute(const MoveTo& move)
    {
        now_ = policy_.zone.to_instant(move.to);
        simulator_.advance(now_);
        return {};
    }

    Verification execute(const HandIn& hand_in)
    {
        const Result<void> taken = std::visit([this](const auto& what) { return take(what); }, hand_in.what);
        if (taken.has_value() != hand_in.refused) return {};
        if (hand_in.refused) return Difference{"refused", "accepted", {}};
        Difference difference{"accepted", "refused", {}};
        for (const Problem& problem : taken.error()) difference.why.push_back(to_text(Problems{problem}));
        return difference;
    }

    Result<void> take(RawSubmission submission)
    {
        submission.plan = policy_.plan.id;
        return simulator_.submit(submission, now_);
    }

    Result<void> take(RawFiling filing)
    {
        filing.plan = policy_.plan.id;
        return simulator_.file(filing, now_);
    }

    Verification execute(const Acknowledge& acknowledge)
    {
        const std::vector<const Alert*> alerts = firing(acknowledge.alert);
        if (alerts.empty())
            return Difference{name(acknowledge.alert) + " to acknowledge", "not firing", firing_instead(acknowledge.alert.kind)};
        std::vector<std::string> ids;
        for (const Alert* alert : alerts) ids.push_back(alert->key.id(policy_.plan.id));
        for (const std::string& id : ids)
            simulator_.acknowledge({.alert = id, .by = "rule test", .until = policy_.zone.to_instant(acknowledge.until)}, now_);
        return {};
    }

    Verification execute(const ExpectAlert& expect)
    {
        const std::vector<const Alert*> found = firing(expect.alert);
        const std::string what = name(expect.alert);
        if (expect.state == ExpectAlert::State::firing) {
            if (!found.empty()) return {};
            return Difference{"firing: " + what, "not firing", firing_instead(expect.alert.kind)};
        }
        const std::string_view wanted = expect.state == ExpectAlert::State::resolved ? "resolved: " : "not firing: ";
        if (!found.empty()) return Difference{fmt::format("{}{}", wanted, what), "firing", lines_of(found)};
        if (expect.state == ExpectAlert::State::not_firing) return {};
        const bool once = std::ranges::any_of(resolved_, [&](const Transition& t) { return expect.alert.matches(t.alert.key); });
        if (once) return {};
        return Difference{"resolved: " + what, "never fired", firing_instead(expect.alert.kind)};
    }

    Verification execute(const ExpectSlot& expect)
    {
        const std::string what = fmt::format("{} {} {}", expect.duty.text, expect.unit.text, expect.period.to_string());
        for (const SlotRow& row : slot_rows(engine(), {.unit = expect.unit.text, .duty = expect.duty.text})) {
            if (row.owed().period != expect.period) continue;
            const Day due = row.due_date;
            if (row.slot.state == expect.state && expect.due.value_or(due) == due) return {};
            return Difference{
                slot_text(expect.state, expect.due), slot_text(row.slot.state, due), {engine().why_of(row.deadline, row.unit)}};
        }
        return Difference{slot_text(expect.state, expect.due), fmt::format("no such slot: nobody owes {}", what),
                          periods_of(expect)};
    }

    static std::string slot_text(SlotState state, std::optional<Day> due)
    {
        return std::string{to_string(state)} + (due ? " due " + format_day(*due) : "");
    }

    std::vector<std::string> periods_of(const ExpectSlot& expect) const
    {
        std::vector<std::string> periods;
        for (const SlotRow& row : slot_rows(engine(), {.unit = expect.unit.text, .duty = expect.duty.text}))
            periods.push_back(row.owed().period.to_string());
        if (periods.empty()) return {fmt::format("{} does not owe {}", expect.unit.text, expect.duty.text)};
        return {fmt::format("periods owed: {}", fmt::join(periods, ", "))};
    }

    Verification execute(const ExpectSlots& expect)
    {
        const std::vector<SlotRow> rows = slot_rows(engine(), {.duty = expect.duty.text, .businesses = true});
        std::map<SlotState, std::int64_t> counts;
        for (const SlotRow& row : rows) ++counts[row.slot.state];
        if (counts[expect.state] == expect.count) return {};
        Difference difference{fmt::format("{} {}", expect.count, to_string(expect.state)),
                              fmt::format("{} {}", counts[expect.state], to_string(expect.state)),
                              {}};
        for (const auto& [state, count] : counts)
            if (count > 0) difference.why.push_back(fmt::format("{}: {}", to_string(state), count));
        return difference;
    }

    struct Assessed {
        Assessment assessment;
        std::vector<std::string> why;
    };
    Assessed assess_now(const ScriptName& indicator, const ScriptName& unit) const
    {
        const IndicatorIndex index = *policy_.plan.indicator(indicator.text);
        const auto of = unit.text.empty() ? std::nullopt : policy_.plan.unit(unit.text);
        Assessed assessed{engine().assessment(index, of), {}};
        assessed.why.push_back(explain(policy_.plan.indicators[index], assessed.assessment));
        return assessed;
    }

    Verification execute(const ExpectValue& expect)
    {
        const auto [assessment, why] = assess_now(expect.indicator, expect.unit);
        const std::string expected = fmt::format("{} {}", to_string(expect.comparison), expect.value.to_string());
        if (!assessment.known) return Difference{expected, "no value: nothing was reported", why};
        if (holds(expect, assessment.value)) return {};
        return Difference{expected, number(assessment.value), why};
    }

    static bool holds(const ExpectValue& expect, double value)
    {
        constexpr double last_bits = 1e-9;  // a value is one division away from the exact sums
        const double wanted = expect.value.to_double();
        switch (expect.comparison) {
            case ExpectValue::Comparison::equal: return std::abs(value - wanted) <= last_bits;
            case ExpectValue::Comparison::at_least: return value >= wanted - last_bits;
            case ExpectValue::Comparison::at_most: return value <= wanted + last_bits;
            case ExpectValue::Comparison::about: return std::abs(value - wanted) <= 0.01 + last_bits;
        }
        return false;
    }

    Verification execute(const ExpectStatus& expect)
    {
        const auto [assessment, why] = assess_now(expect.indicator, expect.unit);
        if (assessment.status == expect.status) return {};
        return Difference{std::string{to_string(expect.status)}, std::string{to_string(assessment.status)}, why};
    }

    Verification execute(const ExpectNotice& expect)
    {
        std::vector<std::string> others;
        for (const Notice& notice : notices_) {
            if (!about(notice, expect.alert)) continue;
            const std::string line =
                fmt::format("{} to {} at {}", notice.step, notice.recipient.id, format_instant(notice.at, policy_.zone));
            if (notice.step != expect.step || notice.recipient.id != expect.recipient) {
                others.push_back(line);
            } else {
                return expect.sent ? Verification{} : Difference{"not sent", line, {notice.why}};
            }
        }
        if (!expect.sent) return {};
        others.insert(others.begin(), others.empty() ? "no notice of this alert was sent" : "sent of this alert:");
        return Difference{fmt::format("{} to {}", expect.step, expect.recipient), "not sent", others};
    }

    bool about(const Notice& notice, const AlertPattern& alert) const
    {
        const std::optional<AlertKey> key = AlertKey::parse(notice.alert, policy_.plan.id);
        return key && alert.matches(*key);
    }

    const std::string& file_;
    const ScriptYear& year_;
    const Policy& policy_;
    Simulator simulator_;
    Instant now_{};
    std::vector<Transition> resolved_;
    std::vector<Notice> notices_;
    RuleTestReport& report_;
};

}  // namespace

RuleTestReport run_rule_test(const RuleScript& script, const std::shared_ptr<const Policy>& policy)
{
    RuleTestReport report;
    for (const ScriptYear& year : script.years) YearRunner{script.name, year, policy, report}.run();
    return report;
}

std::string to_text(const RuleTestFailure& failure)
{
    const std::string year = failure.year.empty() ? "" : fmt::format(" ({})", failure.year);
    std::string text = fmt::format("{}{}: {}\n  expected  {}\n  actual    {}\n", failure.place, year, failure.statement,
                                   failure.expected, failure.actual);
    for (const std::string& line : failure.why) text += "            " + line + "\n";
    return text;
}

}  // namespace planwatch
