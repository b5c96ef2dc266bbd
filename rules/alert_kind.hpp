// What an alert can be about.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace planwatch {

enum class AlertKind : std::uint8_t { due_soon, overdue, behind_pace, target_missed, below_hold, implausible, undeliverable, silence_ending };

inline constexpr std::array all_alert_kinds{AlertKind::due_soon,   AlertKind::overdue,     AlertKind::behind_pace,   AlertKind::target_missed,
                                            AlertKind::below_hold, AlertKind::implausible, AlertKind::undeliverable, AlertKind::silence_ending};

std::string_view to_string(AlertKind);
std::string_view kind_name(AlertKind);  // 即将到期, 逾期未报, 落后序时, 目标未达, 未能保持, 数据存疑, 通知未达, 静默将止
constexpr bool is_about_slot(AlertKind kind) { return kind == AlertKind::due_soon || kind == AlertKind::overdue; }
std::optional<AlertKind> parse_alert_kind(std::string_view text);

}  // namespace planwatch
