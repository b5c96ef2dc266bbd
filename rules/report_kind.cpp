#include "rules/report_kind.hpp"

#include "rules/names.hpp"

namespace planwatch {

std::string_view to_string(ReportKind kind) { return name_in({"monthly", "bulletin", "reminder", "quarterly", "inspection", "scores"}, kind); }

std::optional<ReportKind> parse_report_kind(std::string_view text)
{
    for (const ReportKind kind : all_report_kinds)
        if (to_string(kind) == text) return kind;
    return std::nullopt;
}

std::string_view report_name(ReportKind kind)
{
    return name_in({"月度指标报告", "月通报", "催办单", "季提醒", "年督查清单", "评分排位"}, kind);
}

}  // namespace planwatch
