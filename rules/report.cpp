#include "rules/report.hpp"

#include "rules/names.hpp"

namespace planwatch {

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
        case Status::no_data:
        case Status::doubtful: break;
    }
    return Standing::unknown;
}

}  // namespace planwatch
