#include "exporters/comparison.hpp"

#include "exporters/json.hpp"
#include "exporters/tables.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <tuple>

namespace planwatch {
namespace {

struct DifferenceWords {
    std::string_view text, name;
};
constexpr std::array<DifferenceWords, 5> words_of_differences{
    {{"same", "不变"}, {"comes", "新增"}, {"goes", "取消"}, {"moves", "改期"}, {"changes", "内容有变"}}};

std::map<AlertKey, std::vector<Occasion>> occasions_of(const Course& course, Instant from, Instant to)
{
    std::map<AlertKey, std::vector<Occasion>> all;
    for (const Transition& transition : course.transitions) {
        std::vector<Occasion>& occasions = all[transition.alert.key];
        if (transition.event == AlertEvent::fired)
            occasions.push_back({transition.at, {}});
        else if (!occasions.empty())
            occasions.back().resolved = transition.at;
    }
    for (auto& [key, occasions] : all)
        std::erase_if(occasions, [&](const Occasion& each) { return each.fired > to || (each.resolved && *each.resolved < from); });
    return all;
}

// Those that fired at the same moment belong together; what is left does in its order.
void pair_occasions(const AlertKey& key, std::vector<Occasion> was, std::vector<Occasion> would_be, std::vector<ComparedAlert>& into)
{
    for (auto it = was.begin(); it != was.end();) {
        const auto other = std::ranges::find(would_be, it->fired, &Occasion::fired);
        if (other == would_be.end()) {
            ++it;
            continue;
        }
        into.push_back({key, *it == *other ? Difference::same : Difference::moves, *it, *other});
        would_be.erase(other);
        it = was.erase(it);
    }
    const std::size_t both = std::min(was.size(), would_be.size());
    for (std::size_t i = 0; i < both; ++i) into.push_back({key, Difference::moves, was[i], would_be[i]});
    for (std::size_t i = both; i < was.size(); ++i) into.push_back({key, Difference::goes, was[i], {}});
    for (std::size_t i = both; i < would_be.size(); ++i) into.push_back({key, Difference::comes, {}, would_be[i]});
}

std::vector<ComparedAlert> compare_alerts(const Course& was, const Course& would_be, Instant from, Instant to)
{
    auto before = occasions_of(was, from, to);
    auto after = occasions_of(would_be, from, to);
    std::vector<ComparedAlert> all;
    for (auto& [key, occasions] : before) pair_occasions(key, std::move(occasions), std::move(after[key]), all);
    for (auto& [key, occasions] : after)
        if (!before.contains(key)) pair_occasions(key, {}, std::move(occasions), all);
    std::ranges::stable_sort(all, {}, [](const ComparedAlert& each) { return std::pair{(each.was ? each.was : each.would_be)->fired, each.key}; });
    return all;
}

using Content = std::set<std::pair<std::string, std::string>>;  // alert, step; of a report neither

Content content_of(const Message& message)
{
    Content content;
    if (message.report) content.emplace();
    for (const Notice& notice : message.notices) content.insert({notice.alert, notice.step});
    return content;
}

bool says_in_common(const Message& a, const Message& b)
{
    const Content content = content_of(a);
    return std::ranges::any_of(content_of(b), [&](const auto& said) { return content.contains(said); });
}

bool are_alike(const Message& a, const Message& b) { return a.recipient == b.recipient && content_of(a) == content_of(b); }

// One person's. Those of the same moment belong together; of the rest, in their order, those that have something to say in common.
void pair_messages(std::vector<const Message*> was, std::vector<const Message*> would_be, std::vector<ComparedMessage>& into)
{
    const auto take_pairs = [&](const auto& belong, const auto& difference) {
        for (auto it = was.begin(); it != was.end();) {
            const auto other = std::ranges::find_if(would_be, [&](const Message* each) { return belong(**it, *each); });
            if (other == would_be.end()) {
                ++it;
                continue;
            }
            into.push_back({difference(**it, **other), **it, **other});
            would_be.erase(other);
            it = was.erase(it);
        }
    };
    const auto same_or_changes = [](const Message& a, const Message& b) { return are_alike(a, b) ? Difference::same : Difference::changes; };
    take_pairs([](const Message& a, const Message& b) { return a.at == b.at && are_alike(a, b); }, same_or_changes);
    take_pairs([](const Message& a, const Message& b) { return a.at == b.at && a.report == b.report; }, same_or_changes);
    take_pairs(says_in_common, [](const Message&, const Message&) { return Difference::moves; });
    for (const Message* each : was) into.push_back({Difference::goes, *each, {}});
    for (const Message* each : would_be) into.push_back({Difference::comes, {}, *each});
}

std::map<std::string, std::vector<const Message*>> by_person(const Course& course, Instant from, Instant to)
{
    std::map<std::string, std::vector<const Message*>> all;
    for (const Message& message : course.messages)
        if (message.at >= from && message.at <= to) all[message.recipient.id].push_back(&message);
    return all;
}

ComparedPerson::Count count_of(const std::vector<const Message*>& messages, const Zone& zone)
{
    std::map<Day, std::size_t> weeks;
    std::size_t most = 0;
    for (const Message* message : messages) most = std::max(most, ++weeks[monday_of(zone.day_of(message->at))]);
    return {messages.size(), most};
}

std::string time_or_dash(const std::optional<Instant>& at, const Zone& zone) { return at ? format_instant(*at, zone) : "-"; }

template <class Pair>
const auto& either(const Pair& pair) { return pair.was ? *pair.was : *pair.would_be; }

// "逾期未报 monthly east 2023-10 +1wd"
std::string spoken(const std::pair<std::string, std::string>& said, const std::string& plan)
{
    if (said.first.empty()) return "报告";
    const AlertKey key = AlertKey::parse(said.first, plan).value_or(AlertKey{});
    std::string text{kind_name(key.kind)};
    for (const std::string* part : {&key.subject, &key.unit, &key.period, &said.second})
        if (!part->empty()) text += " " + *part;
    return text;
}

// What only one of two messages says: "＋…；－…". Of one that has no other, what it says.
std::string said_apart(const ComparedMessage& pair, const std::string& plan)
{
    constexpr std::size_t shown = 3;
    const auto list = [&](const Content& content, const Content& without, std::string_view sign) {
        std::vector<std::string> parts;
        std::size_t all = 0;
        for (const auto& said : content)
            if (!without.contains(said) && ++all <= shown) parts.push_back(spoken(said, plan));
        if (all == 0) return std::string{};
        return fmt::format("{}{}{}", sign, fmt::join(parts, "、"), all > shown ? fmt::format(" 等 {} 项", all) : "");
    };
    const Content was = pair.was ? content_of(*pair.was) : Content{};
    const Content would_be = pair.would_be ? content_of(*pair.would_be) : Content{};
    if (!pair.was || !pair.would_be) return list(pair.was ? was : would_be, {}, "");
    std::string text = list(would_be, was, "＋");
    const std::string less = list(was, would_be, "－");
    if (!text.empty() && !less.empty()) text += "；";
    text += less;
    if (pair.was->recipient != pair.would_be->recipient)
        text += fmt::format("{}{} → {}", text.empty() ? "" : "；", pair.was->recipient.channel + " " + pair.was->recipient.address,
                            pair.would_be->recipient.channel + " " + pair.would_be->recipient.address);
    return text;
}

void write_occasion(Json& json, std::string_view name, const std::optional<Occasion>& occasion, const Zone& zone)
{
    json.key(name);
    if (!occasion) {
        json.value(nullptr);
        return;
    }
    json.object().member("fired", format_instant(occasion->fired, zone)).key("resolved");
    json.value_or_null(occasion->resolved ? format_instant(*occasion->resolved, zone) : "").end_object();
}

void write_message_side(Json& json, std::string_view name, const std::optional<Message>& message, const Zone& zone)
{
    json.key(name);
    if (!message) {
        json.value(nullptr);
        return;
    }
    json.object().member("at", format_instant(message->at, zone)).member("channel", message->recipient.channel);
    json.member("address", message->recipient.address).key("notices").array();
    for (const auto& [alert, step] : content_of(*message))
        if (!alert.empty()) json.object().member("alert", alert).member("step", step).end_object();
    json.end_array().member("report", message->report).end_object();
}

}  // namespace

std::string_view to_string(Difference difference) { return words_of_differences[static_cast<std::size_t>(difference)].text; }
std::string_view difference_name(Difference difference) { return words_of_differences[static_cast<std::size_t>(difference)].name; }

Comparison compare(const Course& was, const Course& would_be, Instant from, Instant to, const Zone& zone)
{
    Comparison all;
    all.alerts = compare_alerts(was, would_be, from, to);
    auto before = by_person(was, from, to);
    auto after = by_person(would_be, from, to);
    for (const auto& [id, messages] : before) after.try_emplace(id);
    for (auto& [id, messages] : after) {
        std::vector<ComparedMessage> pairs;
        const std::vector<const Message*>& earlier = before[id];
        ComparedPerson& person = all.people[id];
        person.was = count_of(earlier, zone);
        person.would_be = count_of(messages, zone);
        pair_messages(earlier, messages, pairs);
        for (const ComparedMessage& pair : pairs) ++person.differences[pair.difference];
        person.name = either(pairs.front()).recipient.name;
        std::ranges::move(pairs, std::back_inserter(all.messages));
    }
    std::ranges::stable_sort(all.messages, {}, [](const ComparedMessage& each) { return std::tie(either(each).at, either(each).recipient.id); });
    return all;
}

std::string comparison_table(const Comparison& comparison, const std::string& plan, const Zone& zone)
{
    std::map<Difference, std::size_t> alerts_by_difference;
    Table alerts{{"变化", "预警", "单位", "事项", "报告期", "原触发", "原解除", "改后触发", "改后解除"}};
    for (const ComparedAlert& each : comparison.alerts) {
        ++alerts_by_difference[each.difference];
        if (each.difference == Difference::same) continue;
        const auto fired = [](const std::optional<Occasion>& side) { return side ? std::optional{side->fired} : std::nullopt; };
        const auto resolved = [](const std::optional<Occasion>& side) { return side ? side->resolved : std::nullopt; };
        alerts.add({std::string{difference_name(each.difference)}, std::string{kind_name(each.key.kind)}, each.key.unit, each.key.subject, each.key.period,
                    time_or_dash(fired(each.was), zone), time_or_dash(resolved(each.was), zone), time_or_dash(fired(each.would_be), zone),
                    time_or_dash(resolved(each.would_be), zone)});
    }
    Table messages{{"变化", "接收人", "原时间", "原项数", "改后时间", "改后项数", "内容"}};
    for (const ComparedMessage& each : comparison.messages) {
        if (each.difference == Difference::same) continue;
        const auto at = [&](const std::optional<Message>& side) { return side ? format_instant(side->at, zone) : "-"; };
        const auto size = [](const std::optional<Message>& side) { return !side ? "-" : side->report ? "报告" : std::to_string(side->notices.size()); };
        messages.add({std::string{difference_name(each.difference)}, either(each).recipient.id, at(each.was), size(each.was), at(each.would_be),
                      size(each.would_be), said_apart(each, plan)});
    }
    Table people{{"接收人", "原消息", "改后消息", "不变", "新增", "取消", "改期", "内容有变", "原一周最多", "改后一周最多"}};
    for (const auto& [id, person] : comparison.people) {
        std::vector<std::string> row{fmt::format("{} ({})", person.name, id), std::to_string(person.was.messages), std::to_string(person.would_be.messages)};
        for (std::size_t i = 0; i < words_of_differences.size(); ++i) {
            const auto found = person.differences.find(static_cast<Difference>(i));
            row.push_back(std::to_string(found == person.differences.end() ? 0 : found->second));
        }
        row.push_back(std::to_string(person.was.most_a_week));
        row.push_back(std::to_string(person.would_be.most_a_week));
        people.add(std::move(row));
    }
    Table sums{{"预警", "次数"}};
    for (const auto& [difference, count] : alerts_by_difference) sums.add({std::string{difference_name(difference)}, std::to_string(count)});
    return alerts.to_text() + "\n" + sums.to_text() + "\n" + messages.to_text() + "\n" + people.to_text();
}

std::string comparison_lines(const Comparison& comparison, const std::string& plan, const Zone& zone)
{
    std::string text;
    const auto line = [&](std::string_view event, const auto& write) {
        Json json;
        json.object().member("compared", event).member("plan", plan);
        write(json);
        json.end_object();
        text += std::move(json).text() + "\n";
    };
    for (const ComparedAlert& each : comparison.alerts)
        line("alert", [&](Json& json) {
            json.member("difference", to_string(each.difference)).member("alert", each.key.id(plan));
            write_occasion(json, "was", each.was, zone);
            write_occasion(json, "would_be", each.would_be, zone);
        });
    for (const ComparedMessage& each : comparison.messages)
        line("message", [&](Json& json) {
            json.member("difference", to_string(each.difference)).member("recipient", either(each).recipient.id);
            write_message_side(json, "was", each.was, zone);
            write_message_side(json, "would_be", each.would_be, zone);
        });
    for (const auto& [id, person] : comparison.people)
        line("person", [&, &id = id, &person = person](Json& json) {
            json.member("recipient", id).member("name", person.name).member("messages_were", person.was.messages);
            json.member("messages_would_be", person.would_be.messages).member("most_a_week_was", person.was.most_a_week);
            json.member("most_a_week_would_be", person.would_be.most_a_week);
            for (const auto& [difference, count] : person.differences) json.member(to_string(difference), count);
        });
    return text;
}

}  // namespace planwatch
