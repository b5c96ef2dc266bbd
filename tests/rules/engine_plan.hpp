// Plans written down as values, and an engine on its way through one, for the tests of the engine.
#pragma once

#include "rules/engine.hpp"
#include "tests/rules/values.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace planwatch::testing {

// A plan of 2023, issued on 1 March, in Shanghai's time, with the default ladder, whose post holds nothing back; every unit leads its
// one clause 三（十二）.
// Who names a unit, an indicator or a duty first must have added it.
class PlanBuilder {
public:
    PlanBuilder()
    {
        Plan& plan = policy_.plan;
        plan.id = "here-2023";
        plan.name = "本区2023年计划";
        plan.year = 2023;
        plan.issued = day("2023-03-01");
        plan.starts = day("2023-01-01");
        plan.ends = day("2023-12-31");
        plan.time_zone = "Asia/Shanghai";
        plan.clauses.push_back({.id = "三（十二）", .title = "抽检"});
        policy_.version = "1";
        policy_.zone = shanghai();
        policy_.calendar = autumn_calendar();
        policy_.post.hours.clear();
    }

    PlanBuilder& units(std::initializer_list<const char*> ids)
    {
        for (const char* id : ids) {
            policy_.plan.clauses[0].units.push_back({static_cast<UnitIndex>(policy_.plan.units.size()), Role::lead});
            policy_.plan.units.push_back({.id = id, .name = std::string{"单位"} + id});
        }
        return *this;
    }

    // A count reported as increments by `who`; what differs is set on the indicator that this returns.
    Indicator& indicator(const char* id, std::initializer_list<const char*> who)
    {
        Indicator made;
        made.id = id;
        made.name = std::string{"指标"} + id;
        for (const char* unit : who) made.units.push_back(policy_.plan.unit(unit).value());
        policy_.plan.indicators.push_back(std::move(made));
        return policy_.plan.indicators.back();
    }

    // Due by `due` for every period of its cadence that ends in the plan's year.
    Duty& duty(const char* id, Cadence cadence, const char* due, std::initializer_list<const char*> who,
               std::initializer_list<const char*> indicators = {})
    {
        Duty made;
        made.id = id;
        made.name = std::string{"报送"} + id;
        made.cadence = cadence;
        made.due = DueRule::parse(due).value();
        made.filing = indicators.size() == 0;
        for (const char* unit : who) made.units.push_back(policy_.plan.unit(unit).value());
        for (const char* one : indicators) made.indicators.push_back(policy_.plan.indicator(one).value());
        made.periods = periods_between(period_kind(cadence), policy_.plan.starts, policy_.plan.ends);
        policy_.plan.duties.push_back(std::move(made));
        return policy_.plan.duties.back();
    }

    Policy& policy() { return policy_; }
    Plan& plan() { return policy_.plan; }
    std::shared_ptr<const Policy> build() const { return std::make_shared<const Policy>(policy_); }

private:
    Policy policy_;
};

inline Target at_least(Decimal value, std::string unit, std::string_view by = "2023-12-31")
{
    return {.comparator = Comparator::at_least, .value = value, .unit = std::move(unit), .by = day(by)};
}

inline Target held_at_least(Decimal value, std::string unit)
{
    return {.comparator = Comparator::at_least, .value = value, .unit = std::move(unit), .hold = true};
}

inline Pace linear(std::string_view from = "2023-01-01")
{
    Pace pace;
    pace.kind = Pace::Kind::linear;
    pace.from = day(from);
    return pace;
}

// "2023-11-02 00:00" in Shanghai.
inline Instant at(std::string_view text) { return parse_moment(text, shanghai()).value(); }

inline std::string to_text(Instant instant)
{
    std::string text = format_instant(instant, shanghai());
    text = text.substr(0, text.find('+'));
    text[10] = ' ';
    return text.ends_with(":00") ? text.substr(0, text.size() - 3) : text;
}

inline std::string_view to_text(AlertEvent event)
{
    const std::string_view names[] = {"told", "pending", "fired", "resolved", "lapsed"};
    return names[static_cast<std::size_t>(event)];
}

// "2023-11-02 00:00 fired here-2023:overdue:report:samr:2023"; those that tell nothing new of the alert itself are left out.
inline std::vector<std::string> transitions(const Changes& changes)
{
    std::vector<std::string> lines;
    for (const Transition& t : changes.transitions)
        if (t.event != AlertEvent::none) lines.push_back(fmt::format("{} {} {}", to_text(t.at), to_text(t.event), t.alert.key.id("here-2023").substr(10)));
    return lines;
}

// "2023-11-02 00:00 due → office: overdue:report:samr:2023"; those that wait because their alert is silenced or acknowledged are left out.
inline std::vector<std::string> notices(const Changes& changes)
{
    std::vector<std::string> lines;
    for (const Notice& n : changes.notices)
        if (n.open) lines.push_back(fmt::format("{} {} → {}: {}", to_text(n.at), n.step, n.recipient.id, n.alert.text().substr(10)));
    return lines;
}

// "2023-11-02 09:00 → office: due overdue:report:samr:2023, fired behind_pace:batches:samr:-"
inline std::vector<std::string> messages(const Changes& changes)
{
    std::vector<std::string> lines;
    for (const Message& m : changes.post.messages) {
        std::string text;
        for (const Notice& n : m.notices) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", n.step, n.alert.text().substr(10));
        lines.push_back(fmt::format("{} → {}: {}", to_text(m.at), m.recipient.id, text));
    }
    return lines;
}

struct Value {
    const char* indicator;
    Decimal numerator;
    std::optional<Decimal> denominator = {};
};

inline RawSubmission raw(const char* unit, const char* period, std::initializer_list<Value> values)
{
    RawSubmission made{.plan = "here-2023", .unit = unit, .period = period};
    for (const Value& v : values) {
        if (v.denominator)
            made.values.push_back({v.indicator, {}, v.numerator, v.denominator});
        else
            made.values.push_back({v.indicator, v.numerator, {}, {}});
    }
    return made;
}

inline RawFiling raw_filing(const char* unit, const char* duty, const char* period)
{
    return {.plan = "here-2023", .unit = unit, .duty = duty, .period = period, .title = "总结"};
}

// An engine on its way through a plan; every step answers with what it changed.
class Course {
public:
    explicit Course(std::shared_ptr<const Policy> policy, std::optional<Instant> begins = {}) : engine{std::move(policy), begins} {}
    explicit Course(const PlanBuilder& plan, std::optional<Instant> begins = {}) : Course{plan.build(), begins} {}

    Changes to(const char* when) { return engine.advance(at(when)); }
    Changes submit(const char* when, const char* unit, const char* period, std::initializer_list<Value> values)
    {
        return submit(at(when), raw(unit, period, values));
    }
    Changes submit(Instant when, const RawSubmission& submission)
    {
        auto admitted = engine.admit({&submission, 1}, when);
        if (!admitted) {
            ADD_FAILURE() << planwatch::to_text(admitted.error());
            return {};
        }
        return engine.apply(std::move(admitted->front()), when);
    }
    Changes file(const char* when, const char* unit, const char* duty, const char* period) { return file(at(when), unit, duty, period); }
    Changes file(Instant when, const char* unit, const char* duty, const char* period)
    {
        auto admitted = engine.admit(raw_filing(unit, duty, period), when);
        if (!admitted) {
            ADD_FAILURE() << planwatch::to_text(admitted.error());
            return {};
        }
        return engine.apply(std::move(*admitted), when);
    }
    Changes acknowledge(const char* when, const char* alert, const char* until)
    {
        return engine.apply(Acknowledgement{std::string{"here-2023:"} + alert, "zhang", at(until), "知道了"}, at(when));
    }

    Changes silence(const char* when, Silence silence) { return engine.apply(std::move(silence), at(when)); }
    Changes extend(const char* when, const char* duty, const char* unit, const char* which, const char* until)
    {
        return decide(when, RawExtension{duty, unit, which, day(until), "wang", "台风"});
    }
    Changes waive(const char* when, const char* duty, const char* unit, const char* which)
    {
        return decide(when, RawWaiver{duty, unit, which, "wang", "机构撤并"});
    }
    template <class Raw>
    Changes decide(const char* when, const Raw& raw)
    {
        const auto admitted = engine.admit(raw, at(when));
        if (!admitted) {
            ADD_FAILURE() << planwatch::to_text(admitted.error());
            return {};
        }
        return engine.apply(*admitted, at(when));
    }

    std::uint32_t deadline(std::string_view duty, const char* which) const
    {
        const auto& all = engine.deadlines();
        for (std::uint32_t d = 0; d < all.size(); ++d)
            if (engine.policy().plan.duties[all[d].duty].id == duty && all[d].period == period(which)) return d;
        ADD_FAILURE() << "no deadline " << duty << ' ' << which;
        return 0;
    }
    Slot slot(std::string_view duty, const char* which, std::string_view unit) const
    {
        const std::uint32_t d = deadline(duty, which);
        const auto& units = engine.policy().plan.duties[engine.deadlines()[d].duty].units;
        const auto position = std::find(units.begin(), units.end(), engine.policy().plan.unit(unit).value());
        return engine.slots_of(d)[static_cast<std::size_t>(position - units.begin())];
    }
    SlotState state(std::string_view duty, const char* which, std::string_view unit) const { return slot(duty, which, unit).state; }
    Assessment assessment(std::string_view indicator) const { return engine.assessment(engine.policy().plan.indicator(indicator).value()); }
    bool firing(const char* alert) const
    {
        const auto key = AlertKey::parse(std::string{"here-2023:"} + alert, "here-2023");
        const auto found = engine.alerts().find(key.value());
        return found != engine.alerts().end() && found->second.state.phase == Phase::firing;
    }

    Engine engine;
};

}  // namespace planwatch::testing
