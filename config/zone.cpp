#include "config/zone.hpp"

#include <date/tz.h>
#include <fmt/format.h>
#include <stdexcept>

namespace planwatch {
namespace {

constexpr std::string_view hint = "expected an IANA name such as Asia/Shanghai";

const date::time_zone* locate(const date::tzdb& database, std::string_view name)
{
    for (const date::time_zone& zone : database.zones)
        if (zone.name() == name) return &zone;
    return nullptr;
}

}  // namespace

Result<Zone> load_zone(std::string_view iana_name, int from_year, int to_year)
{
    const date::tzdb& database = date::get_tzdb();
    if (database.zones.empty()) throw std::runtime_error{"this machine has no time zone database (package tzdata)"};
    const date::time_zone* const zone = locate(database, iana_name);
    if (!zone) return fail("", fmt::format("unknown time zone '{}'; {}", iana_name, hint));

    const date::sys_seconds end = date::sys_days{date::year{to_year + 1} / 1 / 2};  // local years end within a day of UTC's
    std::vector<Zone::Era> eras;
    date::sys_seconds at = date::sys_days{date::year{from_year - 1} / 12 / 31};
    while (at < end) {
        const date::sys_info info = zone->get_info(at);
        if (eras.empty() || eras.back().offset != info.offset) eras.push_back({Instant{at.time_since_epoch()}, info.offset});
        at = info.end;
    }
    return Zone{std::string{iana_name}, std::move(eras)};
}

}  // namespace planwatch
