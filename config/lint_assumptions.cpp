// What the document left open and no overlay has decided yet, each with the lines that would decide it.
#include "config/lint_findings.hpp"

#include <fmt/format.h>

namespace planwatch::linting {
namespace {

class Assumptions {
public:
    explicit Assumptions(Findings& findings) : findings_{findings} {}

    void list()
    {
        const Plan& plan = findings_.plan;
        add("plan/issued", "day of issue", plan.issued_assumed, fmt::format("[plan] issued = {} (or the day that the office knows)", format_day(plan.issued)));
        if (plan.population)
            add("plan/population", "population", plan.population_assumed,
                fmt::format("[plan] population = {} (or the figure that the office takes)", plan.population->to_string()));
        for (const Unit& unit : plan.units) add("unit/" + unit.id, fmt::format("unit '{}'", unit.id), unit.assumed, cure_of(unit));
        for (const Clause& clause : plan.clauses)
            add("clause/" + clause.id, fmt::format("clause '{}'", clause.id), clause.assumed,
                or_let_stand(fmt::format("[clause.\"{}\"] units = [ … ]", clause.id)));
        for (const Indicator& each : plan.indicators) add("indicator/" + each.id, fmt::format("indicator '{}'", each.id), each.assumed, cure_of(each));
        for (const Duty& duty : plan.duties)
            add("duty/" + duty.id, fmt::format("duty '{}'", duty.id), duty.assumed,
                or_let_stand(fmt::format("[duty.{}] due = \"{}\" (or another day)", duty.id, duty.due.to_string())));
        for (const Composite& composite : plan.composites)
            add("composite/" + composite.id, fmt::format("composite '{}'", composite.id), composite.assumed,
                or_let_stand(fmt::format("[composite.{}] parts = [ … ]", composite.id)));
    }

private:
    void add(const std::string& where, const std::string& what, const std::string& assumed, const std::string& lines)
    {
        if (!assumed.empty()) findings_.assume(where + "/assumed", fmt::format("{}: {}", what, assumed), "decide it in an overlay: " + lines);
    }

    static std::string or_let_stand(const std::string& lines) { return lines + ", or assumed = false where it stands"; }

    static std::string cure_of(const Unit& unit)
    {
        if (unit.kind != UnitKind::group) return fmt::format("[unit.{}] assumed = false where it stands", unit.id);
        return or_let_stand(fmt::format("[unit.{}] members = [ {{ id = \"…\", name = \"…\" }}, … ]", unit.id));
    }

    static std::string cure_of(const Indicator& indicator)
    {
        if (!indicator.target) return fmt::format("[indicator.{}] assumed = false where it stands", indicator.id);
        const Target& target = *indicator.target;
        return or_let_stand(fmt::format("[indicator.{}] target = \"{} {} {}\" (or another)", indicator.id, to_string(target.comparator),
                                        target.value.to_string(), target.unit));
    }

    Findings& findings_;
};

}  // namespace

void list_assumptions(Findings& findings) { Assumptions{findings}.list(); }

}  // namespace planwatch::linting
