// What can be answered, in which form, and whether a plan with it can be read.
#include "config/plan_draft.hpp"

#include "config/plan.hpp"
#include "config/text.hpp"

#include <charconv>
#include <fmt/format.h>

namespace planwatch {
namespace drafting {
namespace {

using Wrong = std::optional<std::string>;
using Kind = DraftField::Kind;

std::string_view stripped(std::string_view text)
{
    constexpr std::string_view blanks = " \t";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// `text` up to `mark`, and what is behind it; all of it and nothing where there is no such mark.
std::pair<std::string, std::string> cut(std::string_view text, std::size_t mark)
{
    if (mark == std::string_view::npos) return {std::string{stripped(text)}, {}};
    return {std::string{stripped(text.substr(0, mark))}, std::string{stripped(text.substr(mark + 1))}};
}

std::string ill_formed(std::string_view text, std::string_view form)
{
    return fmt::format("'{}' is not of the form {}", text, form);
}

template <class Number>
Wrong take_number(std::optional<Number>& into, std::string_view text, std::string_view what)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return fmt::format("'{}' is no {}; expected a whole number", text, what);
    into = number;
    return {};
}

Wrong take_id(PlanDraft& draft, std::string_view text)
{
    draft.id = text;
    return {};
}

Wrong take_name(PlanDraft& draft, std::string_view text)
{
    draft.name = text;
    return {};
}

Wrong take_issued(PlanDraft& draft, std::string_view text)
{
    const Result<Day> day = parse_day(text);
    if (!day) return fmt::format("'{}' is no date; expected YYYY-MM-DD", text);
    draft.issued = *day;
    return {};
}

Wrong take_year(PlanDraft& draft, std::string_view text) { return take_number(draft.year, text, "year"); }

Wrong take_zone(PlanDraft& draft, std::string_view text)
{
    draft.time_zone = text;
    return {};
}

Wrong take_population(PlanDraft& draft, std::string_view text) { return take_number(draft.population, text, "number of people"); }

constexpr std::string_view unit_form = "ID[:KIND]=NAME";
constexpr std::string_view clause_form = "NUMBER=TITLE";
constexpr std::string_view report_form = "CADENCE[:DUE][=NAME][@NUMBER]";
constexpr std::string_view indicator_form = "ID:MEASURE[:TARGET]=NAME[@NUMBER]";

Wrong take_unit(PlanDraft& draft, std::string_view text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return ill_formed(text, unit_form);
    const auto [head, name] = cut(text, equals);
    const auto [id, kind] = cut(head, head.find(':'));
    draft.units.push_back({id, kind, name});
    return {};
}

Wrong take_clause(PlanDraft& draft, std::string_view text)
{
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return ill_formed(text, clause_form);
    const auto [id, title] = cut(text, equals);
    draft.clauses.push_back({id, title});
    return {};
}

Wrong take_report(PlanDraft& draft, std::string_view text)
{
    const auto [what, clause] = cut(text, text.rfind('@'));
    const auto [rule, name] = cut(what, what.find('='));
    const auto [cadence, due] = cut(rule, rule.find(':'));
    if (cadence.empty()) return ill_formed(text, report_form);
    draft.reports.push_back({cadence, due, name, clause});
    return {};
}

Wrong take_indicator(PlanDraft& draft, std::string_view text)
{
    const auto [what, clause] = cut(text, text.rfind('@'));
    const std::size_t equals = what.find('=');
    if (equals == std::string::npos) return ill_formed(text, indicator_form);
    const auto [head, name] = cut(what, equals);
    const auto [id, rule] = cut(head, head.find(':'));
    const auto [measure, target] = cut(rule, rule.find(':'));
    if (measure.empty()) return ill_formed(text, indicator_form);
    const bool is_bare = !target.empty() && target.front() >= '0' && target.front() <= '9';
    draft.indicators.push_back({id, measure, is_bare ? "at_least " + target : target, name, clause});
    return {};
}

Wrong take_examples(PlanDraft& draft, std::string_view text)
{
    if (text != "y" && text != "yes" && text != "n" && text != "no") return fmt::format("'{}' is neither y nor n", text);
    draft.examples = text.front() == 'y';
    return {};
}

// ---- what stands where nothing is answered

std::string no_fallback(const PlanDraft&) { return {}; }
std::string year_of_issue(const PlanDraft& draft)
{
    return std::to_string(static_cast<int>(std::chrono::year_month_day{draft.issued}.year()));
}
std::string own_zone(const PlanDraft& draft) { return draft.time_zone; }
std::string left_out(const PlanDraft&) { return "none"; }
std::string one_office(const PlanDraft&) { return "the office alone, fso=食安办"; }
std::string none_of_examples(const PlanDraft&) { return "n"; }

const DraftField fields[] = {
    {Kind::essential, "--id", "ID", "The plan's id: small letters, digits and '-'", "dongshan-2026", no_fallback, take_id},
    {Kind::essential, "--name", "TEXT", "The document's name", "东山区2026年食品安全工作计划", no_fallback, take_name},
    {Kind::essential, "--issued", "DATE", "The day on which the document was issued", "2026-03-01", no_fallback, take_issued},
    {Kind::optional, "--year", "YEAR", "The plan's year", "2026", year_of_issue, take_year},
    {Kind::optional, "--zone", "NAME", "The time zone in which its days are meant", "Asia/Shanghai", own_zone, take_zone},
    {Kind::optional, "--population", "N", "How many people live there (figures per 1,000 people need it)", "420000", left_out,
     take_population},
    {Kind::repeated, "--unit", unit_form, "A unit that reports; KIND is department, town, office or group", "samr=区市场监管局",
     one_office, take_unit},
    {Kind::repeated, "--clause", clause_form, "A paragraph, by the document's own number, with a short title",
     "三（十二）=食品抽检", left_out, take_clause},
    {Kind::repeated, "--report", report_form, "A report that units owe: how often, by when, what, from which paragraph",
     "yearly:11-01, monthly:15 (the next month's), quarterly:period_end + 10d=工作进展@八（三十二）", left_out, take_report},
    {Kind::repeated, "--indicator", indicator_form,
     "A figure to be reached; MEASURE is ratio, count, per_thousand, average or done",
     "batches:count:5225 批次=监督抽检批次@三（十二）", left_out, take_indicator},
    {Kind::yes_no, "--examples", "", "Two example indicators, a ratio of 100 % and a count, to write your own after", "y",
     none_of_examples, take_examples},
};

}  // namespace
}  // namespace drafting

std::span<const DraftField> draft_fields() { return drafting::fields; }

Result<PlanDraft> answered(const PlanDraft& draft, const DraftField& field, std::string_view text)
{
    // Bytes in another encoding would be taken for letters of their own.
    if (find_invalid_utf8(text)) return fail(std::string{field.flag}, "is not UTF-8; expected text in UTF-8");
    PlanDraft tried = draft;
    if (auto wrong = field.take(tried, drafting::stripped(text))) return fail(std::string{field.flag}, *std::move(wrong));
    Result<ParsedPlan> read = parse_plan({"draft", draft_text(tried)});
    if (read) return tried;
    for (Problem& problem : read.error()) problem.path = field.flag;
    return tl::unexpected{std::move(read.error())};
}

}  // namespace planwatch
