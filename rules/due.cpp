#include "rules/due.hpp"

#include "rules/scan.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace planwatch {

namespace {

using namespace std::chrono;

using Anchor = DueRule::Anchor;
using Roll = DueRule::Roll;

// ---- the text form

struct NamedAnchor {
    std::string_view name;
    Anchor anchor;
};
constexpr NamedAnchor plain_anchors[] = {
    {"period_start", Anchor::period_start}, {"period_end", Anchor::period_end}, {"issued", Anchor::issued}};

Problems expected(std::string_view what, std::string_view found)
{
    return {{"", fmt::format("expected {}, found \"{}\"", what, found)}};
}

Result<int> parse_day_number(Scan& scan, std::string_view after)
{
    scan.spaces();
    const std::string found{scan.rest()};
    const auto number = scan.number(2);
    if (number && *number >= 1 && *number <= 31) return *number;
    return tl::unexpected{expected(fmt::format("a day from 1 to 31 after \"{}\"", after), found)};
}

Result<month_day> parse_month_day(Scan& scan)
{
    const std::string found{scan.rest()};
    const auto m = scan.digits(2);
    if (m && scan.take("-")) {
        if (const auto d = scan.digits(2)) {
            const std::chrono::month_day date{month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
            if (date.ok()) return date;
        }
    }
    return tl::unexpected{expected("MM-DD, a day that exists, as 11-01", found)};
}

Problems parse_anchor(Scan& scan, DueRule& rule)
{
    for (const NamedAnchor& named : plain_anchors) {
        if (!scan.take(named.name)) continue;
        rule.anchor = named.anchor;
        return {};
    }
    const bool next_day = scan.take("next day");
    if (next_day || scan.take("day")) {
        rule.anchor = next_day ? Anchor::next_day : Anchor::day;
        const auto number = parse_day_number(scan, next_day ? "next day" : "day");
        if (!number) return number.error();
        rule.day = *number;
        return {};
    }
    if (scan.leading_digits() > 0) {
        rule.anchor = Anchor::month_day;
        const auto date = parse_month_day(scan);
        if (!date) return date.error();
        rule.month_day = *date;
        return {};
    }
    return expected("an anchor: period_start, period_end, issued, MM-DD, day N or next day N", scan.rest());
}

Problems parse_offset(Scan& scan, DueRule& rule)
{
    const bool before = scan.take("-");
    if (!before && !scan.take("+")) return {};
    scan.spaces();
    const std::string found{scan.rest()};
    const auto number = scan.number(3);  // no office sets more, and a slip of the finger (+ 10000d) is found
    scan.spaces();
    const bool working = scan.take("wd");
    if (!number || !(working || scan.take("d")))
        return expected("a number of days from 0 to 999 with d or wd (working days) after the sign, as + 10d", found);
    rule.offset = before ? -*number : *number;
    rule.working = working && *number != 0;
    return {};
}

Problems parse_time(Scan& scan, DueRule& rule)
{
    if (scan.leading_digits() == 0) return {};
    const std::string found{scan.rest()};
    const auto h = scan.digits(2);
    const auto m = h && scan.take(":") ? scan.digits(2) : std::nullopt;
    if (!m || *h > 23 || *m > 59 || !(scan.done() || scan.rest().front() == ' '))
        return expected("a time of day from 00:00 to 23:59", found);
    rule.time = hours{*h} + minutes{*m};
    return {};
}

Problems parse_roll(Scan& scan, DueRule& rule)
{
    if (!scan.take("roll")) return {};
    scan.spaces();
    if (scan.take("forward"))
        rule.roll = Roll::forward;
    else if (scan.take("back"))
        rule.roll = Roll::back;
    else
        return expected("forward or back after \"roll\"", scan.rest());
    return {};
}

std::string anchor_text(const DueRule& rule)
{
    switch (rule.anchor) {
        case Anchor::period_start: return "period_start";
        case Anchor::period_end: return "period_end";
        case Anchor::issued: return "issued";
        case Anchor::month_day:
            return fmt::format("{:02}-{:02}", static_cast<unsigned>(rule.month_day.month()),
                               static_cast<unsigned>(rule.month_day.day()));
        case Anchor::day: return fmt::format("day {}", rule.day);
        case Anchor::next_day: break;
    }
    return fmt::format("next day {}", rule.day);
}

// ---- the arithmetic, and the words for it

// The day on its way from the anchor to the deadline, the account of it, and the days that had to be told apart as
// working or not.
struct Course {
    Day day{};
    std::string why;
    bool provisional = false;
    Day earliest{};
    Day latest{};

    void move(const Calendar::Shifted& to, Day first_classified)
    {
        if (to.provisional) {
            const auto [low, high] = std::minmax(first_classified, to.day);
            earliest = provisional ? std::min(earliest, low) : low;
            latest = provisional ? std::max(latest, high) : high;
            provisional = true;
        }
        day = to.day;
    }
};

// Day `number` of the month, or its last day where the month is shorter.
Day day_in_month(year_month month, unsigned number)
{
    const Day last{month / std::chrono::last};
    return std::min(Day{month / 1} + days{number - 1}, last);
}

Course from_day_of_month(std::string_view words, year_month month, int number)
{
    const Day day = day_in_month(month, static_cast<unsigned>(number));
    const bool shorter = year_month_day{day}.day() != std::chrono::day{static_cast<unsigned>(number)};
    return {day, fmt::format("{}{}日{} {}", words, number, shorter ? "（无此日，取月末）" : "", format_day(day))};
}

Course from_month_day(month_day date, Day period_end)
{
    const year_month month = year_month_day{period_end}.year() / date.month();
    const Day day = day_in_month(month, static_cast<unsigned>(date.day()));
    const bool shorter = year_month_day{day}.day() != date.day();
    return {day, fmt::format("规定日期{} {}", shorter ? "（当年无2月29日，取月末）" : "", format_day(day))};
}

Course from_anchor(const DueRule& rule, const Period& period, Day issued)
{
    const auto end = year_month_day{period.last()};
    const year_month end_month{end.year(), end.month()};
    switch (rule.anchor) {
        case Anchor::period_start:
            return {period.first(), fmt::format("{} 期初 {}", period.to_string(), format_day(period.first()))};
        case Anchor::period_end: return {period.last(), fmt::format("{} 期末 {}", period.to_string(), format_day(period.last()))};
        case Anchor::issued: return {issued, fmt::format("印发日 {}", format_day(issued))};
        case Anchor::month_day: return from_month_day(rule.month_day, period.last());
        case Anchor::day: return from_day_of_month("当月", end_month, rule.day);
        case Anchor::next_day: break;
    }
    return from_day_of_month("次月", end_month + months{1}, rule.day);
}

// The names, each once, of the holidays in [from, to]; weekends go without saying.
std::string holidays_between(const Calendar& calendar, Day from, Day to)
{
    std::vector<std::string> names;
    for (Day day = from; day <= to; day += days{1}) {
        const std::string name = calendar.name_of(day);
        if (name.empty() || name == "周末" || std::find(names.begin(), names.end(), name) != names.end()) continue;
        names.push_back(name);
    }
    return fmt::format("{}", fmt::join(names, "、"));
}

void add_offset(Course& course, const DueRule& rule, const Calendar& calendar)
{
    if (rule.offset == 0) return;
    const char sign = rule.offset < 0 ? '-' : '+';
    if (!rule.working) {
        course.day += days{rule.offset};
        course.why += fmt::format(" {} {}日 = {}", sign, std::abs(rule.offset), format_day(course.day));
        return;
    }
    const Day from = course.day;
    const Day first = from + days{rule.offset < 0 ? -1 : 1};
    course.move(calendar.add_working_days(from, rule.offset), first);
    const std::string skipped = holidays_between(calendar, std::min(first, course.day), std::max(first, course.day));
    course.why += fmt::format(" {} {}个工作日 = {}", sign, std::abs(rule.offset), format_day(course.day));
    if (!skipped.empty()) course.why += fmt::format("（跳过{}）", skipped);
}

void roll(Course& course, const DueRule& rule, const Calendar& calendar)
{
    if (rule.roll == Roll::none) return;
    const Day from = course.day;
    const bool forward = rule.roll == Roll::forward;
    course.move(forward ? calendar.next_working_day(from) : calendar.previous_working_day(from), from);
    if (course.day == from) return;
    course.why += fmt::format("，逢{}{}至 {}", calendar.name_of(from), forward ? "顺延" : "提前", format_day(course.day));
}

std::string unknown_years(const Course& course, const Calendar& calendar)
{
    std::vector<std::string> years;
    for (year y = year_month_day{course.earliest}.year(); y <= year_month_day{course.latest}.year(); ++y)
        if (!calendar.known(static_cast<int>(y))) years.push_back(fmt::format("{}年", static_cast<int>(y)));
    return fmt::format("{}", fmt::join(years, "、"));
}

}  // namespace

Result<DueRule> DueRule::parse(std::string_view text)
{
    Scan scan{text};
    DueRule rule;
    scan.spaces();
    for (const auto part : {parse_anchor, parse_offset, parse_time, parse_roll}) {
        const Problems problems = part(scan, rule);
        if (!problems.empty()) return tl::unexpected{problems};
        scan.spaces();
    }
    if (scan.done()) return rule;
    return tl::unexpected{
        expected("± Nd or ± Nwd, HH:MM, roll forward or roll back after the anchor, in this order", scan.rest())};
}

std::string DueRule::to_string() const
{
    std::string text = anchor_text(*this);
    if (offset != 0) text += fmt::format(" {} {}{}", offset < 0 ? '-' : '+', std::abs(offset), working ? "wd" : "d");
    if (time) text += fmt::format(" {:02}:{:02}", time->count() / 60, time->count() % 60);
    if (roll == Roll::forward) text += " roll forward";
    if (roll == Roll::back) text += " roll back";
    return text;
}

Due due_of(const DueRule& rule, const Period& period, Day issued, const Calendar& calendar, const Zone& zone)
{
    Course course = from_anchor(rule, period, issued);
    add_offset(course, rule, calendar);
    roll(course, rule, calendar);
    const Instant moment = rule.time ? zone.to_instant(course.day + *rule.time) : zone.start_of(course.day + days{1});
    course.why += fmt::format("{}，截止 {}", rule.time ? "" : "，含当日", format_instant(moment, zone));
    if (course.provisional) course.why += fmt::format("（{}日历未公布，暂定）", unknown_years(course, calendar));
    return {moment, course.day, course.provisional, std::move(course.why)};
}

}  // namespace planwatch
