#include "rules/report.hpp"

#include "rules/names.hpp"

namespace planwatch {

namespace {

constexpr ReportKind report_kinds[] = {ReportKind::monthly,   ReportKind::bulletin,   ReportKind::reminder,
                                       ReportKind::quarterly, ReportKind::inspection, ReportKind::scores};

}  // namespace

std::string_view to_string(ReportKind kind) { return name_in({"monthly", "bulletin", "reminder", "quarterly", "inspection", "scores"}, kind); }

std::optional<ReportKind> parse_report_kind(std::string_view text)
{
    for (const ReportKind kind : report_kinds)
        if (to_string(kind) == text) return kind;
    return std::nullopt;
}

std::string_view report_name(ReportKind kind)
{
    return name_in({"月度指标报告", "月通报", "催办单", "季提醒", "年督查清单", "评分排位"}, kind);
}

std::string_view to_string(Standing standing) { return name_in({"missed", "behind", "on_track", "reached", "unknown"}, standing); }

std::string_view standing_name(Standing standing) { return name_in({"未达标", "落后", "达序时", "已达标", "无数据"}, standing); }

Standing standing_of(Status status)
{
    switch (status) {
        case Status::missed:
        case Status::not_held: return Standing::missed;
        case Status::behind: return Standing::behind;
        case Status::on_track:
        case Status::held: return Standing::on_track;
        case Status::reached: return Standing::reached;
        case Status::no_data: break;
    }
    return Standing::unknown;
}

}  // namespace planwatch
