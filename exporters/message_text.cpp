#include "exporters/message_text.hpp"

#include "exporters/message_matter.hpp"
#include "exporters/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace planwatch {
namespace {

using Label = Wording::Label;
using LabelledLines = std::vector<MessageText::Line>;

constexpr std::size_t most_names = 20;    // of units in one sentence
constexpr std::size_t most_reasons = 10;  // lines of arithmetic an item
constexpr std::size_t most_ids = 3;        // of alerts
constexpr std::size_t most_links = 8;     // alerts of an item that have buttons
constexpr std::size_t longest_name = 40;  // characters of a name in a subject

// What is the same for the whole message.
struct Frame {
    const Message& message;
    const Policy& policy;
    const MessageContext& context;
    const Wording& words;
};

void add(LabelledLines& lines, std::string label, std::string text)
{
    if (!text.empty()) lines.push_back({std::move(label), std::move(text)});
}

std::string clipped_name(std::string_view name)
{
    std::size_t end = 0;
    for (std::size_t i = 0; i < longest_name && end < name.size(); ++i) end += prefix_at_character(name.substr(end), 1);
    return end < name.size() ? std::string{name.substr(0, end)} + "…" : std::string{name};
}

// The unit; the plan where the alert is of the whole.
std::string name_of_unit(const NoticeMatter& matter, const Plan& plan)
{
    if (matter.unit) return matter.unit->name;
    return matter.key.unit.empty() ? plan.name : matter.key.unit;
}

std::string name_of_units(const Cause& cause, const Frame& frame)
{
    if (cause.size() == 1) return name_of_unit(cause.front(), frame.policy.plan);
    std::optional<UnitKind> kind = cause.front().unit ? std::optional{cause.front().unit->kind} : std::nullopt;
    std::vector<std::string> names;
    for (const NoticeMatter& matter : cause) {
        if (!matter.unit || matter.unit->kind != kind) kind.reset();
        names.push_back(name_of_unit(matter, frame.policy.plan));
    }
    return frame.words.units(kind, names);
}

std::string name_of_subject(const NoticeMatter& matter, const Policy& policy)
{
    if (matter.duty) return matter.duty->name;
    if (matter.indicator) return matter.indicator->name;
    return matter.key.kind == AlertKind::undeliverable ? contact_name(policy, matter.key.subject) : matter.key.subject;
}

Matter matter_of(const Cause& cause, const Frame& frame)
{
    const NoticeMatter& first = cause.front();
    const Plan& plan = frame.policy.plan;
    Matter matter{.kind = first.key.kind, .resolved = first.resolved, .who = name_of_units(cause, frame), .units = cause.size(), .year = plan.year};
    if (cause.size() > 1)
        for (std::size_t i = 0; i < std::min(cause.size(), most_names); ++i) matter.names.push_back(name_of_unit(cause[i], plan));
    matter.crowd = is_crowd(first, plan);
    const std::string period = first.period ? frame.words.period(*first.period, plan.year) : first.key.period;
    matter.what = frame.words.of_period(period, name_of_subject(first, frame.policy));
    matter.timing = timing_of(first, frame.message.at, frame.policy);
    if (first.due) {
        matter.due = first.due->date;
        matter.due_time = first.duty->due.time;
    } else if (first.indicator && first.indicator->target && first.key.kind != AlertKind::implausible) {
        matter.hold = first.indicator->target->hold;
        if (!matter.hold) matter.due = first.indicator->target->by;
    }
    return matter;
}

std::string figures_text(const std::vector<const Indicator*>& figures, const Frame& frame)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(figures.size(), most_names); ++i) names.push_back(frame.words.aside(figures[i]->name, figures[i]->id));
    return names.empty() ? std::string{} : frame.words.list(names, figures.size());
}

// The arithmetic of each unit; once where it is the same but for the unit's name in front.
LabelledLines reasons(const Cause& cause, Label label, const Frame& frame)
{
    struct Reason {
        std::string text;
        std::vector<std::string> names;
        std::size_t units = 0;
    };
    std::vector<Reason> all;
    std::map<std::string, std::size_t, std::less<>> known;
    for (const NoticeMatter& matter : cause) {
        const std::string name = name_of_unit(matter, frame.policy.plan);
        const std::string& why = matter.notice->why;
        const bool named = why.starts_with(name);
        const auto [place, is_new] = known.try_emplace(named ? why.substr(name.size()) : why, all.size());
        if (is_new) all.push_back({place->first, {}, 0});
        Reason& reason = all[place->second];
        ++reason.units;
        if (named && reason.names.size() < most_names) reason.names.push_back(name);
    }
    LabelledLines lines;
    for (std::size_t i = 0; i < std::min(all.size(), most_reasons); ++i) {
        const Reason& reason = all[i];
        const bool everyone = reason.units == cause.size() && !reason.names.empty();
        const std::string who = everyone ? name_of_units(cause, frame) : reason.names.empty() ? std::string{} : frame.words.list(reason.names, reason.units);
        add(lines, frame.words.label(label), who + reason.text);
    }
    if (all.size() > most_reasons) add(lines, frame.words.label(label), frame.words.not_shown(all.size() - most_reasons));
    return lines;
}

LabelledLines to_do(const Cause& cause, const Matter& matter, const Frame& frame)
{
    const Wording& words = frame.words;
    const NoticeMatter& first = cause.front();
    if (first.resolved) {
        LabelledLines lines = reasons(cause, Label::cure, frame);
        add(lines, words.label(Label::to_do), words.action(matter, {}, {}));
        return lines;
    }
    const auto figures = figures_owed(cause, frame.policy.plan);
    const bool document = first.duty && !matter.crowd && (first.duty->filing || figures.empty());
    LabelledLines lines;
    add(lines, words.label(Label::to_do), words.action(matter, figures_text(figures, frame), document ? first.duty->name : ""));
    const std::string assumed = first.duty ? first.duty->assumed : std::string{};
    if (matter.due || matter.hold)
        add(lines, words.label(Label::deadline), words.deadline(matter, first.due && first.due->provisional, !assumed.empty()));
    const bool handed_in = first.duty || first.indicator;
    if (handed_in && !frame.context.url.empty())
        add(lines, words.label(Label::where), fmt::format("{}/api/v1/{}", frame.context.url, first.duty && figures.empty() ? "filings" : "submissions"));
    return lines;
}

std::string responsible(const Clause& clause, const Frame& frame)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(clause.units.size(), most_names); ++i)
        names.push_back(frame.words.responsible(frame.policy.plan.units[clause.units[i].unit], clause.units[i].role));
    return names.empty() ? std::string{} : frame.words.list(names, clause.units.size());
}

LabelledLines evidence(const Cause& cause, const Frame& frame)
{
    const Wording& words = frame.words;
    const NoticeMatter& first = cause.front();
    LabelledLines lines = first.resolved ? LabelledLines{} : reasons(cause, Label::why, frame);
    if (first.clause) {
        add(lines, words.label(Label::clause), fmt::format("{} {}", first.clause->id, first.clause->title));
        add(lines, words.label(Label::responsible), responsible(*first.clause, frame));
    }
    if (first.indicator && first.indicator->target) add(lines, words.label(Label::target), words.target(*first.indicator->target, frame.policy.plan.year));
    add(lines, words.label(Label::assumed), first.duty ? first.duty->assumed : first.indicator ? assumed_of(frame.policy.plan, *first.indicator) : "");
    if (!first.resolved && cause.size() == 1)
        add(lines, words.label(Label::step), words.aside(words.step(first.notice->step), words.severity(first.notice->severity)));
    for (std::size_t i = 0; i < std::min(cause.size(), most_ids); ++i) add(lines, words.label(Label::alert), cause[i].notice->alert);
    if (cause.size() > most_ids) add(lines, words.label(Label::alert), words.not_shown(cause.size() - most_ids));
    return lines;
}

// What is over needs no acknowledging; of many units no more than that.
std::vector<MessageText::Link> links(const Cause& cause, const Frame& frame)
{
    std::vector<MessageText::Link> all;
    const bool several = cause.size() > 1;
    for (std::size_t i = 0; i < std::min(cause.size(), most_links); ++i) {
        const auto found = frame.context.links.find(cause[i].notice->alert);
        if (found == frame.context.links.end()) continue;
        const AlertLinks& pages = found->second;
        const std::string unit = several ? name_of_unit(cause[i], frame.policy.plan) : std::string{};
        if (!pages.acknowledge.empty() && !cause[i].resolved) all.push_back({frame.words.acknowledge(unit), pages.acknowledge});
        if (!pages.open.empty() && (!several || cause[i].resolved)) all.push_back({frame.words.open(unit), pages.open});
    }
    return all;
}

Severity gravest(const Cause& cause)
{
    return std::ranges::max_element(cause, {}, [](const NoticeMatter& matter) { return matter.notice->severity; })->notice->severity;
}

struct PartUnderWay {
    MessagePart part;
    Severity severity = Severity::info;
    std::vector<const Cause*> causes;
};

// What is over stands last; the others as grave as their gravest.
std::vector<PartUnderWay> in_parts(const std::vector<Cause>& causes)
{
    std::vector<PartUnderWay> parts;
    for (const Cause& cause : causes) {
        const MessagePart part = cause.front().part();
        auto found = std::ranges::find(parts, part, &PartUnderWay::part);
        if (found == parts.end()) found = parts.insert(parts.end(), {part, Severity::info, {}});
        found->severity = std::max(found->severity, gravest(cause));
        found->causes.push_back(&cause);
    }
    std::ranges::stable_sort(parts, {}, [](const PartUnderWay& each) {
        return std::tuple{each.part == MessagePart::resolved, -static_cast<int>(each.severity), each.part};
    });
    return parts;
}

// For the subject: whose, and what. What is about a person or a silence is no unit's.
std::string about_of(const Matter& matter)
{
    const bool of_a_unit = matter.kind != AlertKind::undeliverable && matter.kind != AlertKind::silence_ending;
    return of_a_unit ? fmt::format("{} {}", clipped_name(matter.who), clipped_name(matter.what)) : clipped_name(matter.what);
}

std::string summary_of(const std::vector<PartUnderWay>& parts, const Wording& words)
{
    std::vector<std::string> counts;
    for (const PartUnderWay& each : parts) counts.push_back(words.count(each.part, each.causes.size()));
    return words.summary(counts);
}

}  // namespace

std::size_t MessageText::items() const
{
    return std::accumulate(parts.begin(), parts.end(), std::size_t{0}, [](std::size_t sum, const Part& part) { return sum + part.items.size(); });
}

MessageText message_text(const Message& message, const Policy& policy, const MessageContext& context)
{
    const Frame frame{message, policy, context, wording(context.language)};
    const std::vector<Cause> causes = causes_of(message, policy);
    const std::vector<PartUnderWay> parts = in_parts(causes);

    MessageText text;
    std::string about;  // of the gravest
    for (const PartUnderWay& each : parts) {
        MessageText::Part part{frame.words.heading(each.part), {}};
        for (const Cause* const cause : each.causes) {
            const Matter matter = matter_of(*cause, frame);
            if (about.empty()) about = about_of(matter);
            part.items.push_back({gravest(*cause), matter.resolved, frame.words.tag(matter), frame.words.headline(matter), to_do(*cause, matter, frame),
                                  evidence(*cause, frame), links(*cause, frame)});
        }
        text.parts.push_back(std::move(part));
    }
    text.summary = summary_of(parts, frame.words);
    text.subject = causes.size() == 1 ? frame.words.subject(text.gravest().tag, about)
                                      : frame.words.subject(text.summary, frame.words.and_others(about, causes.size()));
    text.evidence_heading = frame.words.evidence();
    add(text.footer, frame.words.label(Label::plan), frame.words.aside(policy.plan.name, policy.plan.id));
    const std::string at = format_instant(message.at, policy.zone);  // 2023-11-02T00:00:00+08:00
    add(text.footer, frame.words.label(Label::at), fmt::format("{} {}", at.substr(0, 10), at.substr(11, 5)));
    return text;
}

}  // namespace planwatch
