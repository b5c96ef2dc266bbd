#include "exporters/report_words.hpp"

#include "exporters/utf8.hpp"
#include "exporters/wording.hpp"
#include "rules/names.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <cmath>

namespace planwatch {
namespace {

std::string without_zeros(double value, int places)
{
    std::string text = fmt::format("{:.{}f}", value, places);
    if (text.find('.') != std::string::npos) text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

bool is_long(double value) { return std::abs(value) >= 1e6; }

// A long value is told in 万 or 亿, unless that would make it the target that it is not.
std::string value_number(const Indicator& indicator, const Assessment& assessment)
{
    if (!is_long(assessment.value)) return value_text(indicator, assessment);
    const std::string text = amount_text(assessment.value);
    const bool as_target = indicator.target && text == amount_text(indicator.target->value.to_double()) && assessment.value != indicator.target->value.to_double();
    return as_target ? value_text(indicator, assessment) : text;
}

}  // namespace

std::string amount_text(double value)
{
    if (!std::isfinite(value)) return "—";
    if (std::abs(value) >= 1e8) return without_zeros(value / 1e8, 2) + "亿";
    if (is_long(value)) return without_zeros(value / 1e4, 2) + "万";
    return without_zeros(value, std::abs(value) < 10 ? 2 : 1);
}

std::string percent_text(double share)
{
    if (!std::isfinite(share)) return "—";
    const bool all = share >= 1 || std::round(share * 1000) < 1000;
    return without_zeros(all ? share * 100 : std::floor(share * 10'000) / 100, all ? 1 : 2) + "%";
}

std::string value_words(const Indicator& indicator, const Assessment& assessment)
{
    if (assessment.idle) return "无此类事项";
    if (assessment.status == Status::doubtful) return "存疑";
    if (!assessment.known) return "无数据";
    return with_unit(value_number(indicator, assessment), unit_of(indicator));
}

std::string target_words(const Indicator& indicator, bool unit)
{
    if (!indicator.target) return "无";
    const Target& target = *indicator.target;
    const double value = target.value.to_double();
    const std::string number = is_long(value) ? amount_text(value) : target.value.to_string();
    return fmt::format("{} {}", name_in({"≥", "≤", "="}, target.comparator), unit || target.unit == "%" ? with_unit(number, target.unit) : number);
}

std::string_view pace_label(const Indicator& indicator) { return indicator.pace.kind == Pace::Kind::milestones ? "节点" : "序时"; }

std::string before_words(const Indicator& indicator, const Assessment& now, const Assessment* before)
{
    if (!before) return "—";
    if (!before->known) return "无数据";
    std::string text = value_number(indicator, *before);
    if (unit_of(indicator) == "%") text += "%";
    if (!now.known) return text;
    const double change = std::abs(now.value - before->value);
    const std::string since = change < 1 || is_long(change) ? amount_text(change) : without_zeros(change, 1);
    if (since == "0") return text + " (持平)";
    return text + fmt::format(" ({}{})", now.value < before->value ? "−" : "+", since);
}

std::string figure_text(const Figure& figure)
{
    if (figure.denominator == Decimal{}) return figure.numerator.to_string();
    return fmt::format("{}/{}", figure.numerator.to_string(), figure.denominator.to_string());
}

std::string moment_text(Instant instant, const Zone& zone)
{
    const LocalTime local = zone.to_local(instant);
    const Day day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date{day};
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(local - day).count();
    return fmt::format("{}年{}月{}日 {:02}:{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), minutes / 60,
                       minutes % 60);
}

std::string day_text(const Report& report, Day day) { return wording(Language::zh).day(day, report.policy->plan.year); }

std::string date_text(const Report& report, Day day)
{
    const std::string text = day_text(report, day);
    return text.substr(0, text.find("（"));
}

std::string period_text(const Report& report, const Period& period) { return wording(Language::zh).period(period, report.policy->plan.year); }

std::string_view last_period(Period::Kind kind) { return name_in({"前一日", "上周", "上月", "上季度", "前半年", "上年"}, kind); }

std::string slot_name(const Report& report, DutyIndex duty, const Period& period)
{
    return wording(Language::zh).of_period(period_text(report, period), report.policy->plan.duties[duty].name);
}

std::string unit_names(const Plan& plan, std::span<const UnitIndex> units, std::size_t most)
{
    std::vector<std::string> names;
    for (const UnitIndex unit : units.first(std::min(units.size(), most))) names.push_back(plan.units[unit].name);
    return wording(Language::zh).list(names, units.size());
}

std::string clip(std::string_view text, std::size_t characters)
{
    std::string line = to_one_line(text);
    const auto most = static_cast<glong>(characters);
    if (g_utf8_strlen(line.data(), static_cast<gssize>(line.size())) <= most) return line;
    return line.substr(0, static_cast<std::size_t>(g_utf8_offset_to_pointer(line.data(), most - 1) - line.data())) + "…";
}

}  // namespace planwatch
