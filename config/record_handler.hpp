// The state machine that reads submissions and filings: boost::json's calls move it through list → record → values → value,
// without a tree. What does not belong is noted with its record and passed over, so that one reading finds everything. For
// submission_json.cpp only; the calls stand here to be inlined into the parser.
#pragma once

#include "config/json_sax.hpp"
#include "config/submission_reader.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace planwatch::reading {

using boost::system::error_code;

enum class Field : std::uint8_t { plan, unit, period, values, duty, title, reference, note, at, unknown };

constexpr std::array<std::string_view, 9> field_names{"plan", "unit", "period", "values", "duty", "title", "reference", "note", "at"};

constexpr unsigned bit(Field field) { return 1U << static_cast<unsigned>(field); }

enum class Body : std::uint8_t { submissions, filings, timed };

// One record while it is read.
struct Draft {
    std::array<std::string, field_names.size()> texts;
    std::vector<RawValue> values;
    Problems faults;
    unsigned seen = 0;

    std::string& text(Field field) { return texts[static_cast<std::size_t>(field)]; }
    bool has(Field field) const { return (seen & bit(field)) != 0; }

    RawSubmission take_submission()
    {
        return {std::move(text(Field::plan)), std::move(text(Field::unit)), std::move(text(Field::period)), std::move(values),
                std::move(text(Field::note)), std::move(faults)};
    }
    RawFiling take_filing()
    {
        return {std::move(text(Field::plan)),  std::move(text(Field::unit)),      std::move(text(Field::duty)), std::move(text(Field::period)),
                std::move(text(Field::title)), std::move(text(Field::reference)), std::move(text(Field::note)), std::move(faults)};
    }
    void clear()
    {
        for (std::string& each : texts) each.clear();
        values.clear();
        faults.clear();
        seen = 0;
    }
};

// What a text is read into. Once there are too many faults the rest is only looked through, for the text is refused as it is.
struct Intake {
    Body body = Body::submissions;
    FaultCount count;
    std::vector<RawSubmission> submissions;
    std::vector<RawFiling> filings;
    std::vector<Timed> timed;

    // The draft as a record of the text, whole or not.
    void take(Draft& draft);
    // Something that is no record, in the place of one.
    void take_fault(std::string message);
};

struct RecordHandler : SaxLimits {
    enum class Place : std::uint8_t { document, list, record, values, value };

    explicit RecordHandler(Intake& in) : intake{in} {}

    Intake& intake;
    Place place = Place::document;
    bool in_list = false;
    std::size_t skipping = 0;  // open brackets of a part that is passed over
    Field field = Field::unknown;
    bool ignored = false;      // what follows the present key is passed over
    std::string key;           // of the record or of a value
    std::string text;          // parts of a string
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

    std::string pointer() const;
    void fault(std::string path, std::string message) { intake.count.add(draft.faults, std::move(path), std::move(message)); }
    void problem(std::string message) { fault(pointer(), std::move(message)); }

    void end_skipped()
    {
        if (--skipping == 0) ended_element();
    }

    // A part that was passed over, or a scalar, is done.
    void ended_element() { ignored = false; }

    // ---- keys

    void begin_field(std::string_view name);
    void refuse_key();
    void begin_indicator(std::string_view name);
    std::optional<Decimal>* part_of_value();
    void begin_part(std::string_view name);

    // ---- values of keys

    bool takes_number() const { return skipping == 0 && !ignored && (place == Place::values || place == Place::value); }
    void take_number(Decimal number);
    // A number with an exponent, as programs write very small ones; the double decides.
    void take_rounded(double number);
    void number_problem(std::string message);
    void check_text(std::string_view value);
    void scalar(std::string_view what);
    void refuse(std::string_view what);
    std::string_view expectation() const;

    // ---- ends

    void end_value();
    void end_values();
    void tidy_values();
    void require(unsigned needed);
    void end_record();
    void check_timed();
};

}  // namespace planwatch::reading
