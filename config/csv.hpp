// A table out of CSV as spreadsheet programs write it: libcsv finds the fields, this file the header and the rows. For the .cpp
// files of this folder only.
#pragma once

#include "config/submission_reader.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch::reading {

struct CsvColumn {
    std::string_view name;
    std::string_view chinese;  // accepted too; empty where there is none
    bool required = false;     // the header must have it
};

class CsvTable;

// One row; columns are positions in the table's list.
class CsvRow {
public:
    explicit CsvRow(CsvTable& table) : table_{table} {}
    std::string_view operator[](std::size_t column) const;  // empty where the header has no such column
    std::size_t line() const;                               // on which it begins
    void problem(std::string message) const;
    void problem(std::size_t column, std::string message) const;

private:
    CsvTable& table_;
};

class CsvTable {
public:
    // `name`: of the file, in front of every place ("businesses.csv:12"); empty for a text without one ("line 12").
    CsvTable(std::span<const CsvColumn> columns, ProblemList& problems, std::string name = {});

    // Asked once the header is read: what else is wrong with it; empty where nothing is.
    std::function<std::string(const CsvTable&)> check_header;
    // Told of a row that has not as many fields as the header; a problem of the text where nobody wants to know.
    std::function<void(std::size_t line, std::string message)> misfit;
    // Calls `row` for every row that has as many fields as the header. Whatever is wrong is a problem; so is a text without a row.
    void read(std::string_view text, const std::function<void(const CsvRow&)>& row);

    bool has(std::size_t column) const { return positions_[column].has_value(); }

private:
    friend class CsvRow;

    static void on_field(void* data, std::size_t size, void* self)
    {
        static_cast<CsvTable*>(self)->field({static_cast<const char*>(data), size});
    }
    static void on_end(int terminator, void* self) { static_cast<CsvTable*>(self)->end_of_line(terminator); }

    void field(std::string_view text);
    void end_of_line(int terminator);
    void header();
    bool place_column(std::size_t position);
    std::string place(std::size_t line) const;
    void problem(std::string message);

    std::span<const CsvColumn> columns_;
    ProblemList& problems_;
    std::string name_;
    const std::function<void(const CsvRow&)>* row_ = nullptr;
    std::vector<std::string> fields_;
    std::vector<std::optional<std::size_t>> positions_;  // of each column in a row
    std::size_t width_ = 0;
    bool has_header_ = false;
    bool header_is_good_ = false;
    std::size_t rows_ = 0;
    std::size_t line_ = 1;
    std::size_t row_line_ = 1;  // where the present row begins
    int last_terminator_ = 0;
};

}  // namespace planwatch::reading
