#include "config/record_handler.hpp"

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

std::string RecordHandler::pointer() const
{
    std::string path = intake.line;
    if (in_list) append_pointer(path, std::to_string(index));
    if (place == Place::record) append_pointer(path, key);
    if (place == Place::values || place == Place::value) path += "/values";
    if (place == Place::value || (place == Place::values && !draft.values.empty())) append_pointer(path, draft.values.back().indicator);
    if (place == Place::value && !key.empty()) append_pointer(path, key);
    return path;
}

std::string RecordHandler::record_pointer(std::string_view member) const
{
    std::string path = intake.line;
    if (in_list) append_pointer(path, std::to_string(index));
    if (!member.empty()) append_pointer(path, member);
    return path;
}

std::string RecordHandler::value_pointer(const RawValue& value) const
{
    std::string path = record_pointer("values");
    append_pointer(path, value.indicator);
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
    if (intake.problems.full()) return problem({});
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
    } else {
        number_problem(fmt::format("is negative, larger than {}, or has more than six decimal places", Decimal::limit));
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
    value_is_faulty = true;
    problem(fmt::format("is {}; expected {}", what, expectation()));
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
    if (draft.values.empty()) {
        intake.problems.add(record_pointer("values"), "is empty; expected at least one indicator with its number");
        return;
    }
    if (draft.values.size() == 1) return;
    std::vector<const RawValue*> sorted;
    for (const RawValue& value : draft.values) sorted.push_back(&value);
    std::sort(sorted.begin(), sorted.end(), [](const RawValue* a, const RawValue* b) { return a->indicator < b->indicator; });
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (sorted[i]->indicator == sorted[i - 1]->indicator)
            intake.problems.add(value_pointer(*sorted[i]), "stands twice; expected it once");
}

void RecordHandler::require(unsigned needed)
{
    for (std::size_t i = 0; i < field_names.size(); ++i)
        if ((needed & ~draft.seen & bit(static_cast<Field>(i))) != 0)
            intake.problems.add(record_pointer(), fmt::format("has no '{}'", field_names[i]));
}

void RecordHandler::end_record()
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

void RecordHandler::end_timed()
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

}  // namespace planwatch::reading
