#include "config/toml_reader.hpp"

#include "config/text.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace planwatch::reading {

std::string_view type_name(const toml::node& node)
{
    switch (node.type()) {
        case toml::node_type::none: break;
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return "an array";
        case toml::node_type::string: return "a string";
        case toml::node_type::integer: return "a whole number";
        case toml::node_type::floating_point: return "a number with a fraction";
        case toml::node_type::boolean: return "true or false";
        case toml::node_type::date: return "a date";
        case toml::node_type::time: return "a time of day";
        case toml::node_type::date_time: return "a date with a time";
    }
    return "nothing";
}

std::optional<toml::table> Report::parse(const SourceFile& file)
{
    files_.push_back(file.name);
    // toml++ lets a byte order mark in the middle and some invalid bytes in comments pass.
    if (const auto bad = find_invalid_utf8(file.text)) {
        const std::string_view before = std::string_view{file.text}.substr(0, *bad);
        const auto line = static_cast<toml::source_index>(1 + std::count(before.begin(), before.end(), '\n'));
        const auto column = static_cast<toml::source_index>(1 + length(before.substr(before.rfind('\n') + 1)));
        add({{line, column}, {line, column}, std::make_shared<const std::string>(file.name)}, "not UTF-8; expected a text file in UTF-8");
        return {};
    }
    try {
        return toml::parse(file.text, std::string_view{file.name});
    } catch (const toml::parse_error& error) {
        add(error.source(), fmt::format("not TOML: {}", error.description()));
        return {};
    }
}

void Report::add(const toml::source_region& where, std::string message)
{
    const auto file = where.path ? std::find(files_.begin(), files_.end(), *where.path) : files_.begin();
    entries_.push_back({static_cast<std::size_t>(file - files_.begin()), where.begin, {place(where), std::move(message)}});
}

std::string Report::place(const toml::source_region& where)
{
    return fmt::format("{}:{}:{}", where.path ? *where.path : std::string{}, std::max(where.begin.line, 1U),
                       std::max(where.begin.column, 1U));
}

Problems Report::take()
{
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.file, a.at.line, a.at.column) < std::tie(b.file, b.at.line, b.at.column);
    });
    Problems problems;
    for (Entry& entry : entries_) problems.push_back(std::move(entry.problem));
    entries_.clear();
    return problems;
}

std::optional<std::string> read_text(Report& report, const toml::node& node, std::string_view what)
{
    const auto* text = node.as_string();
    if (!text) {
        report.add(node, fmt::format("{} is {}; expected a string", what, type_name(node)));
        return {};
    }
    if (const auto problem = text_problem(text->get())) {
        report.add(node, fmt::format("{} {}; expected one line of plain text", what, *problem));
        return {};
    }
    return text->get();
}

std::optional<Decimal> read_decimal(Report& report, const toml::node& node, std::string_view what)
{
    std::optional<Decimal> value;
    if (const auto* whole = node.as_integer()) {
        if (whole->get() >= 0 && whole->get() <= Decimal::limit) value = Decimal{whole->get()};
    } else if (const auto* fraction = node.as_floating_point()) {
        value = Decimal::from_double(fraction->get());
        if (value && *value < Decimal{}) value.reset();
    } else {
        report.add(node, fmt::format("{} is {}; expected a number", what, type_name(node)));
        return {};
    }
    if (!value) report.add(node, fmt::format("{} must lie between 0 and {} and have at most six decimal places", what, Decimal::limit));
    return value;
}

std::optional<Day> read_day(Report& report, const toml::node& node, std::string_view what)
{
    const auto* date = node.as_date();
    if (!date) {
        report.add(node, fmt::format("{} is {}; expected a date such as 2023-12-31, without quotes", what, type_name(node)));
        return {};
    }
    const std::chrono::year_month_day day{std::chrono::year{date->get().year}, std::chrono::month{date->get().month},
                                          std::chrono::day{date->get().day}};
    if (!day.ok() || date->get().year < 1970 || date->get().year > 9999) {
        report.add(node, fmt::format("{} is no day between 1970 and 9999", what));
        return {};
    }
    return Day{day};
}

Section::Section(Report& report, const toml::table& table, std::string what)
    : report_{&report}, table_{&table}, what_{std::move(what)}
{
}

const toml::node* Section::get(std::string_view key, std::string_view expected)
{
    asked_.emplace(key);
    const toml::node* const node = table_->get(key);
    if (!node && !expected.empty()) report_->add(*table_, fmt::format("{} has no '{}'; expected {}", what_, key, expected));
    return node;
}

std::string Section::text(std::string_view key, std::string_view expected)
{
    const toml::node* const node = get(key, expected);
    if (!node) return {};
    auto text = read_text(*report_, *node, fmt::format("'{}'", key));
    if (text && text->empty() && !expected.empty()) report_->add(*node, fmt::format("'{}' is empty; expected {}", key, expected));
    return text ? std::move(*text) : std::string{};
}

std::optional<std::int64_t> Section::integer(std::string_view key, std::int64_t least, std::int64_t most, std::string_view expected)
{
    const toml::node* const node = get(key, expected);
    if (!node) return {};
    const auto* number = node->as_integer();
    if (!number) {
        report_->add(*node, fmt::format("'{}' is {}; expected a whole number from {} to {}", key, type_name(*node), least, most));
        return {};
    }
    if (number->get() < least || number->get() > most) {
        report_->add(*node, fmt::format("'{}' is {}; expected a whole number from {} to {}", key, number->get(), least, most));
        return {};
    }
    return number->get();
}

std::optional<Decimal> Section::decimal(std::string_view key, std::string_view expected)
{
    const toml::node* const node = get(key, expected);
    return node ? read_decimal(*report_, *node, fmt::format("'{}'", key)) : std::nullopt;
}

std::optional<Day> Section::day(std::string_view key, std::string_view expected)
{
    const toml::node* const node = get(key, expected);
    return node ? read_day(*report_, *node, fmt::format("'{}'", key)) : std::nullopt;
}

bool Section::flag(std::string_view key)
{
    const toml::node* const node = get(key);
    if (!node) return false;
    if (const auto* flag = node->as_boolean()) return flag->get();
    report_->add(*node, fmt::format("'{}' is {}; expected true or false", key, type_name(*node)));
    return false;
}

std::vector<TextAt> Section::texts(std::string_view key)
{
    const toml::node* const node = get(key);
    if (!node) return {};
    const toml::array* const array = node->as_array();
    if (!array) {
        report_->add(*node, fmt::format("'{}' is {}; expected an array of strings", key, type_name(*node)));
        return {};
    }
    std::vector<TextAt> texts;
    for (const toml::node& element : *array) {
        auto text = read_text(*report_, element, fmt::format("an element of '{}'", key));
        if (text && text->empty()) report_->add(element, fmt::format("an element of '{}' is empty", key));
        if (text && !text->empty()) texts.push_back({std::move(*text), &element});
    }
    return texts;
}

std::optional<Section> Section::section(std::string_view key, std::string_view expected)
{
    const toml::node* const node = get(key, expected);
    if (!node) return {};
    if (const toml::table* const inner = node->as_table()) return Section{*report_, *inner, fmt::format("[{}]", key)};
    report_->add(*node, fmt::format("'{}' is {}; expected a table [{}]", key, type_name(*node), key));
    return {};
}

std::vector<Section> Section::sections(std::string_view key)
{
    const toml::node* const node = get(key);
    if (!node) return {};
    const toml::array* const array = node->as_array();
    if (!array) {
        report_->add(*node, fmt::format("'{}' is {}; expected an array of tables, [[{}]]", key, type_name(*node), key));
        return {};
    }
    std::vector<Section> sections;
    for (const toml::node& element : *array) {
        if (const toml::table* const inner = element.as_table()) {
            sections.emplace_back(*report_, *inner, fmt::format("[[{}]]", key));
        } else {
            report_->add(element, fmt::format("an element of '{}' is {}; expected a table", key, type_name(element)));
        }
    }
    return sections;
}

std::optional<std::size_t> Section::find_word(std::string_view key, const std::vector<std::string>& words, std::string_view expected)
{
    const toml::node* const node = get(key, expected);
    if (!node) return {};
    const auto text = read_text(*report_, *node, fmt::format("'{}'", key));
    if (!text) return {};
    const auto found = std::find(words.begin(), words.end(), *text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    report_->add(*node, fmt::format("unknown {} '{}'{}", key, *text, suggestion(*text, words)));
    return {};
}

void Section::refuse_unknown_keys()
{
    const std::vector<std::string> known{asked_.begin(), asked_.end()};
    for (const auto& [key, node] : *table_) {
        if (asked_.contains(key.str())) continue;
        const auto& where = key.source().path ? key.source() : node.source();
        report_->add(where, fmt::format("unknown key '{}' in {}{}", key.str(), what_, suggestion(key.str(), known)));
    }
}

}  // namespace planwatch::reading
