// Submissions from CSV, as spreadsheet programs write it: libcsv finds the fields, this file their meaning.
#include "config/submission_reader.hpp"
#include "config/text.hpp"

#include <algorithm>
#include <array>
#include <csv.h>
#include <fmt/format.h>
#include <set>

namespace planwatch {
namespace {

using namespace reading;

enum class Column : std::uint8_t { plan, unit, period, indicator, value, numerator, denominator, note };

constexpr std::array<std::string_view, 8> column_names{"plan",  "unit",      "period",      "indicator",
                                                       "value", "numerator", "denominator", "note"};

std::vector<std::string> names_of_columns() { return {column_names.begin(), column_names.end()}; }

class CsvReader {
public:
    Result<std::vector<RawSubmission>> read(std::string_view text);

private:
    static void on_field(void* data, std::size_t size, void* self)
    {
        static_cast<CsvReader*>(self)->field({static_cast<const char*>(data), size});
    }
    static void on_end(int terminator, void* self) { static_cast<CsvReader*>(self)->end_of_line(terminator); }

    void field(std::string_view text)
    {
        fields_.emplace_back(text);
        last_terminator_ = 0;
    }
    void end_of_line(int terminator);

    void header();
    void row();
    void names(RawSubmission& names);
    bool belongs_to_last(const RawSubmission& names) const;
    void add_value(RawValue value);
    void add_note();
    RawValue value();
    std::optional<Decimal> number(Column column);

    std::string_view get(Column column) const
    {
        const auto at = positions_[static_cast<std::size_t>(column)];
        return at && *at < fields_.size() ? std::string_view{fields_[*at]} : std::string_view{};
    }
    void problem(std::string message) { problems_.add(fmt::format("line {}", row_line_), std::move(message)); }
    void problem(Column column, std::string message)
    {
        problems_.add(fmt::format("line {}, column {}", row_line_, column_names[static_cast<std::size_t>(column)]), std::move(message));
    }

    ProblemList problems_;
    std::vector<std::string> fields_;
    std::array<std::optional<std::size_t>, column_names.size()> positions_;  // of each column in a row
    std::size_t columns_ = 0;
    bool has_header_ = false;
    bool header_is_good_ = false;
    std::size_t line_ = 1;
    std::size_t row_line_ = 1;  // where the present row begins
    int last_terminator_ = 0;
    std::vector<RawSubmission> submissions_;
    std::set<std::string, std::less<>> indicators_;  // of the last submission
};

// Called for each CR and LF outside quotes, and with -1 at the end of the text.
void CsvReader::end_of_line(int terminator)
{
    row_line_ = line_;
    for (const std::string& each : fields_) line_ += static_cast<std::size_t>(std::count(each.begin(), each.end(), '\n'));
    const bool blank = std::all_of(fields_.begin(), fields_.end(), [](const std::string& each) { return each.empty(); });
    if (!blank) {
        if (!has_header_) {
            header();
        } else if (header_is_good_) {
            row();
        }
    }
    fields_.clear();
    if (terminator == '\r' || (terminator == '\n' && last_terminator_ != '\r')) ++line_;
    last_terminator_ = terminator;
}

void CsvReader::header()
{
    has_header_ = true;
    columns_ = fields_.size();
    bool good = true;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const auto found = std::find(column_names.begin(), column_names.end(), fields_[i]);
        if (found == column_names.end()) {
            problem(fmt::format("unknown column '{}'{}", fields_[i], suggestion(fields_[i], names_of_columns())));
            good = false;
        } else if (auto& position = positions_[static_cast<std::size_t>(found - column_names.begin())]; position) {
            problem(fmt::format("column '{}' stands twice", fields_[i]));
            good = false;
        } else {
            position = i;
        }
    }
    const auto has = [this](Column column) { return positions_[static_cast<std::size_t>(column)].has_value(); };
    for (const Column column : {Column::plan, Column::unit, Column::period, Column::indicator}) {
        if (has(column)) continue;
        problem(fmt::format("the header has no column '{}'", column_names[static_cast<std::size_t>(column)]));
        good = false;
    }
    if (!has(Column::value) && !(has(Column::numerator) && has(Column::denominator))) {
        problem("the header has neither a column 'value' nor both 'numerator' and 'denominator'");
        good = false;
    }
    header_is_good_ = good;
}

void CsvReader::row()
{
    if (fields_.size() != columns_) {
        problem(fmt::format("has {} columns; expected {} as in the header", fields_.size(), columns_));
        return;
    }
    RawSubmission read;
    names(read);
    RawValue figure = value();
    if (!belongs_to_last(read)) {
        submissions_.push_back(std::move(read));
        indicators_.clear();
    }
    add_value(std::move(figure));
    add_note();
}

void CsvReader::names(RawSubmission& read)
{
    const std::pair<Column, std::string*> members[] = {{Column::plan, &read.plan}, {Column::unit, &read.unit}, {Column::period, &read.period}};
    for (const auto& [column, member] : members) {
        *member = get(column);
        if (const auto wrong = field_problem(*member, max_id_length, true)) problem(column, *wrong);
    }
}

bool CsvReader::belongs_to_last(const RawSubmission& read) const
{
    if (submissions_.empty()) return false;
    const RawSubmission& last = submissions_.back();
    return last.plan == read.plan && last.unit == read.unit && last.period == read.period;
}

void CsvReader::add_value(RawValue figure)
{
    if (const auto wrong = field_problem(figure.indicator, max_id_length, true)) problem(Column::indicator, *wrong);
    if (!indicators_.insert(figure.indicator).second)
        problem(Column::indicator, fmt::format("'{}' stands twice for this unit and period; expected it once", figure.indicator));
    submissions_.back().values.push_back(std::move(figure));
}

void CsvReader::add_note()
{
    const std::string_view note = get(Column::note);
    if (note.empty()) return;
    if (const auto wrong = field_problem(note, max_note_length, false)) problem(Column::note, *wrong);
    std::string& whole = submissions_.back().note;
    if (whole.empty()) {
        whole = note;
    } else if (whole != note) {
        problem(Column::note, "differs from the note of the rows above for the same unit and period; expected one note");
    }
}

RawValue CsvReader::value()
{
    RawValue figure{std::string{get(Column::indicator)}, number(Column::value), number(Column::numerator), number(Column::denominator)};
    const auto filled = [this](Column column) { return !get(column).empty(); };
    const bool whole = filled(Column::value);
    const bool above = filled(Column::numerator);
    const bool below = filled(Column::denominator);
    if (whole && (above || below)) {
        problem("has a value and a numerator or denominator; expected one or the other");
    } else if (!whole && !above && !below) {
        problem("has no number; expected a value, or a numerator and a denominator");
    } else if (!whole && above != below) {
        problem(above ? Column::denominator : Column::numerator, "is empty; a numerator and a denominator belong together");
    }
    return figure;
}

std::optional<Decimal> CsvReader::number(Column column)
{
    const std::string_view text = get(column);
    if (text.empty()) return {};
    Number read = read_number(text);
    if (!read.value) problem(column, std::move(read.problem));
    return read.value;
}

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

Result<std::vector<RawSubmission>> CsvReader::read(std::string_view text)
{
    if (const auto bad = find_invalid_utf8(text)) {
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*bad), '\n');
        return fail(fmt::format("line {}", line), "not UTF-8; expected the file saved as \"CSV UTF-8\"");
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    Parser parser;
    const std::size_t used = csv_parse(&parser.state, text.data(), text.size(), on_field, on_end, this);
    if (used < text.size() || csv_fini(&parser.state, on_field, on_end, this) != 0) {
        if (csv_error(&parser.state) == CSV_ENOMEM || csv_error(&parser.state) == CSV_ETOOBIG) throw std::bad_alloc{};
        problems_.add(fmt::format("line {}", line_), "not CSV: a quote inside or after a field; expected quotes around the whole field, "
                                                     "closed, with quotes inside doubled");
    } else if (!has_header_) {
        problems_.add("line 1", "the text is empty; expected a header row with plan, unit, period, indicator, value");
    } else if (submissions_.empty() && problems_.empty()) {
        problems_.add(fmt::format("line {}", line_), "no row follows the header; expected at least one");
    }
    if (!problems_.empty()) return tl::unexpected<Problems>{problems_.take()};
    return std::move(submissions_);
}

}  // namespace

Result<std::vector<RawSubmission>> parse_submissions_csv(std::string_view text) { return CsvReader{}.read(text); }

}  // namespace planwatch
