// Numbers, days and names as the office's papers write them.
#pragma once

#include "rules/report.hpp"

#include <span>
#include <string>
#include <string_view>

namespace planwatch {

std::string amount_text(double value);    // 4065.9, 123.46万, 10亿; at most two decimals
std::string percent_text(double share);   // 62.1%; 99.96 % is not shown as all

std::string value_words(const Indicator& indicator, const Assessment& assessment);   // 3120 批次; 无数据; 无此类事项
std::string target_words(const Indicator& indicator, bool unit = true);               // ≥ 5225 批次; without its unit ≥ 5225 (but ≥ 91%); 无
std::string_view pace_label(const Indicator& indicator);                              // 序时, 节点
// 2800 (+320): what it was, and what came since; 无数据; — where there is nothing to compare with.
std::string before_words(const Indicator& indicator, const Assessment& now, const Assessment* before);
std::string figure_text(const Figure& figure);                                        // 412, 37/38

std::string moment_text(Instant instant, const Zone& zone);  // 2023年10月12日 09:00
std::string day_text(const Report& report, Day day);         // 10月10日（周二）; with its year where it is not the plan's
std::string date_text(const Report& report, Day day);        // the same without the weekday
std::string period_text(const Report& report, const Period& period);  // 第三季度
std::string_view last_period(Period::Kind kind);             // 上月, 上季度, …
std::string slot_name(const Report& report, DutyIndex duty, const Period& period);  // 第三季度工作进展情况
std::string unit_names(const Plan& plan, std::span<const UnitIndex> units, std::size_t most);  // 甲、乙等8个

// At most so many characters, the last "…" where it was longer; one line.
std::string clip(std::string_view text, std::size_t characters);

}  // namespace planwatch
