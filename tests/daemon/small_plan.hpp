// A plan of two towns that fits on a page, for tests that let a year pass.
#pragma once

#include "config/calendar.hpp"
#include "config/policy.hpp"

#include <memory>
#include <stdexcept>

namespace planwatch::example {

inline constexpr const char* small_plan_text = R"(
[plan]
id = "small-2023"
name = "小计划"
issued = 2023-08-24
year = 2023
time_zone = "Asia/Shanghai"

[[unit]]
id = "fso"
name = "食安办"
kind = "office"

[[unit]]
id = "east"
name = "东镇"
kind = "town"

[[unit]]
id = "west"
name = "西镇"
kind = "town"

[[clause]]
id = "一"
title = "抽检"
units = [ { unit = "east", role = "responsible" }, { unit = "west", role = "responsible" } ]

[[indicator]]
id = "batches"
name = "抽检批次"
clause = "一"
measure = "count"
target = "at_least 100 批次"
pace = "linear"
units = ["east"]

[[indicator]]
id = "kitchens"
name = "明厨亮灶"
clause = "一"
measure = "ratio"
reported = "level"
target = "at_least 100 %"
hold = true
units = ["east", "west"]

[[duty]]
id = "report"
name = "年度报告"
clause = "一"
cadence = "yearly"
due = "11-01"
units = ["@towns"]
filing = true

[[duty]]
id = "figures"
name = "季度数据"
clause = "一"
cadence = "quarterly"
due = "period_end + 10d"
units = ["east"]
indicators = ["batches"]
)";

inline std::shared_ptr<const Policy> small_policy()
{
    const Sources sources{.plan = {"small-2023.toml", small_plan_text}, .calendar = builtin_calendar()};
    Result<std::shared_ptr<const Policy>> policy = compile(sources);
    if (!policy) throw std::runtime_error{to_text(policy.error())};
    return *std::move(policy);
}

}  // namespace planwatch::example
