// Texts of submissions and filings, as one JSON document or one a line; config/record_handler.hpp reads the records.
#include "config/record_handler.hpp"

namespace planwatch {
namespace {

using namespace reading;

// One JSON document: a record, or a list of them.
void read_document(Intake& intake, std::string_view text)
{
    boost::json::basic_parser<RecordHandler> parser{strict_json(), intake};
    const auto fault = parse_with(parser, text);
    if (!fault) return;
    const auto [line, column] = position_of(text, fault->offset);
    intake.problems.add(intake.line.empty() ? fmt::format("{}:{}", line, column) : fmt::format("{}column {}", intake.line, column),
                        fault->message);
}

std::string_view trim(std::string_view text)
{
    constexpr std::string_view spaces = " \t\r\n";
    const std::size_t first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

void read_lines(Intake& intake, std::string_view text)
{
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t size = text.find('\n');
        const std::string_view line = trim(text.substr(0, size));
        text.remove_prefix(size == std::string_view::npos ? text.size() : size + 1);
        if (line.empty()) continue;
        intake.line = fmt::format("line {}: ", number);
        if (line.front() == '[') {
            intake.problems.add(fmt::format("line {}", number), "is an array; expected one object on each line");
            continue;
        }
        read_document(intake, line);
    }
}

// "line 3: " without anything after it is a line as a whole.
Problems tidy(Problems problems)
{
    for (Problem& each : problems)
        if (each.path.ends_with(": ")) each.path.resize(each.path.size() - 2);
    return problems;
}

template <class T>
Result<std::vector<T>> result(Intake& intake, std::vector<T> Intake::*records, bool may_be_empty = false)
{
    if (intake.problems.empty() && !may_be_empty && (intake.*records).empty())
        intake.problems.add("", "holds no record; expected at least one");
    if (!intake.problems.empty()) return tl::unexpected<Problems>{tidy(intake.problems.take())};
    return std::move(intake.*records);
}

}  // namespace

Result<std::vector<RawSubmission>> parse_submissions(std::string_view json)
{
    Intake intake;
    read_document(intake, json);
    return result(intake, &Intake::submissions);
}

Result<std::vector<RawSubmission>> parse_submissions_ndjson(std::string_view text)
{
    Intake intake;
    read_lines(intake, text);
    return result(intake, &Intake::submissions);
}

Result<std::vector<RawFiling>> parse_filings(std::string_view json)
{
    Intake intake;
    intake.body = Body::filings;
    read_document(intake, json);
    return result(intake, &Intake::filings);
}

Result<std::vector<Timed>> parse_timed(std::string_view text)
{
    Intake intake;
    intake.body = Body::timed;
    if (trim(text).starts_with('[')) {
        read_document(intake, text);
    } else {
        read_lines(intake, text);
    }
    return result(intake, &Intake::timed, true);
}

}  // namespace planwatch
