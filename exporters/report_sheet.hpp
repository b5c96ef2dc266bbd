// What a report says, word for word, apart from how it is set: text and HTML are made of the same lines. Shortened to what is read in a
// mail; each part that leaves something to the workbook says so.
#pragma once

#include "exporters/chart.hpp"
#include "rules/report.hpp"

#include <optional>
#include <string>
#include <vector>

namespace planwatch {

struct ReportSheet {
    struct Fact {
        std::string label;  // without a colon; may be empty
        std::string text;
    };
    struct Item {
        std::string mark;                  // "1.", "变差", "□"; may be empty
        std::optional<Standing> standing;  // whose colour it has
        std::string title;
        std::string aside;                 // at the end of the title's line: 62.1%
        std::vector<Fact> facts;           // side by side
        std::vector<Fact> lines;           // one below another
        std::vector<Person> people;        // to be called
        std::optional<std::size_t> chart;  // position in `charts`
    };
    struct Column {
        std::string heading;
        bool number = false;               // set at the right
    };
    struct Table {
        std::vector<Column> columns;
        std::vector<std::vector<std::string>> rows;
    };
    struct Section {
        std::string heading;
        std::optional<Standing> standing;  // its sign and colour
        std::string count;                 // 3项
        std::vector<std::string> lead;     // sentences below the heading
        std::string legend;                // what its items' pictures show, for whoever sees them
        std::optional<std::size_t> chart;
        std::vector<Item> items;
        Table table;                       // no rows: none
        std::string more;                  // what was left to the workbook
    };
    struct Tally {
        Standing standing = Standing::unknown;
        std::size_t count = 0;
    };

    std::string subject;
    std::string title;
    std::string source;                    // 月度指标报告 · 数据截至 …
    std::string greeting;                  // 各单位：; may be empty
    std::string summary;
    std::vector<Tally> tally;              // every standing; empty where there are no indicators
    std::vector<Section> sections;
    std::vector<std::string> signature;    // who signs, and the day
    std::vector<std::string> footer;
    std::vector<Chart> charts;
};

struct SheetLimits {
    std::size_t cards = 24;   // indicators with figures side by side and a picture; the others are rows of a table
    std::size_t trends = 6;   // pictures of forecasts
    std::size_t units = 80;   // of the table of units
    std::size_t rows = 80;    // of each other list and table
    std::size_t names = 20;   // of units in one line
    std::size_t text = 240;   // characters of one line that people typed

    // The long lists give way first: those who lack most stand at the top, with their pictures.
    SheetLimits tighter() const;
};

ReportSheet report_sheet(const Report& report, const SheetLimits& limits = {});

}  // namespace planwatch
