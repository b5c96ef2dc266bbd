#include "exporters/calendar_feed.hpp"

#include "exporters/utf8.hpp"

#include <fmt/format.h>

namespace planwatch {
namespace {

constexpr std::size_t line_limit = 75;  // octets without the line break: RFC 5545, 3.1

// A long line goes on after a line break and a blank; never cut within a character.
void append_line(std::string& out, std::string_view line)
{
    std::size_t room = line_limit;
    for (;;) {
        const std::size_t length = prefix_at_character(line, room);
        out += line.substr(0, length);
        out += "\r\n";
        line.remove_prefix(length);
        if (line.empty()) return;
        out += ' ';
        room = line_limit - 1;
    }
}

// TEXT of RFC 5545, 3.3.11.
std::string escaped(std::string_view text)
{
    std::string out;
    for (const char byte : to_valid_utf8(text)) {
        if (byte == '\n') {
            out += "\\n";
        } else if (byte == '\\' || byte == ';' || byte == ',') {
            out += '\\';
            out += byte;
        } else if (static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f) {
            out += byte;
        }
    }
    return out;
}

std::string date(Day day)
{
    const std::chrono::year_month_day ymd{day};
    return fmt::format("{:04}{:02}{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                       static_cast<unsigned>(ymd.day()));
}

std::string utc(Instant instant)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::hh_mm_ss time{seconds - day};
    return fmt::format("{}T{:02}{:02}{:02}Z", date(Day{day.time_since_epoch()}), time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

bool is_open(SlotState state)
{
    return state == SlotState::upcoming || state == SlotState::due_soon || state == SlotState::overdue;
}

std::string summary(const SlotRow& row)
{
    const bool told = row.slot.state == SlotState::upcoming || row.slot.state == SlotState::due_soon;
    const std::string mark = told ? std::string{} : fmt::format("【{}】", state_name(row.slot.state));
    return fmt::format("{}{} {} {}", mark, row.plan().units[row.unit].name, row.owed().period.to_string(), row.duty().name);
}

std::string description(const SlotRow& row)
{
    const Clause& clause = row.plan().clauses[row.duty().clause];
    std::string text = fmt::format("{}\n条款：{} {}\n计划：{}", row.engine->why_of(row.deadline, row.unit), clause.id, clause.title,
                                   row.plan().name);
    if (row.provisional()) text += "\n暂定：所涉年份的放假安排尚未公布";
    if (!row.duty().assumed.empty()) text += "\n假设：" + row.duty().assumed;
    return text;
}

void append_alarm(std::string& out, const std::string& text)
{
    append_line(out, "BEGIN:VALARM");
    append_line(out, "ACTION:DISPLAY");
    append_line(out, "DESCRIPTION:" + text);
    append_line(out, "TRIGGER:-PT15H");  // nine o'clock on the day before
    append_line(out, "END:VALARM");
}

void append_event(std::string& out, const SlotRow& row, const std::string& stamp)
{
    const Plan& plan = row.plan();
    const Day day = row.due_date;
    const std::string text = escaped(summary(row));
    append_line(out, "BEGIN:VEVENT");
    append_line(out, fmt::format("UID:{}.{}.{}.{}@planwatch", plan.id, row.duty().id, plan.units[row.unit].id,
                                 row.owed().period.to_string()));
    append_line(out, "DTSTAMP:" + stamp);
    append_line(out, "DTSTART;VALUE=DATE:" + date(day));
    append_line(out, "DTEND;VALUE=DATE:" + date(day + std::chrono::days{1}));
    append_line(out, "SUMMARY:" + text);
    append_line(out, "DESCRIPTION:" + escaped(description(row)));
    append_line(out, "TRANSP:TRANSPARENT");  // a due date keeps nobody busy
    if (is_open(row.slot.state)) append_alarm(out, text);
    append_line(out, "END:VEVENT");
}

}  // namespace

std::string calendar_feed(std::span<const SlotRow> rows, std::string_view name, Instant stamp)
{
    const std::string made = utc(stamp);
    std::string out;
    append_line(out, "BEGIN:VCALENDAR");
    append_line(out, "VERSION:2.0");
    append_line(out, "PRODID:-//planwatch//planwatch//ZH");
    append_line(out, "CALSCALE:GREGORIAN");
    append_line(out, "METHOD:PUBLISH");
    append_line(out, "X-WR-CALNAME:" + escaped(name));
    for (const SlotRow& row : rows) append_event(out, row, made);
    append_line(out, "END:VCALENDAR");
    return out;
}

}  // namespace planwatch
