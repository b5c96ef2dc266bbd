// A small plan for the tests of this folder; its line numbers are those of the string.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace planwatch {

inline const std::string small_plan = R"([plan]
id = "p-2023"
name = "计划"
issued = 2023-07-18
year = 2023
time_zone = "Asia/Shanghai"
population = 1000

[[unit]]
id = "samr"
name = "市场监管局"
[[unit]]
id = "agri"
name = "农业农村委"
parent = "samr"
[groups]
members = ["samr", "agri"]
[[clause]]
id = "一"
title = "抽检"
units = [ { unit = "samr", role = "lead" } ]
[[indicator]]
id = "batches"
name = "抽检批次"
clause = "一"
measure = "count"
target = "at_least 5225 批次"
pace = "linear"
units = ["samr"]
[[duty]]
id = "progress"
name = "进展"
clause = "一"
cadence = "quarterly"
due = "period_end + 10d"
units = ["@members"]
indicators = ["batches"]
)";

inline std::string with(std::string text, std::string_view from, std::string_view to)
{
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::logic_error{"the test's plan has no " + std::string{from}};
    return text.replace(at, from.size(), to);
}

}  // namespace planwatch
