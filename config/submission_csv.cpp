// Submissions from CSV: one row a figure.
#include "config/csv.hpp"

#include <array>
#include <fmt/format.h>
#include <set>

namespace planwatch {
namespace {

using namespace reading;

// In a struct, for such words are names of much else.
struct Column {
    enum : std::size_t { plan, unit, period, indicator, value, numerator, denominator, note };
};

constexpr std::array<CsvColumn, 8> columns{{{"plan", {}, true},
                                            {"unit", {}, true},
                                            {"period", {}, true},
                                            {"indicator", {}, true},
                                            {"value", {}, false},
                                            {"numerator", {}, false},
                                            {"denominator", {}, false},
                                            {"note", {}, false}}};

std::string header_problem(const CsvTable& table)
{
    if (table.has(Column::value) || (table.has(Column::numerator) && table.has(Column::denominator))) return {};
    return "the header has neither a column 'value' nor both 'numerator' and 'denominator'";
}

class Rows {
public:
    void add(const CsvRow& row);
    void add_misfit(std::size_t line, std::string message);

    FaultCount count;
    Reading<RawSubmission> reading{{}, Places::of_table()};

private:
    RawSubmission& last() { return reading.records.back(); }
    bool belongs_to_last(const CsvRow& row) const;
    void begin(const CsvRow& row);
    void take(std::size_t line, RawSubmission submission);
    void add_value(const CsvRow& row);
    void add_note(const CsvRow& row);
    RawValue figure_in(const CsvRow& row);
    std::optional<Decimal> number_in(const CsvRow& row, std::size_t column);
    // Of the row's number, or of one part of it.
    void value_fault(const CsvRow& row, std::string_view part, std::string message);
    // At a cell of this row, which need not be where the record has that field.
    void fault(const CsvRow& row, std::size_t column, std::string message)
    {
        count.add(last().faults, line_place(row.line(), columns[column].name), std::move(message));
    }

    std::set<std::string, std::less<>> indicators_;  // of the last submission
};

void Rows::add(const CsvRow& row)
{
    if (!belongs_to_last(row)) begin(row);
    if (count.overfull()) return;
    add_value(row);
    add_note(row);
}

void Rows::add_misfit(std::size_t line, std::string message)
{
    RawSubmission nothing;
    count.add(nothing.faults, {}, std::move(message));
    take(line, std::move(nothing));
}

bool Rows::belongs_to_last(const CsvRow& row) const
{
    if (reading.records.empty() || indicators_.empty()) return false;
    const RawSubmission& last = reading.records.back();
    return last.plan == row[Column::plan] && last.unit == row[Column::unit] && last.period == row[Column::period];
}

void Rows::begin(const CsvRow& row)
{
    RawSubmission read;
    const std::pair<std::size_t, std::string*> members[] = {{Column::plan, &read.plan}, {Column::unit, &read.unit}, {Column::period, &read.period}};
    for (const auto& [column, member] : members) {
        *member = row[column];
        if (const auto wrong = field_problem(*member, max_id_length, true)) count.add(read.faults, fmt::format("/{}", columns[column].name), *wrong);
    }
    take(row.line(), std::move(read));
}

void Rows::take(std::size_t line, RawSubmission submission)
{
    if (count.overfull() && submission.faults.empty()) return;
    reading.places.add_line(line);
    reading.records.push_back(std::move(submission));
    indicators_.clear();
}

void Rows::add_value(const CsvRow& row)
{
    const std::string_view name = row[Column::indicator];
    const bool is_new = indicators_.emplace(name).second;
    if (const auto wrong = field_problem(name, max_id_length, true)) return fault(row, Column::indicator, *wrong);
    if (!is_new) return fault(row, Column::indicator, fmt::format("'{}' stands twice for this unit and period; expected it once", name));
    reading.places.add_value(name, row.line());
    last().values.push_back(figure_in(row));
}

void Rows::add_note(const CsvRow& row)
{
    const std::string_view text = row[Column::note];
    if (text.empty()) return;
    if (const auto wrong = field_problem(text, max_note_length, false)) fault(row, Column::note, *wrong);
    std::string& whole = last().note;
    if (whole.empty()) {
        whole = text;
    } else if (whole != text) {
        fault(row, Column::note, "differs from the note of the rows above for the same unit and period; expected one note");
    }
}

RawValue Rows::figure_in(const CsvRow& row)
{
    RawValue figure{std::string{row[Column::indicator]}, number_in(row, Column::value), number_in(row, Column::numerator), number_in(row, Column::denominator)};
    const bool whole = !row[Column::value].empty();
    const bool above = !row[Column::numerator].empty();
    const bool below = !row[Column::denominator].empty();
    if (whole && (above || below)) {
        value_fault(row, {}, "has a value and a numerator or denominator; expected one or the other");
    } else if (!whole && !above && !below) {
        value_fault(row, {}, "has no number; expected a value, or a numerator and a denominator");
    } else if (!whole && above != below) {
        value_fault(row, above ? "denominator" : "numerator", "is empty; a numerator and a denominator belong together");
    }
    return figure;
}

std::optional<Decimal> Rows::number_in(const CsvRow& row, std::size_t column)
{
    if (row[column].empty()) return {};
    Number read = read_number(row[column]);
    if (!read.value) value_fault(row, columns[column].name, std::move(read.problem));
    return read.value;
}

void Rows::value_fault(const CsvRow& row, std::string_view part, std::string message)
{
    std::string pointer = "/values";
    append_pointer(pointer, row[Column::indicator]);
    if (!part.empty()) append_pointer(pointer, part);
    count.add(last().faults, std::move(pointer), std::move(message));
}

}  // namespace

Read<RawSubmission> parse_submissions_csv(std::string_view text)
{
    ProblemList wrong;
    Rows rows;
    CsvTable table{columns, wrong};
    table.check_header = header_problem;
    table.misfit = [&](std::size_t line, std::string message) { rows.add_misfit(line, std::move(message)); };
    table.read(text, [&](const CsvRow& row) { rows.add(row); });
    return outcome(std::move(rows.reading), wrong.take(), rows.count);
}

}  // namespace planwatch
