// Where a figure will stand on a day ahead, if things go on as they did: a random walk with the drift seen so far (Hyndman and
// Athanasopoulos, Forecasting: Principles and Practice, 5.2 and 5.5). The range holds four of five times where steps are independent: it
// widens with the time ahead and with what the drift itself is unsure of, by the t distribution of as many steps as there were; a straight
// line gives the line itself.
#pragma once

#include "rules/report.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace planwatch {

struct KnownValue {
    Day day;
    double value = 0;
};

struct ForecastRule {
    std::optional<Day> mean_since;  // each value is a mean of all that came in from that day on (not included), as much each day
    std::optional<double> least;    // what it cannot fall below, or rise above
    std::optional<double> most;
};

inline constexpr std::size_t fewest_steps = 2;  // from one known value to the next; with fewer there is no telling how uneven they are

// `known`: ascending by day, days once each; for a sum that began at zero, that beginning included. Empty where there are too few steps, or where
// `by` does not lie ahead. Back-tested from a rolling origin: after each earlier value that has steps enough before it, the forecasts that
// would have been made then of every value that followed. `reaches` is left to the caller, who knows the target.
std::optional<Forecast> forecast(std::span<const KnownValue> known, Day by, const ForecastRule& rule);

}  // namespace planwatch
