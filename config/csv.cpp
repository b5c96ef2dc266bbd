#include "config/csv.hpp"

#include "config/text.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <csv.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace planwatch::reading {
namespace {

// libcsv keeps its buffer in a C struct.
struct Parser {
    Parser()
    {
        constexpr unsigned char options = CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL;
        if (csv_init(&state, options) != 0) throw std::bad_alloc{};
    }
    ~Parser() { csv_free(&state); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
    csv_parser state{};
};

}  // namespace

std::string_view CsvRow::operator[](std::size_t column) const
{
    const auto at = table_.positions_[column];
    return at && *at < table_.fields_.size() ? std::string_view{table_.fields_[*at]} : std::string_view{};
}

std::size_t CsvRow::line() const { return table_.row_line_; }

void CsvRow::problem(std::string message) const { table_.problem(std::move(message)); }

void CsvRow::problem(std::size_t column, std::string message) const
{
    table_.problems_.add(fmt::format("{}, column {}", table_.place(table_.row_line_), table_.columns_[column].name), std::move(message));
}

CsvTable::CsvTable(std::span<const CsvColumn> columns, ProblemList& problems, std::string name)
    : columns_{columns}, problems_{problems}, name_{std::move(name)}, positions_(columns.size())
{
}

std::string CsvTable::place(std::size_t line) const
{
    return name_.empty() ? line_place(line) : fmt::format("{}:{}", name_, line);
}

void CsvTable::problem(std::string message) { problems_.add(place(row_line_), std::move(message)); }

void CsvTable::field(std::string_view text)
{
    fields_.emplace_back(text);
    last_terminator_ = 0;
}

// Called for each CR and LF outside quotes, and with -1 at the end of the text.
void CsvTable::end_of_line(int terminator)
{
    row_line_ = line_;
    for (const std::string& each : fields_) line_ += static_cast<std::size_t>(std::count(each.begin(), each.end(), '\n'));
    const bool blank = std::all_of(fields_.begin(), fields_.end(), [](const std::string& each) { return each.empty(); });
    if (!blank && !has_header_) {
        header();
    } else if (!blank && header_is_good_) {
        ++rows_;
        if (fields_.size() == width_) {
            (*row_)(CsvRow{*this});
        } else {
            std::string message = fmt::format("has {} columns; expected {} as in the header", fields_.size(), width_);
            misfit ? misfit(row_line_, std::move(message)) : problem(std::move(message));
        }
    }
    fields_.clear();
    if (terminator == '\r' || (terminator == '\n' && last_terminator_ != '\r')) ++line_;
    last_terminator_ = terminator;
}

// False where the header's field is no column, or one that stands there already.
bool CsvTable::place_column(std::size_t position)
{
    const std::string& text = fields_[position];
    const auto found = std::find_if(columns_.begin(), columns_.end(),
                                    [&](const CsvColumn& column) { return text == column.name || (!text.empty() && text == column.chinese); });
    if (found == columns_.end()) {
        std::vector<std::string> names;
        for (const CsvColumn& column : columns_) names.emplace_back(column.name);
        problem(fmt::format("unknown column '{}'{}", text, suggestion(text, names)));
        return false;
    }
    auto& known = positions_[static_cast<std::size_t>(found - columns_.begin())];
    if (known) {
        problem(fmt::format("column '{}' stands twice", text));
        return false;
    }
    known = position;
    return true;
}

void CsvTable::header()
{
    has_header_ = true;
    width_ = fields_.size();
    header_is_good_ = true;
    for (std::size_t i = 0; i < fields_.size(); ++i) header_is_good_ &= place_column(i);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!columns_[i].required || has(i)) continue;
        problem(fmt::format("the header has no column '{}'", columns_[i].name));
        header_is_good_ = false;
    }
    if (std::string wrong = check_header ? check_header(*this) : std::string{}; !wrong.empty()) {
        problem(std::move(wrong));
        header_is_good_ = false;
    }
}

void CsvTable::read(std::string_view text, const std::function<void(const CsvRow&)>& row)
{
    row_ = &row;
    if (const auto bad = find_invalid_utf8(text)) {
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*bad), '\n');
        return problems_.add(place(static_cast<std::size_t>(line)), "not UTF-8; expected the file saved as \"CSV UTF-8\"");
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    Parser parser;
    const std::size_t used = csv_parse(&parser.state, text.data(), text.size(), on_field, on_end, this);
    if (used < text.size() || csv_fini(&parser.state, on_field, on_end, this) != 0) {
        if (csv_error(&parser.state) == CSV_ENOMEM || csv_error(&parser.state) == CSV_ETOOBIG) throw std::bad_alloc{};
        problems_.add(place(line_), "not CSV: a quote inside or after a field; expected quotes around the whole field, "
                                    "closed, with quotes inside doubled");
    } else if (!has_header_) {
        std::vector<std::string_view> names;
        for (const CsvColumn& column : columns_) names.push_back(column.name);
        problems_.add(place(1), fmt::format("the text is empty; expected a header row with {}", fmt::join(names, ", ")));
    } else if (rows_ == 0 && header_is_good_) {
        problems_.add(place(line_), "no row follows the header; expected at least one");
    }
}

}  // namespace planwatch::reading
