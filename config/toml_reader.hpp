// Reading TOML so that every problem is found at once, with its place, and no key is passed over. For the .cpp files
// of this folder only: the public headers do not show toml++.
#pragma once

#include "config/file.hpp"
#include "rules/decimal.hpp"
#include "rules/result.hpp"
#include "rules/time.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <vector>

namespace planwatch::reading {

// Gathers the problems of one or more files and puts them in the files' order.
class Report {
public:
    // The file's root table; none (and a problem) when it is no TOML.
    std::optional<toml::table> parse(const SourceFile& file);

    void add(const toml::source_region& where, std::string message);
    void add(const toml::node& where, std::string message) { add(where.source(), std::move(message)); }
    static std::string place(const toml::source_region& where);  // "file:line:column"

    bool empty() const { return entries_.empty(); }
    Problems take();

private:
    struct Entry {
        std::size_t file = 0;
        toml::source_position at{};
        Problem problem;
    };
    std::vector<std::string> files_;
    std::vector<Entry> entries_;
};

struct TextAt {
    std::string text;
    const toml::node* node = nullptr;
};

// A table while it is read: typed access, and at the end every key that nobody asked for is a problem.
class Section {
public:
    // `what` names it for people: "[plan]", "unit 'samr'".
    Section(Report& report, const toml::table& table, std::string what);

    const toml::table& table() const { return *table_; }
    const std::string& what() const { return what_; }
    void rename(std::string what) { what_ = std::move(what); }
    Report& report() { return *report_; }

    // Without `expected` a missing key is nothing; with it, a problem that tells what was expected.
    const toml::node* get(std::string_view key, std::string_view expected = {});
    std::string text(std::string_view key, std::string_view expected = {});  // never empty when expected, without a problem
    std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most, std::string_view expected = {});
    std::optional<Decimal> decimal(std::string_view key, std::string_view expected = {});  // not negative
    std::optional<Day> day(std::string_view key, std::string_view expected = {});
    bool flag(std::string_view key);
    std::vector<TextAt> texts(std::string_view key);
    std::optional<Section> section(std::string_view key, std::string_view expected = {});
    std::vector<Section> sections(std::string_view key);  // of an array of tables

    // The text under `key` as one of `words`; `fallback` where the key is absent or wrong.
    template <class Enum>
    Enum word(std::string_view key, const std::vector<std::pair<std::string_view, Enum>>& words, Enum fallback,
              std::string_view expected = {});

    void refuse_unknown_keys();

private:
    std::optional<std::size_t> find_word(std::string_view key, const std::vector<std::string>& words, std::string_view expected);

    Report* report_;
    const toml::table* table_;
    std::string what_;
    std::set<std::string, std::less<>> asked_;
};

// "a string", "an array", …
std::string_view type_name(const toml::node& node);
std::optional<std::string> read_text(Report& report, const toml::node& node, std::string_view what);
std::optional<Decimal> read_decimal(Report& report, const toml::node& node, std::string_view what);
std::optional<Day> read_day(Report& report, const toml::node& node, std::string_view what);

template <class Enum>
Enum Section::word(std::string_view key, const std::vector<std::pair<std::string_view, Enum>>& words, Enum fallback,
                   std::string_view expected)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : words) names.emplace_back(name);
    const std::optional<std::size_t> found = find_word(key, names, expected);
    return found ? words[*found].second : fallback;
}

}  // namespace planwatch::reading
