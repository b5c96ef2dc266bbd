#include "daemon/api_intake.hpp"

#include "daemon/problem_json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace planwatch {
namespace {

bool stands_in(const std::vector<std::string>& units, std::string_view unit) { return std::find(units.begin(), units.end(), unit) != units.end(); }

bool may_hand_in(const Token& token, const Service& service, const Owner& owner)
{
    if (token.role == TokenRole::read || !may_see(&token, owner.plan)) return false;
    if (token.role == TokenRole::admin || token.units.empty() || stands_in(token.units, owner.unit)) return true;
    const Engine* engine = service.engine(owner.plan);
    const auto index = engine ? engine->unit_of(owner.unit) : std::nullopt;
    if (!index) return false;
    const std::vector<Unit>& units = engine->policy().plan.units;
    const Unit& unit = units[*index];
    return unit.kind == UnitKind::business && unit.parent && stands_in(token.units, units[*unit.parent].id);
}

}  // namespace

bool names_owner(const Problems& faults)
{
    return std::none_of(faults.begin(), faults.end(), [](const Problem& fault) { return fault.path.empty() || fault.path == "/plan" || fault.path == "/unit"; });
}

std::optional<Response> forbid(const Token& token, const Service& service, std::span<const Owner> owners)
{
    Problems problems;
    for (const Owner& owner : owners) {
        if (may_hand_in(token, service, owner)) continue;
        Problem found{"/unit", fmt::format("this token may not hand in for unit '{}' of plan '{}'", owner.unit, owner.plan)};
        if (std::find(problems.begin(), problems.end(), found) == problems.end()) problems.push_back(std::move(found));
    }
    if (problems.empty()) return std::nullopt;
    return problem(403, fmt::format("{}; it needs a submit token of that unit, or an admin token", problems.front().message), problems);
}

Response refuse_body(const Problems& problems)
{
    if (is_syntax_error(problems)) return problem(400, "the body cannot be read; nothing was stored", problems);
    return problem(422, "the body was read, and is at fault; nothing was stored", problems);
}

std::string_view status_of(Outcome outcome)
{
    switch (outcome) {
    case Outcome::stored: return "stored";
    case Outcome::repeated: return "repeated";
    case Outcome::locked: return "locked";
    case Outcome::refused: break;
    }
    return "refused";
}

}  // namespace planwatch
