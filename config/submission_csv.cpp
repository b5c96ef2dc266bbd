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
    std::vector<RawSubmission> take() { return std::move(submissions_); }

private:
    static RawSubmission names_in(const CsvRow& row);
    static RawValue figure_in(const CsvRow& row);
    static std::optional<Decimal> number_in(const CsvRow& row, std::size_t column);
    bool belongs_to_last(const RawSubmission& read) const;
    void add_value(const CsvRow& row);
    void add_note(const CsvRow& row);

    std::vector<RawSubmission> submissions_;
    std::set<std::string, std::less<>> indicators_;  // of the last submission
};

void Rows::add(const CsvRow& row)
{
    RawSubmission read = names_in(row);
    if (!belongs_to_last(read)) {
        submissions_.push_back(std::move(read));
        indicators_.clear();
    }
    add_value(row);
    add_note(row);
}

RawSubmission Rows::names_in(const CsvRow& row)
{
    RawSubmission read;
    const std::pair<std::size_t, std::string*> members[] = {{Column::plan, &read.plan}, {Column::unit, &read.unit}, {Column::period, &read.period}};
    for (const auto& [column, member] : members) {
        *member = row[column];
        if (const auto wrong = field_problem(*member, max_id_length, true)) row.problem(column, *wrong);
    }
    return read;
}

bool Rows::belongs_to_last(const RawSubmission& read) const
{
    if (submissions_.empty()) return false;
    const RawSubmission& last = submissions_.back();
    return last.plan == read.plan && last.unit == read.unit && last.period == read.period;
}

void Rows::add_value(const CsvRow& row)
{
    RawValue figure = figure_in(row);
    if (const auto wrong = field_problem(figure.indicator, max_id_length, true)) row.problem(Column::indicator, *wrong);
    if (!indicators_.insert(figure.indicator).second)
        row.problem(Column::indicator, fmt::format("'{}' stands twice for this unit and period; expected it once", figure.indicator));
    submissions_.back().values.push_back(std::move(figure));
}

void Rows::add_note(const CsvRow& row)
{
    const std::string_view text = row[Column::note];
    if (text.empty()) return;
    if (const auto wrong = field_problem(text, max_note_length, false)) row.problem(Column::note, *wrong);
    std::string& whole = submissions_.back().note;
    if (whole.empty()) {
        whole = text;
    } else if (whole != text) {
        row.problem(Column::note, "differs from the note of the rows above for the same unit and period; expected one note");
    }
}

RawValue Rows::figure_in(const CsvRow& row)
{
    RawValue figure{std::string{row[Column::indicator]}, number_in(row, Column::value), number_in(row, Column::numerator), number_in(row, Column::denominator)};
    const bool whole = !row[Column::value].empty();
    const bool above = !row[Column::numerator].empty();
    const bool below = !row[Column::denominator].empty();
    if (whole && (above || below)) {
        row.problem("has a value and a numerator or denominator; expected one or the other");
    } else if (!whole && !above && !below) {
        row.problem("has no number; expected a value, or a numerator and a denominator");
    } else if (!whole && above != below) {
        row.problem(above ? Column::denominator : Column::numerator, "is empty; a numerator and a denominator belong together");
    }
    return figure;
}

std::optional<Decimal> Rows::number_in(const CsvRow& row, std::size_t column)
{
    if (row[column].empty()) return {};
    Number read = read_number(row[column]);
    if (!read.value) row.problem(column, std::move(read.problem));
    return read.value;
}

}  // namespace

Result<std::vector<RawSubmission>> parse_submissions_csv(std::string_view text)
{
    ProblemList problems;
    Rows rows;
    CsvTable table{columns, problems};
    table.check_header = header_problem;
    table.read(text, [&](const CsvRow& row) { rows.add(row); });
    if (!problems.empty()) return tl::unexpected<Problems>{problems.take()};
    return rows.take();
}

}  // namespace planwatch
