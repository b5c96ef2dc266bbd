// What the two endpoints that take something in have in common.
#pragma once

#include "config/places.hpp"
#include "daemon/api.hpp"

#include <span>

namespace planwatch {

// Whose figures or document it is. The views are the request's.
struct Owner {
    std::string_view plan;
    std::string_view unit;
};
bool names_owner(const Problems& faults);

// Of records whose plan and unit could be read: those of the others are told as problems of form.
template <class Raw>
std::vector<Owner> owners_of(const std::vector<Raw>& raw)
{
    std::vector<Owner> owners;
    owners.reserve(raw.size());
    for (const Raw& each : raw)
        if (names_owner(each.faults)) owners.push_back({each.plan, each.unit});
    return owners;
}

// 403 with every plan and unit that the token does not cover, said once each. A town's token covers the town's businesses.
std::optional<Response> forbid(const Token& token, const Service& service, std::span<const Owner> owners);

// The body was no JSON or CSV (400), or holds no record or too many faults (422).
Response refuse_body(const Problems& problems);

// Every problem of every answer, by its place in the body.
template <class Answer>
Problems problems_of(const std::vector<Answer>& answers, const Places& places)
{
    Problems problems;
    for (std::size_t i = 0; i < answers.size(); ++i)
        for (const Problem& each : answers[i].problems) problems.push_back({places.path(i, each.path), each.message});
    return problems;
}

std::string_view status_of(Outcome outcome);  // stored, repeated, locked, refused

}  // namespace planwatch
