// What the two endpoints that take something in have in common.
#pragma once

#include "daemon/api.hpp"

#include <span>

namespace planwatch {

// Whose figures or document it is. The views are the request's.
struct Owner {
    std::string_view plan;
    std::string_view unit;
};

template <class Raw>
std::vector<Owner> owners_of(const std::vector<Raw>& raw)
{
    std::vector<Owner> owners;
    owners.reserve(raw.size());
    for (const Raw& each : raw) owners.push_back({each.plan, each.unit});
    return owners;
}

// 403 with every plan and unit that the token does not cover, said once each. A town's token covers the town's businesses.
std::optional<Response> forbid(const Token& token, const Service& service, std::span<const Owner> owners);

// The body was no JSON or CSV (400), or what it holds is at fault (422).
Response refuse_body(const Problems& problems);
bool is_list(std::string_view json);

std::string_view status_of(Outcome outcome);  // stored, repeated, locked, refused

}  // namespace planwatch
