#include "exporters/workbook.hpp"

#include "exporters/report_words.hpp"
#include "exporters/utf8.hpp"

#include <fmt/format.h>

#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace planwatch {
namespace {

constexpr std::size_t longest_cell = 8000;  // characters; a cell holds 32,767 of UTF-16
constexpr double chart_width_px = 640;
constexpr double row_px = 20;
constexpr std::array<lxw_color_t, 3> series_colours{0x1565C0, 0x9E9E9E, 0xC62828};

void check_done(lxw_error error)
{
    if (error != LXW_NO_ERROR) throw std::runtime_error{fmt::format("workbook: {}", lxw_strerror(error))};
}

std::string read_whole(int file)
{
    std::string bytes;
    char buffer[65536];
    if (lseek(file, 0, SEEK_SET) != 0) throw std::system_error{errno, std::generic_category(), "workbook"};
    for (ssize_t size = 0; (size = read(file, buffer, sizeof buffer)) != 0;) {
        if (size < 0) throw std::system_error{errno, std::generic_category(), "workbook"};
        bytes.append(buffer, static_cast<std::size_t>(size));
    }
    return bytes;
}

std::string column_name(std::uint16_t column)
{
    std::string name;
    for (int rest = column + 1; rest > 0; rest = (rest - 1) / 26) name.insert(name.begin(), static_cast<char>('A' + (rest - 1) % 26));
    return name;
}

}  // namespace

// The library writes to a path alone, and there is no other file than this one in memory.
Workbook::Workbook(std::string_view title, Instant created) : file_{memfd_create("workbook", MFD_CLOEXEC)}
{
    if (file_ < 0) throw std::system_error{errno, std::generic_category(), "workbook"};
    book_ = workbook_new(fmt::format("/proc/self/fd/{}", file_).c_str());
    if (!book_) throw std::runtime_error{"workbook: it cannot be begun"};
    std::string name = to_xml_line(clip(title, 200));
    std::string author = "planwatch";
    lxw_doc_properties properties{.title = name.data(), .author = author.data()};
    properties.created = std::chrono::floor<std::chrono::seconds>(created).time_since_epoch().count();
    check_done(workbook_set_properties(book_, &properties));
    const auto format = [&](const char* number) {
        lxw_format* made = workbook_add_format(book_);
        format_set_align(made, LXW_ALIGN_VERTICAL_TOP);
        if (number) format_set_num_format(made, number);
        return made;
    };
    heading_ = format(nullptr);
    format_set_bold(heading_);
    format_set_text_wrap(heading_);
    format_set_bg_color(heading_, 0xE3ECF7);
    format_set_bottom(heading_, LXW_BORDER_THIN);
    text_ = format(nullptr);
    format_set_text_wrap(text_);
    number_ = format("General");
    share_ = format("0.0%");
    day_ = format("yyyy-mm-dd");
}

Workbook::~Workbook()
{
    if (book_) lxw_workbook_free(book_);
    if (file_ >= 0) close(file_);
}

lxw_worksheet* Workbook::add_worksheet(std::string_view name)
{
    lxw_worksheet* sheet = workbook_add_worksheet(book_, std::string{name}.c_str());
    if (!sheet) throw std::runtime_error{fmt::format("workbook: there is no sheet of the name {}", name)};
    constexpr std::uint8_t a4 = 9;
    worksheet_set_paper(sheet, a4);
    worksheet_set_landscape(sheet);
    worksheet_fit_to_pages(sheet, 1, 0);
    return sheet;
}

Workbook::Sheet& Workbook::add_sheet(std::string_view name, const std::vector<Column>& columns, std::uint16_t frozen)
{
    Sheet& sheet = *sheets_.emplace_back(std::make_unique<Sheet>());
    sheet.book_ = this;
    sheet.sheet_ = add_worksheet(name);
    sheet.name_ = name;
    for (const Column& column : columns) {
        check_done(worksheet_set_column(sheet.sheet_, sheet.columns_, sheet.columns_, column.width, nullptr));
        check_done(worksheet_write_string(sheet.sheet_, 0, sheet.columns_++, column.heading.c_str(), heading_));
    }
    worksheet_freeze_panes(sheet.sheet_, 1, frozen);
    check_done(worksheet_repeat_rows(sheet.sheet_, 0, 0));
    return sheet;
}

void Workbook::write(lxw_worksheet* sheet, std::uint32_t row, std::uint16_t column, const Cell& cell)
{
    const auto write_number = [&](double value, lxw_format* format) {
        if (std::isfinite(value)) check_done(worksheet_write_number(sheet, row, column, value, format));
    };
    if (const auto* text = std::get_if<std::string>(&cell)) {
        if (!text->empty()) check_done(worksheet_write_string(sheet, row, column, to_xml_line(clip(*text, longest_cell)).c_str(), text_));
    } else if (const auto* number = std::get_if<double>(&cell)) {
        write_number(*number, number_);
    } else if (const auto* share = std::get_if<Share>(&cell)) {
        write_number(share->value, share_);
    } else if (const auto* day = std::get_if<Day>(&cell)) {
        const std::chrono::year_month_day date{*day};
        lxw_datetime when{static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())), static_cast<int>(static_cast<unsigned>(date.day())), 0, 0, 0};
        check_done(worksheet_write_datetime(sheet, row, column, &when, day_));
    }
}

void Workbook::Sheet::add(const std::vector<Cell>& cells)
{
    ++rows_;
    for (std::size_t i = 0; i < cells.size(); ++i) book_->write(sheet_, rows_, static_cast<std::uint16_t>(i), cells[i]);
}

std::string Workbook::Sheet::range(std::uint16_t column, std::uint32_t row, std::uint32_t count) const
{
    const std::string letter = column_name(column);
    return fmt::format("='{}'!${}${}:${}${}", name_, letter, row + 2, letter, row + 1 + count);
}

void Workbook::add_chart(std::string_view title, ChartKind kind, const std::vector<Series>& series, std::string_view number_format, double height)
{
    if (!charts_) {
        charts_ = add_worksheet("图表");
        worksheet_gridlines(charts_, LXW_HIDE_ALL_GRIDLINES);
        check_done(worksheet_set_column(charts_, 0, 0, 2, nullptr));
    }
    lxw_chart* chart = workbook_add_chart(book_, kind == ChartKind::bars ? LXW_CHART_BAR : LXW_CHART_LINE);
    for (std::size_t i = 0; i < series.size(); ++i) {
        lxw_chart_series* made = chart_add_series(chart, series[i].categories.c_str(), series[i].values.c_str());
        chart_series_set_name(made, series[i].name.c_str());
        const lxw_color_t colour = series_colours[i % series_colours.size()];
        lxw_chart_fill fill{.color = colour};
        lxw_chart_line line{.color = colour, .width = i == 0 ? 2.5F : 1.5F};
        if (kind == ChartKind::bars)
            chart_series_set_fill(made, &fill);
        else
            chart_series_set_line(made, &line);
    }
    chart_title_set_name(chart, to_xml_line(clip(title, 60)).c_str());
    lxw_chart_font type{.size = 12};
    chart_title_set_name_font(chart, &type);
    lxw_chart_line faint{.color = 0xE0E0E0, .width = 0.75F};
    chart_axis_major_gridlines_set_line(kind == ChartKind::bars ? chart->x_axis : chart->y_axis, &faint);
    chart_axis_major_gridlines_set_visible(kind == ChartKind::bars ? chart->x_axis : chart->y_axis, LXW_TRUE);
    chart_legend_set_position(chart, series.size() > 1 ? LXW_CHART_LEGEND_BOTTOM : LXW_CHART_LEGEND_NONE);
    if (kind == ChartKind::bars) {
        chart_axis_set_reverse(chart->y_axis);  // the first row at the top
        chart_axis_set_min(chart->x_axis, 0);
        chart_axis_set_num_format(chart->x_axis, std::string{number_format}.c_str());
    } else {
        chart_axis_set_num_format(chart->x_axis, "yyyy-mm");
        chart_axis_set_num_format(chart->y_axis, std::string{number_format}.c_str());
    }
    lxw_chart_options options{.x_scale = chart_width_px / 480, .y_scale = height / 288};
    const auto row = static_cast<lxw_row_t>(chart_top_ / row_px);
    check_done(worksheet_insert_chart_opt(charts_, row, chart_at_right_ ? 11 : 1, chart, &options));
    row_height_ = std::max(row_height_, height + row_px);
    if (chart_at_right_) {
        chart_top_ += row_height_;
        row_height_ = 0;
    }
    chart_at_right_ = !chart_at_right_;
}

std::string Workbook::finish()
{
    for (const auto& sheet : sheets_)
        if (sheet->rows_ > 0) check_done(worksheet_autofilter(sheet->sheet_, 0, 0, sheet->rows_, static_cast<lxw_col_t>(sheet->columns_ - 1)));
    lxw_workbook* book = std::exchange(book_, nullptr);  // closing it frees it, whatever comes of it
    check_done(workbook_close(book));
    return read_whole(file_);
}

}  // namespace planwatch
