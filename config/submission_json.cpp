// Texts of submissions and filings, as one JSON document or one a line; config/record_handler.hpp reads the records.
#include "config/record_handler.hpp"

namespace planwatch {
namespace {

using namespace reading;

// One JSON document: a record, or a list of them. Where it breaks off, the record that it is in the middle of is left out.
std::optional<SaxFault> read_document(Intake& intake, std::string_view text)
{
    boost::json::basic_parser<RecordHandler> parser{strict_json(), intake};
    return parse_with(parser, text);
}

std::string_view trim(std::string_view text)
{
    constexpr std::string_view spaces = " \t\r\n";
    const std::size_t first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

bool is_array(std::string_view text) { return trim(text).starts_with('['); }

template <class Record>
Read<Record> read_text(std::string_view text, Intake intake, std::vector<Record> Intake::*records, bool may_be_empty = false)
{
    Problems wrong;
    if (const auto broken = read_document(intake, text)) {
        const auto [line, column] = position_of(text, broken->offset);
        wrong.push_back({fmt::format("{}:{}", line, column), broken->message});
    } else if ((intake.*records).empty() && !may_be_empty) {
        wrong.push_back({"", "holds no record; expected at least one"});
    }
    Places places = is_array(text) ? Places::of_array() : Places::of_object();
    return outcome(Reading<Record>{std::move(intake.*records), std::move(places)}, std::move(wrong), intake.count);
}

// A line that is no JSON is a record that cannot be read; the other lines are.
void read_line(Intake& intake, std::string_view line)
{
    if (line.front() == '[') return intake.take_fault("is an array; expected one object on each line");
    const FaultCount before = intake.count;
    const auto broken = read_document(intake, line);
    if (!broken) return;
    intake.count = before;
    intake.take_fault(fmt::format("column {}: {}", position_of(line, broken->offset).column, broken->message));
}

template <class Record>
Read<Record> read_lines(std::string_view text, Intake intake, std::vector<Record> Intake::*records, bool may_be_empty = false)
{
    Places places = Places::of_lines();
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t size = text.find('\n');
        const std::string_view line = trim(text.substr(0, size));
        text.remove_prefix(size == std::string_view::npos ? text.size() : size + 1);
        const std::size_t before = (intake.*records).size();
        if (!line.empty()) read_line(intake, line);
        for (std::size_t i = before; i < (intake.*records).size(); ++i) places.add_line(number);
    }
    Problems wrong;
    if ((intake.*records).empty() && !may_be_empty) wrong.push_back({"", "holds no record; expected at least one"});
    return outcome(Reading<Record>{std::move(intake.*records), std::move(places)}, std::move(wrong), intake.count);
}

Intake intake_of(Body body)
{
    Intake intake;
    intake.body = body;
    return intake;
}

}  // namespace

Read<RawSubmission> parse_submissions(std::string_view json) { return read_text(json, intake_of(Body::submissions), &Intake::submissions); }

Read<RawSubmission> parse_submissions_ndjson(std::string_view text)
{
    return read_lines(text, intake_of(Body::submissions), &Intake::submissions);
}

Read<RawFiling> parse_filings(std::string_view json) { return read_text(json, intake_of(Body::filings), &Intake::filings); }

Read<Timed> parse_timed(std::string_view text)
{
    if (is_array(text)) return read_text(text, intake_of(Body::timed), &Intake::timed, true);
    return read_lines(text, intake_of(Body::timed), &Intake::timed, true);
}

}  // namespace planwatch
