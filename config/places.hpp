// Where the records of a text stand in it, so that what is wrong with one is told by what its sender sees: a pointer into JSON, the line of
// NDJSON, the line and column of a table. Made by the readers of config/submission.hpp, one for each text.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

class Places {
public:
    // One JSON object: "/unit".
    static Places of_object() { return Places{Kind::object}; }
    // A JSON array: "/3/unit".
    static Places of_array() { return Places{Kind::array}; }
    // An object on each line: "line 4: /unit".
    static Places of_lines() { return Places{Kind::lines}; }
    // "line 4, column unit".
    static Places of_table() { return Places{Kind::table}; }

    // The next record, and in a table where one of its values stands, if that is not the record's first line.
    void add_line(std::size_t line) { lines_.push_back(line); }
    void add_value(std::string_view indicator, std::size_t line);

    // `pointer` is within the record: "/values/disposal", or "" for all of it. One that says already where ("line 4, column note", as
    // tables have it) stays as it is.
    std::string path(std::size_t record, std::string_view pointer) const;
    // The same where the record is named beside it: of JSON `pointer` alone.
    std::string path_within(std::size_t record, std::string_view pointer) const;

    bool one_object() const { return kind_ == Kind::object; }

private:
    enum class Kind : unsigned char { object, array, lines, table };
    explicit Places(Kind kind) : kind_{kind} {}

    std::string cell(std::size_t record, std::string_view pointer) const;

    Kind kind_;
    std::vector<std::size_t> lines_;                                           // of each record, where there are lines
    std::map<std::size_t, std::map<std::string, std::size_t, std::less<>>> values_;  // record → pointer of a value → its line
};

// "line 4", "line 4, column unit".
std::string line_place(std::size_t line, std::string_view column = {});

}  // namespace planwatch
