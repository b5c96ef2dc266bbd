#include "rules/alert_kind.hpp"

#include "rules/names.hpp"

namespace planwatch {

std::string_view to_string(AlertKind kind)
{
    return name_in({"due_soon", "overdue", "behind_pace", "target_missed", "below_hold", "implausible", "undeliverable", "silence_ending"}, kind);
}

std::string_view kind_name(AlertKind kind)
{
    return name_in({"即将到期", "逾期未报", "落后序时", "目标未达", "未能保持", "数据存疑", "通知未达", "静默将止"}, kind);
}

std::optional<AlertKind> parse_alert_kind(std::string_view text)
{
    for (const AlertKind kind : all_alert_kinds)
        if (text == to_string(kind)) return kind;
    return std::nullopt;
}

}  // namespace planwatch
