#include "config/record_handler.hpp"

#include "rules/nearest.hpp"

#include <set>

namespace planwatch::reading {
namespace {

constexpr unsigned submission_fields = bit(Field::plan) | bit(Field::unit) | bit(Field::period) | bit(Field::values) | bit(Field::note);
constexpr unsigned filing_fields = bit(Field::plan) | bit(Field::unit) | bit(Field::duty) | bit(Field::period) | bit(Field::title) |
                                   bit(Field::reference) | bit(Field::note);
constexpr unsigned submission_needs = submission_fields & ~bit(Field::note);
constexpr unsigned filing_needs = bit(Field::plan) | bit(Field::unit) | bit(Field::duty);

bool is_note(Field field) { return field == Field::note || field == Field::title || field == Field::reference; }

constexpr unsigned allowed_fields(Body body)
{
    if (body == Body::submissions) return submission_fields;
    if (body == Body::filings) return filing_fields;
    return submission_fields | filing_fields | bit(Field::at);
}

}  // namespace

void Intake::take(Draft& draft)
{
    if (count.overfull() && draft.faults.empty()) return;
    if (body == Body::submissions) return submissions.push_back(draft.take_submission());
    if (body == Body::filings) return filings.push_back(draft.take_filing());
    const Result<Instant> at = parse_instant(draft.text(Field::at));
    Timed record{at ? *at : Instant::max(), {}};
    if (draft.has(Field::duty)) {
        record.what = draft.take_filing();
    } else {
        record.what = draft.take_submission();
    }
    timed.push_back(std::move(record));
}

void Intake::take_fault(std::string message)
{
    Draft nothing;
    count.add(nothing.faults, {}, std::move(message));
    take(nothing);
}

// Within the record: where the parser is.
std::string RecordHandler::pointer() const
{
    std::string path;
    if (place == Place::record) append_pointer(path, key);
    if (place == Place::values || place == Place::value) path += "/values";
    if (place == Place::value || (place == Place::values && !draft.values.empty())) append_pointer(path, draft.values.back().indicator);
    if (place == Place::value && !key.empty()) append_pointer(path, key);
    return path;
}

void RecordHandler::begin_field(std::string_view name)
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

void RecordHandler::refuse_key()
{
    if (intake.count.full()) return problem({});
    std::vector<std::string> known;
    for (std::size_t i = 0; i < field_names.size(); ++i)
        if ((allowed_fields(intake.body) & bit(static_cast<Field>(i))) != 0) known.emplace_back(field_names[i]);
    problem(fmt::format("unknown key{}", suggestion(key, known)));
}

void RecordHandler::begin_indicator(std::string_view name)
{
    draft.values.push_back({std::string{name}, {}, {}, {}});
    key.clear();
    if (const auto wrong = field_problem(name, max_id_length, true)) problem(fmt::format("the indicator's name {}", *wrong));
}

std::optional<Decimal>* RecordHandler::part_of_value()
{
    RawValue& value = draft.values.back();
    if (key == "value") return &value.value;
    if (key == "numerator") return &value.numerator;
    if (key == "denominator") return &value.denominator;
    return nullptr;
}

void RecordHandler::begin_part(std::string_view name)
{
    key = name;
    const std::optional<Decimal>* const part = part_of_value();
    ignored = !part || part->has_value();
    if (!ignored) return;
    value_is_faulty = true;
    problem(part ? "stands twice; expected it once" : "unknown key; known: value, numerator, denominator");
}

void RecordHandler::take_number(Decimal number)
{
    if (place == Place::value) {
        *part_of_value() = number;
    } else {
        draft.values.back().value = number;
    }
}

void RecordHandler::take_rounded(double number)
{
    const auto value = Decimal::from_double(number);
    if (value && *value >= Decimal{}) {
        take_number(*value);
    } else if (number < 0) {
        number_problem("is negative; expected a number from 0 on");
    } else if (number > static_cast<double>(Decimal::limit)) {
        number_problem(fmt::format("is larger than {}", Decimal::limit));
    } else {
        number_problem("has more than six decimal places");
    }
}

void RecordHandler::number_problem(std::string message)
{
    value_is_faulty = true;
    problem(std::move(message));
}

void RecordHandler::check_text(std::string_view value)
{
    const bool note = is_note(field);
    const bool required = !note && !(field == Field::period && intake.body != Body::submissions);
    if (const auto wrong = field_problem(value, note ? max_note_length : max_id_length, required)) problem(*wrong);
}

void RecordHandler::scalar(std::string_view what)
{
    if (skipping != 0) return;
    if (!ignored) refuse(what);
    ended_element();
}

void RecordHandler::refuse(std::string_view what)
{
    std::string message = fmt::format("is {}; expected {}", what, expectation());
    if (place == Place::document || place == Place::list) return intake.take_fault(std::move(message));
    value_is_faulty = true;
    problem(std::move(message));
}

std::string_view RecordHandler::expectation() const
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

void RecordHandler::end_value()
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

void RecordHandler::end_values()
{
    const std::vector<RawValue>& values = draft.values;
    if (values.empty()) return fault("/values", "is empty; expected at least one indicator with its number");
    std::vector<std::string_view> names;
    if (values.size() > 1)
        for (const RawValue& value : values) names.emplace_back(value.indicator);
    std::sort(names.begin(), names.end());
    if (!draft.faults.empty() || std::adjacent_find(names.begin(), names.end()) != names.end()) tidy_values();
}

// Keeps each name once, and none that is no name.
void RecordHandler::tidy_values()
{
    std::set<std::string, std::less<>> names;
    std::vector<RawValue> kept;
    for (RawValue& value : draft.values) {
        const bool is_new = names.insert(value.indicator).second;
        if (!is_new) {
            std::string path = "/values";
            append_pointer(path, value.indicator);
            fault(std::move(path), "stands twice; expected it once");
        } else if (!field_problem(value.indicator, max_id_length, true)) {
            kept.push_back(std::move(value));
        }
    }
    draft.values = std::move(kept);
}

void RecordHandler::require(unsigned needed)
{
    for (std::size_t i = 0; i < field_names.size(); ++i)
        if ((needed & ~draft.seen & bit(static_cast<Field>(i))) != 0) fault(fmt::format("/{}", field_names[i]), "is missing");
}

void RecordHandler::end_record()
{
    if (intake.body == Body::timed)
        check_timed();
    else
        require(intake.body == Body::submissions ? submission_needs : filing_needs);
    intake.take(draft);
}

void RecordHandler::check_timed()
{
    const bool filing = draft.has(Field::duty);
    require((filing ? filing_needs : submission_needs) | bit(Field::at));
    const unsigned fitting = (filing ? filing_fields : submission_fields) | bit(Field::at);
    for (std::size_t i = 0; i < field_names.size(); ++i)
        if ((draft.seen & ~fitting & bit(static_cast<Field>(i))) != 0)
            fault(fmt::format("/{}", field_names[i]), filing ? "does not belong to a filing (an object with 'duty')" : "does not belong to a submission");
    if (!filing && draft.has(Field::period) && draft.text(Field::period).empty()) fault("/period", "is empty");
    const std::string& at = draft.text(Field::at);  // an empty one was noted already
    if (const Result<Instant> read = parse_instant(at); !at.empty() && !read) fault("/at", read.error().front().message);
}

}  // namespace planwatch::reading
