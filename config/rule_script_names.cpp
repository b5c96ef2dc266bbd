#include "config/rule_script.hpp"
#include "config/rule_script_line.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <iterator>

namespace planwatch {
namespace {

// The names of a script held against a plan.
class NameCheck {
public:
    NameCheck(const RuleScript& script, const Plan& plan) : script_{script}, plan_{plan} {}

    std::vector<ScriptFault> run()
    {
        for (const ScriptYear& year : script_.years)
            for (const ScriptStep& step : year.steps) {
                line_ = step.line;
                std::visit([this](const auto& what) { check(what); }, step.what);
            }
        return std::move(unknown_);
    }

private:
    void check(const MoveTo&) {}
    void check(const HandIn&) {}
    void check(const Acknowledge& step) { check(step.alert); }
    void check(const ExpectAlert& step) { check(step.alert); }
    void check(const ExpectNotice& step) { check(step.alert); }
    void check(const ExpectSlots& step) { duty(step.duty); }
    void check(const ExpectSlot& step)
    {
        duty(step.duty);
        unit(step.unit);
    }
    void check(const ExpectValue& step)
    {
        indicator(step.indicator);
        unit(step.unit);
    }
    void check(const ExpectStatus& step)
    {
        indicator(step.indicator);
        unit(step.unit);
    }
    void check(const AlertPattern& alert)
    {
        using enum AlertKind;
        if (alert.kind == due_soon || alert.kind == overdue)
            duty(alert.subject);
        else if (alert.kind != undeliverable)
            indicator(alert.subject);
        unit(alert.unit);
    }

    void duty(const ScriptName& name) { known(name, "duty", plan_.duties); }
    void unit(const ScriptName& name) { known(name, "unit", plan_.units); }
    void indicator(const ScriptName& name) { known(name, "indicator", plan_.indicators); }

    template <class Thing>
    void known(const ScriptName& name, std::string_view what, const std::vector<Thing>& things)
    {
        if (name.text.empty() || std::ranges::find(things, name.text, &Thing::id) != things.end()) return;
        std::vector<std::string> ids;
        for (const Thing& thing : things) ids.push_back(thing.id);
        unknown_.push_back({line_, name.column, fmt::format("the plan has no {} '{}'{}", what, name.text, suggestion(name.text, ids))});
    }

    const RuleScript& script_;
    const Plan& plan_;
    std::size_t line_ = 0;
    std::vector<ScriptFault> unknown_;
};

Problems placed(const std::string& file, const std::vector<ScriptFault>& faults)
{
    Problems problems;
    for (const ScriptFault& fault : faults) problems.push_back({fmt::format("{}:{}:{}", file, fault.line, fault.column), fault.message});
    return problems;
}

}  // namespace

Problems problems_of(const RuleScript& script) { return placed(script.name, script.faults); }

Problems problems_of(const RuleScript& script, const Plan& plan)
{
    std::vector<ScriptFault> all = script.faults;
    std::ranges::move(NameCheck{script, plan}.run(), std::back_inserter(all));
    std::ranges::stable_sort(all, {}, [](const ScriptFault& fault) { return std::pair{fault.line, fault.column}; });
    return placed(script.name, all);
}

}  // namespace planwatch
