#include "rules/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

namespace planwatch {

namespace {

// The t distribution's 90 % point by degrees of freedom: four of five lie between its negative and itself.
double t_quantile(std::size_t freedom)
{
    constexpr double table[] = {3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.350, 1.345, 1.341,
                                1.337, 1.333, 1.330, 1.328, 1.325, 1.323, 1.321, 1.319, 1.318, 1.316, 1.315, 1.314, 1.313, 1.311, 1.310};
    constexpr double normal = 1.282;
    return freedom > std::size(table) ? normal : table[freedom - 1];
}

double days_between(Day from, Day to) { return static_cast<double>((to - from).count()); }

// What the steps say of a walk: how it drifts in a day, and how far it strays from that.
struct Walk {
    KnownValue last;
    double past = 0;     // days
    double drift = 0;    // a day
    double scatter = 0;  // of a day's step, squared
    std::size_t freedom = 1;
};

// `known` has fewest_steps steps at least. Steps may be of different lengths, so everything is counted per day.
Walk walk_through(std::span<const KnownValue> known)
{
    Walk walk{.last = known.back(), .past = days_between(known.front().day, known.back().day), .freedom = known.size() - 2};
    walk.drift = (walk.last.value - known.front().value) / walk.past;
    for (std::size_t i = 1; i < known.size(); ++i) {
        const double length = days_between(known[i - 1].day, known[i].day);
        const double off = known[i].value - known[i - 1].value - walk.drift * length;
        walk.scatter += off * off / length;
    }
    walk.scatter /= static_cast<double>(walk.freedom);
    return walk;
}

struct Range {
    double value = 0, low = 0, high = 0;
};

// The way ahead strays by itself, and the more so because the drift is known from so few steps alone.
Range reach(const Walk& walk, Day by, const ForecastRule& rule)
{
    const double ahead = days_between(walk.last.day, by);
    const double reach = t_quantile(walk.freedom) * std::sqrt(walk.scatter * ahead * (1 + ahead / walk.past));
    const double shared_by = rule.mean_since ? days_between(*rule.mean_since, by) : 1;
    const auto told = [&](double value) {
        value /= shared_by;
        if (rule.least) value = std::max(value, *rule.least);
        return rule.most ? std::min(value, *rule.most) : value;
    };
    const double value = walk.last.value + walk.drift * ahead;
    return {told(value), told(value - reach), told(value + reach)};
}

// A mean of all that came in, times the days it came in, is a sum that grows from nothing.
std::vector<KnownValue> as_sums(std::span<const KnownValue> known, const ForecastRule& rule)
{
    if (!rule.mean_since) return {known.begin(), known.end()};
    std::vector<KnownValue> sums{{*rule.mean_since, 0}};
    for (const KnownValue& each : known) sums.push_back({each.day, each.value * days_between(*rule.mean_since, each.day)});
    return sums;
}

// A sum's forecast made earlier knew a lower floor; a floor of its own is not worth the while, the range says more without it.
void back_test(Forecast& made, std::span<const KnownValue> known, std::span<const KnownValue> sums, const ForecastRule& rule)
{
    ForecastRule then = rule;
    then.least.reset();
    double misses = 0;
    for (std::size_t count = fewest_steps + 1; count < sums.size(); ++count) {
        const Walk walk = walk_through(sums.first(count));
        for (const KnownValue& truth : known.last(sums.size() - count)) {
            const Range earlier = reach(walk, truth.day, then);
            const double slack = 1e-9 * std::max(1.0, std::abs(truth.value));
            ++made.tested;
            if (earlier.low - slack <= truth.value && truth.value <= earlier.high + slack) ++made.within;
            const double miss = std::abs(earlier.value - truth.value);
            if (miss > slack) misses += truth.value == 0 ? 1 : miss / std::abs(truth.value);
        }
    }
    if (made.tested > 0) made.mean_miss = misses / made.tested;
}

}  // namespace

std::optional<Forecast> forecast(std::span<const KnownValue> known, Day by, const ForecastRule& rule)
{
    const std::vector<KnownValue> sums = as_sums(known, rule);
    if (sums.size() < fewest_steps + 1 || by <= sums.back().day) return std::nullopt;
    const Range range = reach(walk_through(sums), by, rule);
    Forecast made;
    made.by = by;
    made.value = range.value;
    made.low = range.low;
    made.high = range.high;
    made.points = static_cast<std::uint32_t>(sums.size() - 1);
    back_test(made, known, sums, rule);
    return made;
}

}  // namespace planwatch
