// Filings from CSV: one row a document.
#include "config/csv.hpp"

#include <array>
#include <fmt/format.h>

namespace planwatch {
namespace {

using namespace reading;

constexpr std::array<CsvColumn, 7> filing_columns{{{"plan", {}, true},
                                                   {"unit", {}, true},
                                                   {"duty", {}, true},
                                                   {"period", {}, false},
                                                   {"title", {}, false},
                                                   {"reference", {}, false},
                                                   {"note", {}, false}}};

class Rows {
public:
    void add(const CsvRow& row)
    {
        RawFiling read;
        std::string* const members[] = {&read.plan, &read.unit, &read.duty, &read.period, &read.title, &read.reference, &read.note};
        for (std::size_t column = 0; column < filing_columns.size(); ++column) {
            *members[column] = row[column];
            const std::size_t longest = column < 4 ? max_id_length : max_note_length;
            if (const auto wrong = field_problem(row[column], longest, filing_columns[column].required))
                count.add(read.faults, fmt::format("/{}", filing_columns[column].name), *wrong);
        }
        take(row.line(), std::move(read));
    }

    void add_misfit(std::size_t line, std::string message)
    {
        RawFiling nothing;
        count.add(nothing.faults, {}, std::move(message));
        take(line, std::move(nothing));
    }

    FaultCount count;
    Reading<RawFiling> reading{{}, Places::of_table()};

private:
    void take(std::size_t line, RawFiling filing)
    {
        if (count.overfull() && filing.faults.empty()) return;
        reading.places.add_line(line);
        reading.records.push_back(std::move(filing));
    }
};

}  // namespace

Read<RawFiling> parse_filings_csv(std::string_view text)
{
    ProblemList wrong;
    Rows rows;
    CsvTable table{filing_columns, wrong};
    table.misfit = [&](std::size_t line, std::string message) { rows.add_misfit(line, std::move(message)); };
    table.read(text, [&](const CsvRow& row) { rows.add(row); });
    return outcome(std::move(rows.reading), wrong.take(), rows.count);
}

}  // namespace planwatch
