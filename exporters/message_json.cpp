#include "exporters/message_json.hpp"

#include "exporters/message_matter.hpp"
#include "exporters/views.hpp"

namespace planwatch {
namespace {

void write_named(Json& json, std::string_view key, std::string_view id, std::string_view name)
{
    json.key(key);
    if (id.empty())
        json.value(nullptr);
    else
        json.object().member("id", id).member("name", name).end_object();
}

void write_clause(Json& json, const Clause* clause, const Plan& plan)
{
    json.key("clause");
    if (!clause) {
        json.value(nullptr).key("responsible").array().end_array();
        return;
    }
    json.object().member("id", clause->id).member("title", clause->title).end_object().key("responsible").array();
    for (const Responsibility& each : clause->units) {
        const Unit& unit = plan.units[each.unit];
        json.object().member("unit", unit.id).member("name", unit.name).member("role", to_string(each.role)).end_object();
    }
    json.end_array();
}

void write_alert(Json& json, const NoticeMatter& matter, const Policy& policy, const MessageContext& context)
{
    const Notice& notice = *matter.notice;
    json.object().member("alert", notice.alert).member("notice", notice.number).member("kind", to_string(matter.key.kind));
    json.member("state", matter.resolved ? "resolved" : "firing").member("step", notice.step).member("severity", to_string(notice.severity));
    json.member("at", format_instant(notice.at, policy.zone));
    write_named(json, "unit", matter.key.unit, matter.unit ? matter.unit->name : matter.key.unit);
    const std::string name = matter.duty ? matter.duty->name : matter.indicator ? matter.indicator->name : contact_name(policy, matter.key.subject);
    write_named(json, subject_field(matter.key.kind), matter.key.subject, name);
    json.key("period").value_or_null(matter.key.period);
    json.key("due").value_or_null(matter.due ? format_instant(matter.due->moment, policy.zone) : std::string{});
    json.key("due_date").value_or_null(matter.due ? format_day(matter.due->date) : std::string{});
    json.member("provisional", matter.due && matter.due->provisional);
    write_clause(json, matter.clause, policy.plan);
    json.member("why", notice.why);
    const auto links = context.links.find(notice.alert);
    const AlertLinks none;
    const AlertLinks& pages = links == context.links.end() ? none : links->second;
    json.key("acknowledge").value_or_null(pages.acknowledge).key("open").value_or_null(pages.open).end_object();
}

}  // namespace

void write_message(Json& json, const Message& message, const Policy& policy, const MessageContext& context)
{
    json.object().member("number", message.number).member("at", format_instant(message.at, policy.zone));
    write_named(json, "plan", policy.plan.id, policy.plan.name);
    write_named(json, "recipient", message.recipient.id, message.recipient.name);
    json.member("severity", to_string(message.severity())).member("subject", message_text(message, policy, context).subject).key("alerts").array();
    for (const Notice& notice : message.notices) write_alert(json, NoticeMatter{notice, policy}, policy, context);
    json.end_array().end_object();
}

}  // namespace planwatch
