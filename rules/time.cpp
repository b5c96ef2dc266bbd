#include "rules/time.hpp"

#include "rules/scan.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>
#include <optional>

namespace planwatch {

namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr int earliest_year = 1970;
constexpr int latest_year = 9999;

// YYYY-MM-DD of a day that exists.
std::optional<Day> take_day(Scan& scan)
{
    const auto y = scan.digits(4);
    if (!y || *y < earliest_year || !scan.take("-")) return std::nullopt;
    const auto m = scan.digits(2);
    if (!m || !scan.take("-")) return std::nullopt;
    const auto d = scan.digits(2);
    if (!d) return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, std::chrono::day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    return Day{date};
}

// HH:MM
std::optional<minutes> take_clock(Scan& scan)
{
    const auto h = scan.digits(2);
    if (!h || *h > 23 || !scan.take(":")) return std::nullopt;
    const auto m = scan.digits(2);
    if (!m || *m > 59) return std::nullopt;
    return hours{*h} + minutes{*m};
}

// :SS, without leap seconds: no clock of ours shows one.
std::optional<seconds> take_seconds(Scan& scan)
{
    if (!scan.take(":")) return std::nullopt;
    const auto s = scan.digits(2);
    if (!s || *s > 59) return std::nullopt;
    return seconds{*s};
}

// .D to .DDDDDDDDD; what lies below a millisecond is cut off.
std::optional<milliseconds> take_fraction(Scan& scan)
{
    if (!scan.take(".")) return 0ms;
    const std::size_t places = scan.leading_digits();
    const auto digits = scan.number(9);
    if (!digits) return std::nullopt;
    int value = *digits;
    for (std::size_t i = places; i < 3; ++i) value *= 10;
    for (std::size_t i = 3; i < places; ++i) value /= 10;
    return milliseconds{value};
}

std::optional<minutes> take_offset(Scan& scan)
{
    if (scan.take("Z") || scan.take("z")) return 0min;
    const bool west = scan.take("-");
    if (!west && !scan.take("+")) return std::nullopt;
    const auto offset = take_clock(scan);
    if (!offset) return std::nullopt;
    return west ? -*offset : *offset;
}

std::optional<Instant> take_instant(Scan& scan)
{
    const auto day = take_day(scan);
    if (!day || !(scan.take("T") || scan.take("t"))) return std::nullopt;
    const auto clock = take_clock(scan);
    if (!clock) return std::nullopt;
    const auto second = take_seconds(scan);
    if (!second) return std::nullopt;
    const auto fraction = take_fraction(scan);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset(scan);
    if (!offset || !scan.done()) return std::nullopt;
    const Instant instant{day->time_since_epoch() + *clock + *second + *fraction - *offset};
    // What the offset carries out of the years that can be written is no instant of ours either.
    if (instant < sys_days{year{earliest_year} / 1 / 1} || instant >= sys_days{year{latest_year + 1} / 1 / 1}) return std::nullopt;
    return instant;
}

// HH:MM[:SS] to the end of the text.
std::optional<seconds> take_last_clock(Scan& scan)
{
    const auto clock = take_clock(scan);
    if (!clock) return std::nullopt;
    if (scan.done()) return *clock;
    const auto second = take_seconds(scan);
    if (!second || !scan.done()) return std::nullopt;
    return *clock + *second;
}

// RFC 3339 has no seconds in an offset, so the minutes of it are what is both shown and taken off: the instant stays exact.
std::string format_with_offset(Instant instant, minutes offset, std::string_view suffix)
{
    const auto local = local_time<milliseconds>{instant.time_since_epoch() + offset};
    const auto date = floor<days>(local);
    const hh_mm_ss clock{local - date};
    std::string text = fmt::format("{}T{:02}:{:02}:{:02}", format_day(date), clock.hours().count(), clock.minutes().count(),
                                   clock.seconds().count());
    if (clock.subseconds() != 0ms) text += fmt::format(".{:03}", clock.subseconds().count());
    return text.append(suffix);
}

}  // namespace

Zone::Zone(std::string name, std::vector<Era> eras) : name_{std::move(name)}, eras_{std::move(eras)}
{
    assert(!eras_.empty());
    assert(std::is_sorted(eras_.begin(), eras_.end(), [](const Era& a, const Era& b) { return a.from < b.from; }));
}

std::chrono::seconds Zone::offset_at(Instant instant) const
{
    const auto after = std::upper_bound(eras_.begin() + 1, eras_.end(), instant,
                                        [](Instant at, const Era& era) { return at < era.from; });
    return (after - 1)->offset;
}

LocalTime Zone::to_local(Instant instant) const
{
    return LocalTime{floor<seconds>(instant).time_since_epoch() + offset_at(instant)};
}

Day Zone::day_of(Instant instant) const { return floor<days>(to_local(instant)); }

Instant Zone::to_instant(LocalTime local) const
{
    const sys_seconds as_utc{local.time_since_epoch()};
    // The first era in which the reading comes before the era is over: for a reading that happens twice, the earlier one.
    auto era = eras_.begin();
    while (era + 1 != eras_.end() && as_utc - era->offset >= (era + 1)->from) ++era;
    const Instant instant = as_utc - era->offset;
    // Too early for this era and too late for the one before: skipped when the clock was put forward.
    return era != eras_.begin() && instant < era->from ? era->from : instant;
}

std::string format_instant(Instant instant, const Zone& zone)
{
    const auto offset = duration_cast<minutes>(zone.offset_at(instant));
    const hh_mm_ss parts{offset};
    const char sign = parts.is_negative() ? '-' : '+';
    return format_with_offset(instant, offset, fmt::format("{}{:02}:{:02}", sign, parts.hours().count(), parts.minutes().count()));
}

std::string format_instant_utc(Instant instant) { return format_with_offset(instant, 0min, "Z"); }

std::string format_day(Day day)
{
    const year_month_day date{day};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

Result<Instant> parse_instant(std::string_view text)
{
    Scan scan{text};
    if (const auto instant = take_instant(scan)) return *instant;
    return fail("", fmt::format("\"{}\" is not an instant, expected RFC 3339 with an offset, as 2023-11-02T00:00:00+08:00", text));
}

Result<Day> parse_day(std::string_view text)
{
    Scan scan{text};
    const auto day = take_day(scan);
    if (day && scan.done()) return *day;
    return fail("", fmt::format("\"{}\" is not a day, expected YYYY-MM-DD from 1970-01-01 to 9999-12-31", text));
}

Result<Instant> parse_moment(std::string_view text, const Zone& zone)
{
    Scan whole{text};
    if (const auto instant = take_instant(whole)) return *instant;
    Scan scan{text};
    const auto day = take_day(scan);
    if (day && scan.done()) return zone.start_of(*day);
    if (day && scan.take(" ")) {
        if (const auto clock = take_last_clock(scan)) return zone.to_instant(*day + *clock);
    }
    return fail("", fmt::format("\"{}\" is not a moment, expected YYYY-MM-DD, YYYY-MM-DD HH:MM[:SS] or RFC 3339", text));
}

}  // namespace planwatch
