// The kinds of reports (报告) that an office owes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace planwatch {

enum class ReportKind : std::uint8_t {
    monthly,     // 月度指标报告: the leaders' e-mail, for a month
    bulletin,    // 月通报: to all units, for a month
    reminder,    // 催办单: a letter to one unit, for a month
    quarterly,   // 季提醒: to all units, for a quarter
    inspection,  // 年督查清单: what is to be looked at on the spot, for a year
    scores,      // a composite's values, ranks and grades (食品安全指数, 月评分, 季排位, 年定级), for a period of its cadence or a longer one
};

inline constexpr std::array all_report_kinds{ReportKind::monthly,   ReportKind::bulletin,   ReportKind::reminder,
                                             ReportKind::quarterly, ReportKind::inspection, ReportKind::scores};

std::string_view to_string(ReportKind);                      // monthly, bulletin, …: the spelling of command line, API and ledger
std::optional<ReportKind> parse_report_kind(std::string_view text);
std::string_view report_name(ReportKind);                    // 月度指标报告, 月通报, 催办单, 季提醒, 年督查清单, 评分排位

}  // namespace planwatch
