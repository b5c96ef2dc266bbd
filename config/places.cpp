#include "config/places.hpp"

#include "rules/result.hpp"

#include <fmt/format.h>

namespace planwatch {

std::string line_place(std::size_t line, std::string_view column)
{
    return column.empty() ? fmt::format("line {}", line) : fmt::format("line {}, column {}", line, column);
}

void Places::add_value(std::string_view indicator, std::size_t line)
{
    if (line == lines_.back()) return;
    std::string pointer = "/values";
    append_pointer(pointer, indicator);
    values_[lines_.size() - 1].emplace(std::move(pointer), line);
}

std::string Places::path(std::size_t record, std::string_view pointer) const
{
    if (kind_ == Kind::array) return fmt::format("/{}{}", record, pointer);
    if (kind_ == Kind::lines) return line_place(lines_.at(record)) + (pointer.empty() ? "" : ": ") + std::string{pointer};
    if (kind_ == Kind::table && (pointer.empty() || pointer.front() == '/')) return cell(record, pointer);
    return std::string{pointer};
}

std::string Places::path_within(std::size_t record, std::string_view pointer) const
{
    return kind_ == Kind::table ? path(record, pointer) : std::string{pointer};
}

// A row stands for one value: "/values/disposal" is all of it, "/values/disposal/numerator" a column.
std::string Places::cell(std::size_t record, std::string_view pointer) const
{
    const std::string_view values = "/values/";
    if (!pointer.starts_with(values)) return line_place(lines_.at(record), pointer.substr(pointer.empty() ? 0 : 1));
    const std::size_t end = pointer.find('/', values.size());
    const std::string_view column = end == std::string_view::npos ? std::string_view{} : pointer.substr(end + 1);
    const auto of_record = values_.find(record);
    if (of_record == values_.end()) return line_place(lines_.at(record), column);
    const auto value = of_record->second.find(pointer.substr(0, end));
    return line_place(value == of_record->second.end() ? lines_.at(record) : value->second, column);
}

}  // namespace planwatch
