#include "daemon/api_query.hpp"

#include "rules/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace planwatch {

QueryReader::QueryReader(const Request& request, std::initializer_list<std::string_view> known) : request_{request}
{
    for (std::size_t i = 0; i < request.query.size(); ++i) {
        const std::string& name = request.query[i].name;
        const auto same = [&](const QueryParameter& other) { return other.name == name; };
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            const bool none = known.size() == 0;
            problem(name, none ? "unknown parameter; this resource takes none" : fmt::format("unknown parameter; known are {}", fmt::join(known, ", ")));
        } else if (std::any_of(request.query.begin(), request.query.begin() + static_cast<std::ptrdiff_t>(i), same)) {
            problem(name, "stands twice; expected it once");
        }
    }
}

void QueryReader::problem(std::string_view name, std::string message) { problems_.push_back({fmt::format("?{}", name), std::move(message)}); }

std::string_view QueryReader::text(std::string_view name) const
{
    for (const QueryParameter& parameter : request_.query) {
        if (parameter.name == name) return parameter.value;
    }
    return {};
}

bool QueryReader::flag(std::string_view name)
{
    const std::string_view value = text(name);
    if (!value.empty() && value != "true" && value != "false") problem(name, fmt::format("'{}' is neither true nor false", value));
    return value == "true";
}

std::optional<Instant> QueryReader::instant(std::string_view name)
{
    const std::string_view value = text(name);
    if (value.empty()) return std::nullopt;
    const Result<Instant> read = parse_instant(value);
    if (read) return *read;
    problem(name, fmt::format("'{}' is no instant; expected RFC 3339 with an offset, as in 2023-10-20T09:00:00+08:00", value));
    return std::nullopt;
}

std::optional<Day> QueryReader::day(std::string_view name)
{
    const std::string_view value = text(name);
    if (value.empty()) return std::nullopt;
    const Result<Day> read = parse_day(value);
    if (read) return *read;
    problem(name, fmt::format("'{}' is no day; expected YYYY-MM-DD", value));
    return std::nullopt;
}

std::optional<Period> QueryReader::period(std::string_view name)
{
    const std::string_view value = text(name);
    if (value.empty()) return std::nullopt;
    const std::optional<Period> read = Period::parse(value);
    if (!read) {
        problem(name, fmt::format("'{}' is no period; expected one spelled as 2023-09-14, 2023-W36, 2023-09, 2023-Q3, 2023-H2 or 2023", value));
    }
    return read;
}

std::int64_t QueryReader::number(std::string_view name, std::int64_t least, std::int64_t most, std::int64_t otherwise)
{
    const std::string_view value = text(name);
    if (value.empty()) return otherwise;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error == std::errc{} && end == value.data() + value.size() && least <= number && number <= most) return number;
    problem(name, fmt::format("'{}' is no whole number from {} to {}", value, least, most));
    return otherwise;
}

std::string QueryReader::unit(std::string_view name, std::span<const Engine* const> engines) { return id(name, engines, "unit", &Plan::units); }

std::string QueryReader::indicator(std::string_view name, std::span<const Engine* const> engines)
{
    return id(name, engines, "indicator", &Plan::indicators);
}

std::string QueryReader::duty(std::string_view name, std::span<const Engine* const> engines) { return id(name, engines, "duty", &Plan::duties); }

// Where none of the plans has it, the nearest that one has; out of so many names as take no time.
template <class Thing>
std::string QueryReader::id(std::string_view name, std::span<const Engine* const> engines, std::string_view what, std::vector<Thing> Plan::*things)
{
    const std::string_view id = text(name);
    const auto knows = [&](const Engine* engine) { return std::ranges::find(engine->policy().plan.*things, id, &Thing::id) != (engine->policy().plan.*things).end(); };
    if (id.empty() || std::ranges::any_of(engines, knows)) return std::string{id};
    std::size_t left = 20'000;
    NearestName nearest{id};
    for (const Engine* engine : engines)
        for (const Thing& thing : engine->policy().plan.*things)
            if (left > 0) {
                --left;
                nearest.consider(thing.id);
            }
    problem(name, fmt::format("unknown {} '{}'{}", what, id, nearest.suggestion()));
    return std::string{id};
}

}  // namespace planwatch
