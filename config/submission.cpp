#include "config/submission.hpp"

#include "config/json.hpp"
#include "config/submission_reader.hpp"
#include "config/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch {
namespace {

void append_member(std::string& out, std::string_view key, std::string_view text)
{
    out += out.back() == '{' ? "\"" : ",\"";
    out += key;
    out += "\":";
    append_json_string(out, text);
}

void append_optional_member(std::string& out, std::string_view key, std::string_view text)
{
    if (!text.empty()) append_member(out, key, text);
}

void append_number(std::string& out, const RawValue& value)
{
    if (value.value) {
        out += value.value->to_string();
        return;
    }
    out += "{\"numerator\":";
    out += value.numerator.value_or(Decimal{}).to_string();
    out += ",\"denominator\":";
    out += value.denominator.value_or(Decimal{}).to_string();
    out += '}';
}

}  // namespace

namespace reading {

void FaultCount::add_left_out(Problems& told) const
{
    if (overfull()) told.push_back({"", fmt::format("and {} more problems", count_ - most)});
}

std::optional<std::string> field_problem(std::string_view text, std::size_t longest, bool required)
{
    if (required && text.empty()) return "is empty";
    if (text.size() > longest && length(text) > longest)
        return fmt::format("has {} characters; expected at most {}", length(text), longest);
    return text_problem(text);
}

Number read_number(std::string_view text)
{
    if (const auto value = Decimal::parse(text)) {
        if (*value < Decimal{}) return {{}, "is negative; expected a number from 0 on"};
        return {value, {}};
    }
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const std::string_view whole = text.substr(0, text.find('.'));
    const std::string_view fraction = text.substr(std::min(text.size(), whole.size() + 1));
    if (whole.empty() || (whole.size() < text.size() && fraction.empty()) || !std::all_of(whole.begin(), whole.end(), is_digit) ||
        !std::all_of(fraction.begin(), fraction.end(), is_digit))
        return {{}, "is not a number; expected plain digits, as 412 or 6.5"};
    if (negative) return {{}, "is negative; expected a number from 0 on"};
    constexpr std::size_t places = 6;
    if (fraction.size() > places) return {{}, "has more than six decimal places"};
    return {{}, fmt::format("is larger than {}", Decimal::limit)};
}

}  // namespace reading

const Problems& faults_of(const RawSubmission& record) { return record.faults; }
const Problems& faults_of(const RawFiling& record) { return record.faults; }
const Problems& faults_of(const Timed& record)
{
    return std::visit([](const auto& what) -> const Problems& { return what.faults; }, record.what);
}

void append_json(std::string& out, const RawSubmission& submission)
{
    out += '{';
    append_member(out, "plan", submission.plan);
    append_member(out, "unit", submission.unit);
    append_member(out, "period", submission.period);
    out += ",\"values\":{";
    for (std::size_t i = 0; i < submission.values.size(); ++i) {
        if (i != 0) out += ',';
        append_json_string(out, submission.values[i].indicator);
        out += ':';
        append_number(out, submission.values[i]);
    }
    out += '}';
    append_optional_member(out, "note", submission.note);
    out += '}';
}

void append_json(std::string& out, const RawFiling& filing)
{
    out += '{';
    append_member(out, "plan", filing.plan);
    append_member(out, "unit", filing.unit);
    append_member(out, "duty", filing.duty);
    append_optional_member(out, "period", filing.period);
    append_optional_member(out, "title", filing.title);
    append_optional_member(out, "reference", filing.reference);
    append_optional_member(out, "note", filing.note);
    out += '}';
}

std::string to_json(const RawSubmission& submission)
{
    std::string out;
    append_json(out, submission);
    return out;
}

std::string to_json(const RawFiling& filing)
{
    std::string out;
    append_json(out, filing);
    return out;
}

}  // namespace planwatch
