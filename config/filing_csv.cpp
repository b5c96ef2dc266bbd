// Filings from CSV: one row a document.
#include "config/csv.hpp"

#include <array>

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

RawFiling filing_in(const CsvRow& row)
{
    RawFiling read;
    std::string* const members[] = {&read.plan, &read.unit, &read.duty, &read.period, &read.title, &read.reference, &read.note};
    for (std::size_t column = 0; column < filing_columns.size(); ++column) {
        *members[column] = row[column];
        const std::size_t longest = column < 4 ? max_id_length : max_note_length;
        if (const auto wrong = field_problem(row[column], longest, filing_columns[column].required)) row.problem(column, *wrong);
    }
    return read;
}

}  // namespace

Result<std::vector<RawFiling>> parse_filings_csv(std::string_view text)
{
    ProblemList problems;
    std::vector<RawFiling> filings;
    CsvTable table{filing_columns, problems};
    table.read(text, [&](const CsvRow& row) { filings.push_back(filing_in(row)); });
    if (!problems.empty()) return tl::unexpected<Problems>{problems.take()};
    return filings;
}

}  // namespace planwatch
