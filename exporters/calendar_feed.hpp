// Due dates as an iCalendar feed (RFC 5545): an all-day event a slot, with an alarm at nine on the day before. A UID stays the
// same for the life of a slot, so that a subscribed calendar moves an event instead of doubling it.
#pragma once

#include "exporters/views.hpp"

#include <span>
#include <string>
#include <string_view>

namespace planwatch {

inline constexpr std::string_view calendar_content_type = "text/calendar; charset=utf-8";

// `name`: shown as the calendar's name. `stamp`: DTSTAMP of every event, when the feed was made.
std::string calendar_feed(std::span<const SlotRow> rows, std::string_view name, Instant stamp);

}  // namespace planwatch
