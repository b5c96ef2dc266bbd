#include "rules/office.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

TEST(Routes, MatchWhatTheyName)
{
    Plan plan;
    plan.id = "p-2023";
    plan.units = {{.id = "county", .name = "县"}, {.id = "town", .name = "镇", .parent = 0}, {.id = "shop", .name = "店", .parent = 1}, {.id = "other", .name = "局"}};
    constexpr UnitIndex county = 0;
    constexpr UnitIndex shop = 2;
    constexpr UnitIndex other = 3;
    constexpr auto missed = AlertKind::target_missed;
    constexpr auto pace = AlertKind::behind_pace;
    constexpr auto warning = Severity::warning;
    const struct { const char* name; Route route; std::optional<UnitIndex> unit; AlertKind kind; Severity severity; bool want; } cases[] = {
        {"what is empty matches all", {}, shop, missed, Severity::info, true},
        {"and the whole plan", {}, std::nullopt, missed, Severity::info, true},
        {"its plan", {.plans = {"q-2023", "p-2023"}}, shop, missed, warning, true},
        {"another plan", {.plans = {"q-2023"}}, shop, missed, warning, false},
        {"its unit", {.units = {"shop"}}, shop, missed, warning, true},
        {"a unit above it", {.units = {"county"}}, shop, missed, warning, true},
        {"a unit below it", {.units = {"shop"}}, county, missed, warning, false},
        {"a unit beside it", {.units = {"town"}}, other, missed, warning, false},
        {"the whole plan is no unit's", {.units = {"county"}}, std::nullopt, missed, warning, false},
        {"its kind", {.kinds = {pace, missed}}, shop, missed, warning, true},
        {"another kind", {.kinds = {pace}}, shop, missed, warning, false},
        {"grave enough", {.least = warning}, shop, missed, warning, true},
        {"graver", {.least = warning}, shop, missed, Severity::critical, true},
        {"not grave enough", {.least = warning}, shop, missed, Severity::info, false},
        {"all must match", {.plans = {"p-2023"}, .units = {"county"}, .kinds = {pace}}, shop, missed, warning, false},
    };
    for (const auto& c : cases) EXPECT_EQ(matches(c.route, plan, c.unit, c.kind, c.severity), c.want) << c.name;
}

}  // namespace
}  // namespace planwatch
