#include "exporters/alertmanager.hpp"

#include "exporters/secrets.hpp"
#include "exporters/views.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch {
namespace {

void write_labels(Json& json, const AlertLabels& labels)
{
    const AlertKey& key = labels.key;
    const auto label = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) json.member(name, value);  // to Alertmanager an empty label is none
    };
    json.key("labels").object();
    label("alertname", to_string(key.kind));
    label("service", "planwatch");
    label("plan", labels.plan);
    label(subject_field(key.kind), key.subject);
    label("unit", key.unit);
    label("period", key.period);
    label("severity", to_string(labels.severity));
    json.end_object();
}

// An alert that begins after it ends is refused; a virtual clock may be ahead of Alertmanager's.
void write_span(Json& json, const AlertSpan& span)
{
    json.member("startsAt", format_instant_utc(std::min(span.starts, span.ends))).member("endsAt", format_instant_utc(span.ends));
}

// "逾期未报：区农业农村委 工作进展情况 2023-Q3"
std::string summary(const Alert& alert, const Plan& plan)
{
    const auto unit = plan.unit(alert.key.unit);
    const auto duty = plan.duty(alert.key.subject);
    const auto indicator = plan.indicator(alert.key.subject);
    std::string text = fmt::format("{}：", kind_name(alert.key.kind));
    const auto word = [&](const std::string& name) {
        if (!name.empty()) text += name + " ";
    };
    if (unit) word(plan.units[*unit].name);
    const std::string_view field = subject_field(alert.key.kind);
    word(field == "duty" && duty             ? plan.duties[*duty].name
         : field == "indicator" && indicator ? plan.indicators[*indicator].name
                                             : alert.key.subject);
    word(alert.key.period);
    text.pop_back();
    return text;
}

}  // namespace

void write_firing(Json& json, const Alert& alert, const Policy& policy, const AlertSpan& span, std::string_view url)
{
    const Plan& plan = policy.plan;
    const std::string id = alert.key.id(plan.id);
    json.object();
    write_labels(json, {plan.id, alert.key, alert.severity});
    json.key("annotations").object().member("summary", summary(alert, plan)).member("description", alert.why);
    if (const Clause* clause = clause_of(plan, alert.key)) json.member("clause", clause->id + " " + clause->title);
    json.member("plan_name", plan.name).member("alert", id);
    if (!alert.acknowledged_by.empty()) json.member("acknowledged_by", alert.acknowledged_by);
    json.end_object();
    write_span(json, span);
    if (!url.empty()) json.member("generatorURL", fmt::format("{}/api/v1/alerts/{}/explain", url, percent_encode(id)));
    json.end_object();
}

void write_ended(Json& json, const AlertLabels& labels, const AlertSpan& span)
{
    json.object();
    write_labels(json, labels);
    write_span(json, span);
    json.end_object();
}

}  // namespace planwatch
