// The parameters of a query, checked: every one that is unknown, given twice or not understood is noted, all at once.
#pragma once

#include "daemon/http_message.hpp"
#include "rules/engine.hpp"

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace planwatch {

class QueryReader {
public:
    // Parameters other than `known` are problems. Problem paths are "?name".
    QueryReader(const Request& request, std::initializer_list<std::string_view> known);

    std::string_view text(std::string_view name) const;  // empty where absent
    bool flag(std::string_view name);                    // "true" or "false"; false where absent
    std::optional<Instant> instant(std::string_view name);
    std::optional<Day> day(std::string_view name);
    std::optional<Period> period(std::string_view name);
    std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most, std::int64_t otherwise);

    // Ids that must be in at least one of the plans.
    std::string unit(std::string_view name, std::span<const Engine* const> engines);
    std::string indicator(std::string_view name, std::span<const Engine* const> engines);
    std::string duty(std::string_view name, std::span<const Engine* const> engines);

    void problem(std::string_view name, std::string message);
    const Problems& problems() const { return problems_; }

private:
    template <class Thing>
    std::string id(std::string_view name, std::span<const Engine* const> engines, std::string_view what, std::vector<Thing> Plan::*things);

    const Request& request_;
    Problems problems_;
};

}  // namespace planwatch
