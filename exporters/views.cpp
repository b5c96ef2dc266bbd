#include "exporters/views.hpp"

#include <algorithm>

namespace planwatch {
namespace {

void write_texts(Json& json, std::string_view name, const std::vector<std::string>& texts)
{
    json.key(name).array();
    for (const std::string& text : texts) json.value(text);
    json.end_array();
}

void write_unit_ids(Json& json, std::string_view name, const Plan& plan, std::span<const UnitIndex> units)
{
    json.key(name).array();
    for (const UnitIndex unit : units) json.value(plan.units[unit].id);
    json.end_array();
}

void write_indicator_ids(Json& json, std::string_view name, const Plan& plan, std::span<const IndicatorIndex> indicators)
{
    json.key(name).array();
    for (const IndicatorIndex indicator : indicators) json.value(plan.indicators[indicator].id);
    json.end_array();
}

void write_pace(Json& json, const Pace& pace)
{
    json.key("pace");
    switch (pace.kind) {
        case Pace::Kind::none: json.value(nullptr); return;
        case Pace::Kind::linear: json.object().member("kind", "linear").member("from", format_day(pace.from)); break;
        case Pace::Kind::milestones:
            json.object().member("kind", "milestones").key("milestones").array();
            for (const Milestone& milestone : pace.milestones) {
                json.object().member("day", format_day(milestone.day)).member("value", milestone.value).end_object();
            }
            json.end_array();
            break;
    }
    json.member("tolerance", pace.tolerance).end_object();
}

void write_unit(Json& json, const Plan& plan, const Unit& unit)
{
    json.object().member("id", unit.id).member("name", unit.name);
    write_texts(json, "aliases", unit.aliases);
    json.key("parent").value_or_null(unit.parent ? std::string_view{plan.units[*unit.parent].id} : std::string_view{});
    json.member("kind", to_string(unit.kind)).key("assumed").value_or_null(unit.assumed);
    if (unit.kind == UnitKind::business) json.key("trade").value_or_null(plan.trades[unit.trade]).key("risk").value_or_null(plan.risks[unit.risk]);
    json.end_object();
}

void write_clause(Json& json, const Plan& plan, const Clause& clause)
{
    json.object().member("id", clause.id).member("title", clause.title).key("units").array();
    for (const Responsibility& responsibility : clause.units) {
        json.object()
            .member("unit", plan.units[responsibility.unit].id)
            .member("role", to_string(responsibility.role))
            .end_object();
    }
    json.end_array();
    write_texts(json, "scope", clause.scopes);
    json.key("assumed").value_or_null(clause.assumed).end_object();
}

void write_indicator(Json& json, const Plan& plan, const Indicator& indicator)
{
    json.object().member("id", indicator.id).member("name", indicator.name);
    json.member("clause", plan.clauses[indicator.clause].id).member("measure", to_string(indicator.measure));
    write_target(json, indicator.target);
    write_unit_ids(json, "units", plan, indicator.units);
    json.key("assumed").value_or_null(assumed_of(plan, indicator)).member("reported", to_string(indicator.reported));
    write_indicator_ids(json, "parts", plan, indicator.parts);
    write_pace(json, indicator.pace);
    json.member("each", indicator.each).member("population", indicator.population).end_object();
}

void write_duty(Json& json, const Policy& policy, const Duty& duty)
{
    const Plan& plan = policy.plan;
    json.object().member("id", duty.id).member("name", duty.name).member("clause", plan.clauses[duty.clause].id);
    json.member("cadence", to_string(duty.cadence)).member("due", duty.due.to_string());
    write_unit_ids(json, "units", plan, duty.units);
    json.key("assumed").value_or_null(duty.assumed);
    write_indicator_ids(json, "indicators", plan, duty.indicators);
    json.member("filing", duty.filing).key("periods").array();
    for (const Period& period : duty.periods) json.value(period.to_string());
    json.end_array().member("ladder", policy.ladder_of(duty).id).end_object();
}

void write_composite(Json& json, const Plan& plan, const Composite& composite)
{
    json.object().member("id", composite.id).member("name", composite.name).member("clause", plan.clauses[composite.clause].id);
    json.member("cadence", to_string(composite.cadence)).member("ranked", to_string(composite.ranked)).member("graded", to_string(composite.graded));
    write_unit_ids(json, "units", plan, composite.units);
    json.key("parts").array();
    for (const CompositePart& part : composite.parts) {
        const bool figure = part.kind == CompositePart::Kind::indicator;
        json.object().member("kind", to_string(part.kind)).key("indicator");
        json.value_or_null(figure ? std::string_view{plan.indicators[part.indicator].id} : std::string_view{}).member("weight", part.weight).end_object();
    }
    json.end_array().key("grades").array();
    for (const Grade& grade : composite.grades) json.object().member("name", grade.name).member("least", grade.least).end_object();
    json.end_array().key("assumed").value_or_null(composite.assumed).end_object();
}

std::optional<std::string> clock_text(const std::optional<Instant>& instant, const Zone& zone)
{
    if (!instant) return std::nullopt;
    return format_instant(*instant, zone);
}

// {unit, indicator | duty | recipient, period} of an alert; null where it has none.
void write_key(Json& json, const AlertKey& key)
{
    json.key("unit").value_or_null(key.unit);
    json.key(subject_field(key.kind)).value_or_null(key.subject);
    json.key("period").value_or_null(key.period);
}

void write_responsible(Json& json, const Plan& plan, const Clause* clause)
{
    json.key("responsible").array();
    if (clause) {
        for (const Responsibility& responsibility : clause->units) {
            const Unit& unit = plan.units[responsibility.unit];
            json.object().member("unit", unit.id).member("name", unit.name);
            json.member("role", to_string(responsibility.role)).end_object();
        }
    }
    json.end_array();
}

void write_told(Json& json, const std::vector<Recipient>& told)
{
    json.key("told").array();
    for (const Recipient& recipient : told) {
        json.object().member("recipient", recipient.id).member("name", recipient.name);
        json.member("channel", recipient.channel).end_object();
    }
    json.end_array();
}

std::string_view transition_name(AlertEvent event)
{
    switch (event) {
        case AlertEvent::pending: return "pending";
        case AlertEvent::fired: return "firing";
        case AlertEvent::resolved: return "resolved";
        case AlertEvent::lapsed: return "lapsed";
        case AlertEvent::none: break;
    }
    return "none";
}

}  // namespace

void write_target(Json& json, const std::optional<Target>& target)
{
    json.key("target");
    if (!target) {
        json.value(nullptr);
        return;
    }
    json.object().member("comparator", comparator_sign(target->comparator)).member("value", target->value);
    json.member("unit", target->unit);
    if (target->hold) {
        json.member("hold", true);
    } else {
        json.member("by", format_day(target->by));
    }
    json.end_object();
}

std::string_view subject_field(AlertKind kind)
{
    switch (kind) {
        case AlertKind::due_soon:
        case AlertKind::overdue: return "duty";
        case AlertKind::undeliverable: return "recipient";
        case AlertKind::silence_ending: return "silence";
        case AlertKind::behind_pace:
        case AlertKind::target_missed:
        case AlertKind::below_hold:
        case AlertKind::implausible: break;
    }
    return "indicator";
}

const Clause* clause_of(const Plan& plan, const AlertKey& key)
{
    const std::string_view field = subject_field(key.kind);
    if (field == "duty") {
        const std::optional<DutyIndex> duty = plan.duty(key.subject);
        return duty ? &plan.clauses[plan.duties[*duty].clause] : nullptr;
    }
    if (field == "indicator") {
        const std::optional<IndicatorIndex> indicator = plan.indicator(key.subject);
        return indicator ? &plan.clauses[plan.indicators[*indicator].clause] : nullptr;
    }
    return nullptr;
}

void write_plan(Json& json, const Policy& policy)
{
    const Plan& plan = policy.plan;
    json.object()
        .member("id", plan.id)
        .member("name", plan.name)
        .member("issued", format_day(plan.issued))
        .member("year", plan.year);
    json.key("units").array();
    for (const Unit& unit : plan.units) write_unit(json, plan, unit);
    json.end_array().key("clauses").array();
    for (const Clause& clause : plan.clauses) write_clause(json, plan, clause);
    json.end_array().key("indicators").array();
    for (const Indicator& indicator : plan.indicators) write_indicator(json, plan, indicator);
    json.end_array().key("duties").array();
    for (const Duty& duty : plan.duties) write_duty(json, policy, duty);
    json.end_array().key("composites").array();
    for (const Composite& composite : plan.composites) write_composite(json, plan, composite);
    json.end_array()
        .member("time_zone", plan.time_zone)
        .member("starts", format_day(plan.starts))
        .member("ends", format_day(plan.ends));
    json.member("population", plan.population).key("population_assumed").value_or_null(plan.population_assumed);
    json.key("issued_assumed").value_or_null(plan.issued_assumed);
    json.member("lock_after_days", plan.lock_after_days).member("version", policy.version).end_object();
}

namespace {

void write_extension(Json& json, const Decision* extension)
{
    json.key("extended");
    if (!extension) {
        json.value(nullptr);
        return;
    }
    json.object().member("until", format_day(*extension->until)).member("by", extension->by).member("reason", extension->reason).end_object();
}

void write_waiver(Json& json, const WaivedBy* waived)
{
    json.key("waived");
    if (!waived) {
        json.value(nullptr);
        return;
    }
    json.object().member("by", waived->by).member("reason", waived->reason).end_object();
}

}  // namespace

void write_slot(Json& json, const SlotRow& row, const WaivedBy* waived)
{
    const Plan& plan = row.plan();
    const Zone& zone = row.engine->policy().zone;
    const Deadline& deadline = row.owed();
    const Duty& duty = row.duty();
    const bool handed_in = row.slot.state == SlotState::on_time || row.slot.state == SlotState::late;

    json.object().member("plan", plan.id).member("duty", duty.id).member("unit", plan.units[row.unit].id);
    json.member("period", deadline.period.to_string()).member("due", format_instant(row.due_moment, zone));
    json.member("due_date", format_day(row.due_date)).member("state", to_string(row.slot.state));
    json.member("provisional", row.provisional()).key("assumed").value_or_null(duty.assumed);
    json.member("clause", plan.clauses[duty.clause].id).member("why", row.engine->why_of(row.deadline, row.unit));
    json.key("handed_in");
    if (handed_in) {
        json.value(format_instant(deadline.due.moment + std::chrono::seconds{row.slot.handed_in}, zone));
    } else {
        json.value(nullptr);
    }
    json.member("id", row.id()).member("first_due", format_instant(deadline.due.moment, zone));
    write_extension(json, row.extension);
    write_waiver(json, waived);
    json.end_object();
}

void write_assessment(Json& json, const Engine& engine, IndicatorIndex index, std::optional<UnitIndex> unit)
{
    const Plan& plan = engine.policy().plan;
    const Indicator& indicator = plan.indicators[index];
    const Assessment assessment = engine.assessment(index, unit);
    const auto if_known = [&](auto value) { return assessment.known ? std::optional{value} : std::nullopt; };
    const bool divided = assessment.known && indicator.measure != Measure::count;

    json.object().member("plan", plan.id).member("indicator", indicator.id);
    json.key("unit").value_or_null(unit ? std::string_view{plan.units[*unit].id} : std::string_view{});
    json.member("name", indicator.name).member("clause", plan.clauses[indicator.clause].id);
    json.member("measure", to_string(indicator.measure)).member("value", if_known(assessment.value));
    json.member("numerator", if_known(assessment.figure.numerator));
    json.member("denominator", divided ? std::optional{assessment.base} : std::nullopt);
    write_target(json, indicator.target);
    json.member("expected", assessment.expected).member("attainment", attainment(indicator, assessment));
    json.member("through", format_day(assessment.through)).member("days_gone", assessment.days_gone);
    json.member("days_total", assessment.days_total).member("missing", assessment.missing);
    json.member("weekly_rate", assessment.weekly_rate).member("status", to_string(assessment.status));
    json.key("assumed").value_or_null(assumed_of(plan, indicator)).member("why", explain(indicator, assessment)).end_object();
}

void write_alert(Json& json, const Policy& policy, const Alert& alert, std::optional<Instant> resolved)
{
    const Plan& plan = policy.plan;
    const Clause* clause = clause_of(plan, alert.key);
    json.object().member("id", alert.key.id(plan.id)).member("plan", plan.id).member("kind", to_string(alert.key.kind));
    json.member("state", resolved ? "resolved" : to_string(alert.state.phase)).member("severity", to_string(alert.severity));
    write_key(json, alert.key);
    json.key("clause").value_or_null(clause ? std::string_view{clause->id} : std::string_view{});
    json.member("since", format_instant(alert.state.since, policy.zone)).member("why", alert.why).key("facts").object();
    for (const auto& [name, value] : alert.facts) json.member(name, value);
    json.end_object();
    write_responsible(json, plan, clause);
    json.member("acknowledged_until", clock_text(alert.acknowledged_until, policy.zone));
    write_told(json, alert.told);
    json.key("acknowledged_by").value_or_null(alert.acknowledged_by);
    json.member("resolved", clock_text(resolved, policy.zone)).end_object();
}

std::string plan_json(const Policy& policy)
{
    Json json;
    write_plan(json, policy);
    return std::move(json).text();
}

std::string slot_json(const SlotRow& row)
{
    Json json;
    write_slot(json, row);
    return std::move(json).text();
}

std::string assessment_json(const Engine& engine, IndicatorIndex indicator, std::optional<UnitIndex> unit)
{
    Json json;
    write_assessment(json, engine, indicator, unit);
    return std::move(json).text();
}

std::string alert_json(const Policy& policy, const Alert& alert, std::optional<Instant> resolved)
{
    Json json;
    write_alert(json, policy, alert, resolved);
    return std::move(json).text();
}

std::string transition_line(const Policy& policy, const Transition& transition)
{
    const Alert& alert = transition.alert;
    Json json;
    json.object().member("at", format_instant(transition.at, policy.zone)).member("event", "alert");
    json.member("transition", transition_name(transition.event)).member("kind", to_string(alert.key.kind));
    json.member("severity", to_string(alert.severity)).member("plan", policy.plan.id);
    write_key(json, alert.key);
    json.member("why", alert.why).member("id", alert.key.id(policy.plan.id)).end_object();
    return std::move(json).text();
}

std::string notice_line(const Policy& policy, const Notice& notice)
{
    const std::optional<AlertKey> key = AlertKey::parse(notice.alert, policy.plan.id);
    Json json;
    json.object().member("at", format_instant(notice.at, policy.zone)).member("event", "notice").member("alert", notice.alert);
    json.member("recipient", notice.recipient.id).member("channel", notice.recipient.channel).member("step", notice.step);
    json.member("severity", to_string(notice.severity)).key("unit").value_or_null(key ? key->unit : std::string{});
    json.member("why", notice.why).end_object();
    return std::move(json).text();
}

std::string change_lines(const Policy& policy, const Changes& changes)
{
    std::vector<std::pair<Instant, std::string>> lines;
    for (const Transition& transition : changes.transitions) {
        const bool spoken = transition.event == AlertEvent::fired || transition.event == AlertEvent::resolved;
        if (spoken) lines.emplace_back(transition.at, transition_line(policy, transition));
    }
    for (const Notice& notice : changes.notices) lines.emplace_back(notice.at, notice_line(policy, notice));
    std::ranges::stable_sort(lines, {}, &std::pair<Instant, std::string>::first);

    std::string text;
    for (const auto& [at, line] : lines) {
        text += line;
        text += '\n';
    }
    return text;
}

}  // namespace planwatch
