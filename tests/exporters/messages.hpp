// Messages of a made-up office for the tests of what they say: eight towns beside the units of example.hpp, and businesses in one.
#pragma once

#include "example.hpp"
#include "exporters/message_text.hpp"

#include <fmt/format.h>

namespace planwatch::testing {

inline std::shared_ptr<const Policy> office_policy()
{
    auto policy = std::make_shared<Policy>(*example_policy());
    Plan& plan = policy->plan;
    const auto first_town = static_cast<UnitIndex>(plan.units.size());
    const char* const towns[] = {"双街镇", "双口镇", "青光镇", "天穆镇", "小淀镇", "西堤头镇", "宜兴埠镇", "北仓镇"};
    for (std::size_t i = 0; i < std::size(towns); ++i) plan.units.push_back({.id = fmt::format("town{}", i + 1), .name = towns[i], .kind = UnitKind::town});
    const auto first_shop = static_cast<UnitIndex>(plan.units.size());
    for (int i = 0; i < 3; ++i)
        plan.units.push_back({.id = fmt::format("shop{}", i + 1), .name = fmt::format("{}号店", i + 1), .parent = first_town, .kind = UnitKind::business});
    for (UnitIndex town = first_town; town < first_shop; ++town) {
        plan.duties[0].units.push_back(town);
        plan.indicators[kitchens].units.push_back(town);
    }
    const auto rule = [](std::string_view text) { return DueRule::parse(text).value(); };
    plan.duties.push_back({.id = "daily_check", .name = "日管控", .clause = 1, .cadence = Cadence::daily, .due = rule("period_end"),
                           .units = {first_shop, first_shop + 1, first_shop + 2}, .filing = true, .periods = {period("2023-10-10")}});
    plan.duties.push_back({.id = "annual_report", .name = "年度工作总结", .clause = 1, .cadence = Cadence::yearly, .due = rule("period_end + 10wd 17:00"),
                           .units = {agri}, .filing = true, .periods = {period("2023")}});
    return policy;
}

inline Notice notice(const std::string& alert, std::string step, Severity severity, std::string why)
{
    static std::uint64_t last = 0;
    return {.number = ++last, .at = {}, .alert = "demo-2023:" + alert, .step = std::move(step), .severity = severity,
            .recipient = {"zhang", "张三", "mail", "zhang@example.org"}, .why = std::move(why)};
}

inline Message message(std::string_view at, std::vector<Notice> notices)
{
    for (Notice& each : notices) each.at = instant(at);
    Recipient recipient = notices.front().recipient;
    return {.number = 12, .at = instant(at), .recipient = std::move(recipient), .notices = std::move(notices)};
}

inline std::string slot_why(std::string_view unit)
{
    return fmt::format("{} 应报“工作进展情况”（2023-Q3，八（三十二））：2023-Q3 于 2023-09-30 结束，加 10 天；尚缺报送材料", unit);
}

}  // namespace planwatch::testing
