// Submissions and filings from JSON, in one pass and without a tree: the parser's calls move a small state machine through
// list → record → values → value. What does not belong is noted and passed over, so that one reading finds everything.
#include "config/json_sax.hpp"
#include "config/submission_reader.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace planwatch {
namespace {

using boost::system::error_code;

enum class Field : std::uint8_t { plan, unit, period, values, duty, title, reference, note, at, unknown };

constexpr std::array<std::string_view, 9> field_names{"plan", "unit", "period", "values", "duty", "title", "reference", "note", "at"};

constexpr unsigned bit(Field field) { return 1U << static_cast<unsigned>(field); }

constexpr unsigned submission_fields = bit(Field::plan) | bit(Field::unit) | bit(Field::period) | bit(Field::values) | bit(Field::note);
constexpr unsigned filing_fields = bit(Field::plan) | bit(Field::unit) | bit(Field::duty) | bit(Field::period) | bit(Field::title) |
                                   bit(Field::reference) | bit(Field::note);
constexpr unsigned submission_needs = submission_fields & ~bit(Field::note);
constexpr unsigned filing_needs = bit(Field::plan) | bit(Field::unit) | bit(Field::duty);

bool is_note(Field field) { return field == Field::note || field == Field::title || field == Field::reference; }

enum class Body : std::uint8_t { submissions, filings, timed };

constexpr unsigned allowed_fields(Body body)
{
    if (body == Body::submissions) return submission_fields;
    if (body == Body::filings) return filing_fields;
    return submission_fields | filing_fields | bit(Field::at);
}

// One record while it is read.
struct Draft {
    std::array<std::string, field_names.size()> texts;
    std::vector<RawValue> values;
    unsigned seen = 0;

    std::string& text(Field field) { return texts[static_cast<std::size_t>(field)]; }
    bool has(Field field) const { return (seen & bit(field)) != 0; }

    RawSubmission take_submission()
    {
        return {std::move(text(Field::plan)), std::move(text(Field::unit)), std::move(text(Field::period)), std::move(values),
                std::move(text(Field::note))};
    }
    RawFiling take_filing()
    {
        return {std::move(text(Field::plan)),  std::move(text(Field::unit)),      std::move(text(Field::duty)), std::move(text(Field::period)),
                std::move(text(Field::title)), std::move(text(Field::reference)), std::move(text(Field::note))};
    }
    void clear()
    {
        for (std::string& each : texts) each.clear();
        values.clear();
        seen = 0;
    }
};

// Where a text stands and what it is read into.
struct Intake {
    Body body = Body::submissions;
    std::string line;  // "line 3: " of NDJSON, empty otherwise
    ProblemList problems;
    std::vector<RawSubmission> submissions;
    std::vector<RawFiling> filings;
    std::vector<Timed> timed;
};

struct RecordHandler : SaxLimits {
    enum class Place : std::uint8_t { document, list, record, values, value };

    explicit RecordHandler(Intake& in) : intake{in} {}

    Intake& intake;
    Place place = Place::document;
    bool in_list = false;
    std::size_t index = 0;    // in the list
    std::size_t skipping = 0;  // open brackets of a part that is passed over
    Field field = Field::unknown;
    bool ignored = false;     // what follows the present key is passed over
    std::string key;          // of the record or of a value
    std::string text;         // parts of a string
    Draft draft;
    bool value_is_faulty = false;

    // ---- the parser's calls

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code&)
    {
        if (skipping != 0 || ignored) {
            ++skipping;
        } else if (place == Place::document || place == Place::list) {
            draft.clear();
            place = Place::record;
        } else if (place == Place::record && field == Field::values) {
            place = Place::values;
        } else if (place == Place::values) {
            place = Place::value;
            value_is_faulty = false;
        } else {
            refuse("an object");
            ++skipping;
        }
        return true;
    }

    bool on_object_end(std::size_t, error_code&)
    {
        if (skipping != 0) {
            end_skipped();
        } else if (place == Place::value) {
            end_value();
            place = Place::values;
        } else if (place == Place::values) {
            end_values();
            place = Place::record;
        } else {
            end_record();
            place = in_list ? Place::list : Place::document;
            ++index;
        }
        return true;
    }

    bool on_array_begin(error_code&)
    {
        if (skipping != 0 || ignored) {
            ++skipping;
        } else if (place == Place::document) {
            place = Place::list;
            in_list = true;
        } else {
            refuse("an array");
            ++skipping;
        }
        return true;
    }

    bool on_array_end(std::size_t, error_code&)
    {
        if (skipping != 0) end_skipped();
        return true;
    }

    bool on_key_part(std::string_view part, std::size_t, error_code&)
    {
        text += part;
        return true;
    }

    bool on_key(std::string_view part, std::size_t, error_code&)
    {
        if (!text.empty()) part = text += part;
        if (skipping == 0) {
            if (place == Place::record) {
                begin_field(part);
            } else if (place == Place::values) {
                begin_indicator(part);
            } else {
                begin_part(part);
            }
        }
        text.clear();
        return true;
    }

    bool on_string_part(std::string_view part, std::size_t, error_code&)
    {
        text += part;
        return true;
    }

    bool on_string(std::string_view part, std::size_t, error_code&)
    {
        if (!text.empty()) part = text += part;
        if (place == Place::record && field != Field::values && skipping == 0 && !ignored) {
            draft.text(field).assign(part);
            check_text(part);
        } else {
            scalar("a string");
        }
        text.clear();
        return true;
    }

    bool on_number_part(std::string_view part, error_code&)
    {
        text += part;
        return true;
    }

    bool on_int64(std::int64_t number, std::string_view, error_code&)
    {
        text.clear();
        if (!takes_number()) {
            scalar("a number");
        } else if (number < 0) {
            number_problem("is negative; expected a number from 0 on");
        } else if (number > Decimal::limit) {
            number_problem(fmt::format("is larger than {}", Decimal::limit));
        } else {
            take_number(Decimal{number});
        }
        return true;
    }

    bool on_uint64(std::uint64_t, std::string_view, error_code&)
    {
        text.clear();
        if (takes_number()) {
            number_problem(fmt::format("is larger than {}", Decimal::limit));
        } else {
            scalar("a number");
        }
        return true;
    }

    // The parser's double is not the number that was written: its text is.
    bool on_double(double number, std::string_view part, error_code& error)
    {
        if (!std::isfinite(number)) {
            error = boost::json::error::exponent_overflow;
            return false;
        }
        const std::string written = std::exchange(text, {}).append(part);
        if (!takes_number()) {
            scalar("a number");
        } else if (written.find_first_of("eE") != std::string::npos) {
            take_rounded(number);
        } else if (const Number read = read_number(written); read.value) {
            take_number(*read.value);
        } else {
            number_problem(read.problem);
        }
        return true;
    }

    bool on_bool(bool, error_code&)
    {
        scalar("true or false");
        return true;
    }
    bool on_null(error_code&)
    {
        scalar("null");
        return true;
    }
    bool on_comment_part(std::string_view, error_code&) { return true; }
    bool on_comment(std::string_view, error_code&) { return true; }

private:
    // ---- where we are

    std::string pointer() const
    {
        std::string path = intake.line;
        if (in_list) append_pointer(path, std::to_string(index));
        if (place == Place::record) append_pointer(path, key);
        if (place == Place::values || place == Place::value) path += "/values";
        if (place == Place::value || (place == Place::values && !draft.values.empty())) append_pointer(path, draft.values.back().indicator);
        if (place == Place::value && !key.empty()) append_pointer(path, key);
        return path;
    }

    std::string record_pointer(std::string_view member = {}) const
    {
        std::string path = intake.line;
        if (in_list) append_pointer(path, std::to_string(index));
        if (!member.empty()) append_pointer(path, member);
        return path;
    }

    std::string value_pointer(const RawValue& value) const
    {
        std::string path = record_pointer("values");
        append_pointer(path, value.indicator);
        return path;
    }

    void problem(std::string message) { intake.problems.add(pointer(), std::move(message)); }

    void end_skipped()
    {
        if (--skipping == 0) ended_element();
    }

    // A part that was passed over, or a scalar, is done.
    void ended_element()
    {
        ignored = false;
        if (place == Place::list) ++index;
    }

    // ---- keys

    void begin_field(std::string_view name)
    {
        key = name;
        const auto found = std::find(field_names.begin(), field_names.end(), name);
        field = static_cast<Field>(found - field_names.begin());
        ignored = field == Field::unknown || (allowed_fields(intake.body) & bit(field)) == 0;
        if (ignored) {
            refuse_key();
        } else if (draft.has(field)) {
            problem("stands twice; expected it once");
            ignored = true;
        } else {
            draft.seen |= bit(field);
        }
    }

    void refuse_key()
    {
        std::vector<std::string> known;
        for (std::size_t i = 0; i < field_names.size(); ++i)
            if ((allowed_fields(intake.body) & bit(static_cast<Field>(i))) != 0) known.emplace_back(field_names[i]);
        problem(fmt::format("unknown key{}", suggestion(key, known)));
    }

    void begin_indicator(std::string_view name)
    {
        draft.values.push_back({std::string{name}, {}, {}, {}});
        key.clear();
        if (const auto wrong = field_problem(name, max_id_length, true)) problem(fmt::format("the indicator's name {}", *wrong));
    }

    std::optional<Decimal>* part_of_value()
    {
        RawValue& value = draft.values.back();
        if (key == "value") return &value.value;
        if (key == "numerator") return &value.numerator;
        if (key == "denominator") return &value.denominator;
        return nullptr;
    }

    void begin_part(std::string_view name)
    {
        key = name;
        const std::optional<Decimal>* const part = part_of_value();
        ignored = !part || part->has_value();
        if (!ignored) return;
        value_is_faulty = true;
        problem(part ? "stands twice; expected it once" : "unknown key; known: value, numerator, denominator");
    }

    // ---- values of keys

    bool takes_number() const { return skipping == 0 && !ignored && (place == Place::values || place == Place::value); }

    void take_number(Decimal number)
    {
        if (place == Place::value) {
            *part_of_value() = number;
        } else {
            draft.values.back().value = number;
        }
    }

    // A number with an exponent, as programs write very small ones; the double decides.
    void take_rounded(double number)
    {
        const auto value = Decimal::from_double(number);
        if (value && *value >= Decimal{}) {
            take_number(*value);
        } else {
            number_problem(fmt::format("is negative, larger than {}, or has more than six decimal places", Decimal::limit));
        }
    }

    void number_problem(std::string message)
    {
        value_is_faulty = true;
        problem(std::move(message));
    }

    void check_text(std::string_view value)
    {
        const bool note = is_note(field);
        const bool required = !note && !(field == Field::period && intake.body != Body::submissions);
        if (const auto wrong = field_problem(value, note ? max_note_length : max_id_length, required)) problem(*wrong);
    }

    void scalar(std::string_view what)
    {
        if (skipping != 0) return;
        if (!ignored) refuse(what);
        ended_element();
    }

    void refuse(std::string_view what)
    {
        value_is_faulty = true;
        problem(fmt::format("is {}; expected {}", what, expectation()));
    }

    std::string_view expectation() const
    {
        switch (place) {
            case Place::document: return "an object or an array of objects";
            case Place::list: return "an object";
            case Place::record: return field == Field::values ? "an object of indicators with their numbers" : "a string";
            case Place::values: return "a number, or an object with numerator and denominator";
            case Place::value: return "a number";
        }
        return {};
    }

    // ---- ends

    void end_value()
    {
        if (value_is_faulty) return;
        const RawValue& value = draft.values.back();
        key.clear();
        if (value.value && (value.numerator || value.denominator)) {
            problem("has a value and a numerator or denominator; expected one or the other");
        } else if (!value.value && !value.numerator && !value.denominator) {
            problem("is empty; expected a value, or a numerator and a denominator");
        } else if (!value.value && !value.denominator) {
            problem("has no denominator");
        } else if (!value.value && !value.numerator) {
            problem("has no numerator");
        }
    }

    void end_values()
    {
        if (draft.values.empty()) {
            intake.problems.add(record_pointer("values"), "is empty; expected at least one indicator with its number");
            return;
        }
        std::vector<const RawValue*> sorted;
        if (draft.values.size() == 1) return;
        for (const RawValue& value : draft.values) sorted.push_back(&value);
        std::sort(sorted.begin(), sorted.end(), [](const RawValue* a, const RawValue* b) { return a->indicator < b->indicator; });
        for (std::size_t i = 1; i < sorted.size(); ++i)
            if (sorted[i]->indicator == sorted[i - 1]->indicator)
                intake.problems.add(value_pointer(*sorted[i]), "stands twice; expected it once");
    }

    void require(unsigned needed)
    {
        for (std::size_t i = 0; i < field_names.size(); ++i)
            if ((needed & ~draft.seen & bit(static_cast<Field>(i))) != 0)
                intake.problems.add(record_pointer(), fmt::format("has no '{}'", field_names[i]));
    }

    void end_record()
    {
        if (intake.body == Body::timed) return end_timed();
        require(intake.body == Body::submissions ? submission_needs : filing_needs);
        if (!intake.problems.empty()) return;
        if (intake.body == Body::submissions) {
            intake.submissions.push_back(draft.take_submission());
        } else {
            intake.filings.push_back(draft.take_filing());
        }
    }

    void end_timed()
    {
        const bool filing = draft.has(Field::duty);
        require((filing ? filing_needs : submission_needs) | bit(Field::at));
        const unsigned fitting = (filing ? filing_fields : submission_fields) | bit(Field::at);
        for (std::size_t i = 0; i < field_names.size(); ++i)
            if ((draft.seen & ~fitting & bit(static_cast<Field>(i))) != 0)
                intake.problems.add(record_pointer(field_names[i]), filing ? "does not belong to a filing (an object with 'duty')"
                                                                           : "does not belong to a submission");
        if (!filing && draft.has(Field::period) && draft.text(Field::period).empty())
            intake.problems.add(record_pointer("period"), "is empty");
        const std::string& at_text = draft.text(Field::at);  // an empty one was noted already
        const Result<Instant> at = at_text.empty() ? Instant{} : parse_instant(at_text);
        if (!at) intake.problems.add(record_pointer("at"), at.error().front().message);
        if (!intake.problems.empty()) return;
        if (filing) {
            intake.timed.push_back({*at, draft.take_filing()});
        } else {
            intake.timed.push_back({*at, draft.take_submission()});
        }
    }
};

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
