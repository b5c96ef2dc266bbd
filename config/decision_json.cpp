#include "config/decision_json.hpp"

#include "config/json_members.hpp"
#include "config/text.hpp"
#include "rules/nearest.hpp"

#include <fmt/format.h>

namespace planwatch {

namespace {

void append_text_member(std::string& json, std::string_view name, std::string_view text)
{
    json += json.back() == '{' ? "\"" : ",\"";
    json.append(name).append("\":");
    append_json_string(json, text);
}

template <class Items, class Text>
void append_list_member(std::string& json, std::string_view name, const Items& items, Text text)
{
    json += json.back() == '{' ? "\"" : ",\"";
    json.append(name).append("\":[");
    for (const auto& item : items) {
        if (json.back() != '[') json += ',';
        append_json_string(json, text(item));
    }
    json += ']';
}

void append_matchers(std::string& json, const Matchers& matchers)
{
    const auto itself = [](const std::string& text) -> std::string_view { return text; };
    append_list_member(json, "kinds", matchers.kinds, [](AlertKind kind) { return to_string(kind); });
    append_list_member(json, "subjects", matchers.subjects, itself);
    append_list_member(json, "units", matchers.units, itself);
    append_text_member(json, "most", to_string(matchers.most));
}

std::vector<std::string> known_kinds()
{
    std::vector<std::string> names;
    for (const AlertKind kind : all_alert_kinds) names.emplace_back(to_string(kind));
    return names;
}

// Reads `json` as an object by `read`, and refuses what that did not ask for.
template <class Read>
auto parse_object(std::string_view json, Read read) -> Result<decltype(read(std::declval<JsonMembers&>()))>
{
    const Result<boost::json::value> value = parse_json(json);
    if (!value) return tl::unexpected{value.error()};
    JsonMembers members{&*value};
    auto what = read(members);
    members.refuse_unknown();
    if (!members.problems().empty()) return tl::unexpected{members.problems()};
    return what;
}

}  // namespace

std::string to_json(const Matchers& matchers)
{
    std::string json = "{";
    append_matchers(json, matchers);
    return json += '}';
}

std::string to_json(const Silence& silence)
{
    std::string json = "{";
    append_text_member(json, "id", silence.id);
    append_matchers(json, silence.matchers);
    append_text_member(json, "from", format_instant_utc(silence.from));
    append_text_member(json, "until", format_instant_utc(silence.until));
    append_text_member(json, "by", silence.by);
    append_text_member(json, "comment", silence.comment);
    return json += '}';
}

std::string to_json(const RawExtension& extension)
{
    std::string json = "{";
    append_text_member(json, "duty", extension.duty);
    append_text_member(json, "unit", extension.unit);
    append_text_member(json, "period", extension.period);
    append_text_member(json, "until", format_day(extension.until));
    append_text_member(json, "by", extension.by);
    append_text_member(json, "reason", extension.reason);
    return json += '}';
}

std::string to_json(const RawWaiver& waiver)
{
    std::string json = "{";
    append_text_member(json, "duty", waiver.duty);
    append_text_member(json, "unit", waiver.unit);
    append_text_member(json, "period", waiver.period);
    append_text_member(json, "by", waiver.by);
    append_text_member(json, "reason", waiver.reason);
    return json += '}';
}

Matchers read_matchers(JsonMembers& members)
{
    Matchers matchers;
    for (const std::string& name : members.optional_texts("kinds")) {
        if (const auto kind = parse_alert_kind(name)) matchers.kinds.push_back(*kind);
        else members.wrong("kinds", fmt::format("unknown kind '{}'{}", name, suggestion(name, known_kinds())));
    }
    matchers.subjects = members.optional_texts("subjects");
    matchers.units = members.optional_texts("units");
    const std::string most = members.optional_text("most");
    if (most.empty()) return matchers;
    const Severity all[] = {Severity::info, Severity::warning, Severity::critical};
    const auto found = std::find_if(std::begin(all), std::end(all), [&](Severity severity) { return to_string(severity) == most; });
    if (found == std::end(all)) members.wrong("most", fmt::format("unknown severity '{}'; expected info, warning or critical", most));
    else matchers.most = *found;
    return matchers;
}

Result<Matchers> parse_matchers(std::string_view json) { return parse_object(json, read_matchers); }

Result<Silence> parse_silence(std::string_view json)
{
    return parse_object(json, [](JsonMembers& members) {
        Silence silence;
        silence.id = members.optional_text("id");
        silence.matchers = read_matchers(members);
        if (members.has("from")) silence.from = members.instant("from");
        silence.until = members.instant("until");
        silence.by = members.optional_text("by");
        silence.comment = members.text("comment");
        return silence;
    });
}

Result<RawExtension> parse_extension(std::string_view json)
{
    return parse_object(json, [](JsonMembers& members) {
        RawExtension extension;
        extension.duty = members.text("duty");
        extension.unit = members.text("unit");
        extension.period = members.text("period");
        extension.until = members.day("until");
        extension.by = members.optional_text("by");
        extension.reason = members.text("reason");
        return extension;
    });
}

Result<RawWaiver> parse_waiver(std::string_view json)
{
    return parse_object(json, [](JsonMembers& members) {
        RawWaiver waiver;
        waiver.duty = members.text("duty");
        waiver.unit = members.text("unit");
        waiver.period = members.text("period");
        waiver.by = members.optional_text("by");
        waiver.reason = members.text("reason");
        return waiver;
    });
}

}  // namespace planwatch
