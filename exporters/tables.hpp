// What a person reads in a terminal (columns line up where Chinese takes two columns a character), and CSV for a spreadsheet.
#pragma once

#include "exporters/views.hpp"

#include <span>
#include <string>
#include <vector>

namespace planwatch {

// Rows of cells, set as columns two blanks apart; control characters become blanks. Nothing follows the last cell of a line.
class Table {
public:
    explicit Table(std::vector<std::string> heading);
    void add(std::vector<std::string> row);  // as many cells as the heading has
    std::string to_text() const;             // heading, a rule below it, rows; a newline after each
    std::string to_csv() const;              // RFC 4180

private:
    std::vector<std::vector<std::string>> rows_;
};

std::string slots_table(std::span<const SlotRow> rows);
std::string plan_table(const Policy& policy);  // several tables: units, clauses, indicators, duties, composites
std::string alerts_table(const Engine& engine);
std::string indicators_table(const Engine& engine);

// RFC 4180: CRLF, quoted where needed, a heading with the names of the JSON fields.
std::string slots_csv(std::span<const SlotRow> rows);

}  // namespace planwatch
