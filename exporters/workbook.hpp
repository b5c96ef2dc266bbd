// An .xlsx file under way, by libxlsxwriter: sheets of typed cells below a heading that stays in sight, and charts over them.
#pragma once

#include "rules/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct lxw_format;
struct lxw_workbook;
struct lxw_worksheet;

namespace planwatch {

struct Share {
    double value = 0;  // 0.62 is shown as 62.0%
};
using Cell = std::variant<std::monostate, std::string, double, Share, Day>;

// An absent number is an empty cell.
template <class Wrapped = double>
Cell cell_of(const std::optional<double>& number)
{
    if (!number) return {};
    return Wrapped{*number};
}

class Workbook {
public:
    struct Column {
        std::string heading;
        double width = 10;  // characters
    };
    class Sheet {
    public:
        void add(const std::vector<Cell>& cells);
        std::uint32_t rows() const { return rows_; }  // below the heading
        // "='指标'!$B$2:$B$10": `count` cells of a column, from the row-th below the heading.
        std::string range(std::uint16_t column, std::uint32_t row, std::uint32_t count) const;

    private:
        friend class Workbook;
        Workbook* book_ = nullptr;
        lxw_worksheet* sheet_ = nullptr;
        std::string name_;
        std::uint16_t columns_ = 0;
        std::uint32_t rows_ = 0;
    };
    enum class ChartKind : std::uint8_t { bars, lines };  // bars lie, the first row at the top
    struct Series {
        std::string name;
        std::string categories, values;  // ranges
    };

    Workbook(std::string_view title, Instant created);  // `created`: all that tells one file from another of the same cells
    ~Workbook();
    Workbook(const Workbook&) = delete;
    Workbook& operator=(const Workbook&) = delete;

    // Stays valid until `finish`. `frozen`: so many columns at the left stay in sight.
    Sheet& add_sheet(std::string_view name, const std::vector<Column>& columns, std::uint16_t frozen = 0);
    // A sheet of charts, two side by side.
    void add_chart(std::string_view title, ChartKind kind, const std::vector<Series>& series, std::string_view number_format, double height = 300);

    std::string finish();  // the file's bytes; nothing may be added after

private:
    lxw_worksheet* add_worksheet(std::string_view name);
    void write(lxw_worksheet* sheet, std::uint32_t row, std::uint16_t column, const Cell& cell);

    int file_ = -1;
    lxw_workbook* book_ = nullptr;
    lxw_format *heading_, *text_, *number_, *share_, *day_;
    lxw_worksheet* charts_ = nullptr;
    double chart_top_ = 0, row_height_ = 0;
    bool chart_at_right_ = false;
    std::vector<std::unique_ptr<Sheet>> sheets_;
};

}  // namespace planwatch
