#include "rules/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

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

// `known` has fewest_steps steps at least. Steps may be of different lengths, so everything is counted per day.
Forecast extrapolate(std::span<const KnownValue> known, Day by, const ForecastRule& rule)
{
    const std::size_t steps = known.size() - 1;
    const KnownValue& last = known.back();
    const double past = days_between(known.front().day, last.day), ahead = days_between(last.day, by);
    const double drift = rule.drifts ? (last.value - known.front().value) / past : 0;
    double scatter = 0;  // of a day's step, squared
    for (std::size_t i = 1; i <= steps; ++i) {
        const double length = days_between(known[i - 1].day, known[i].day);
        const double off = known[i].value - known[i - 1].value - drift * length;
        scatter += off * off / length;
    }
    const std::size_t freedom = rule.drifts ? steps - 1 : steps;
    scatter /= static_cast<double>(freedom);
    const double unsure_of_drift = rule.drifts ? ahead / past : 0;
    const double reach = t_quantile(freedom) * std::sqrt(scatter * ahead * (1 + unsure_of_drift));
    const auto bounded = [&](double value) {
        if (rule.least) value = std::max(value, *rule.least);
        return rule.most ? std::min(value, *rule.most) : value;
    };
    Forecast made;
    made.by = by;
    made.value = bounded(last.value + drift * ahead);
    made.low = bounded(last.value + drift * ahead - reach);
    made.high = bounded(last.value + drift * ahead + reach);
    made.points = static_cast<std::uint32_t>(steps);
    return made;
}

// A sum's forecast made earlier knew a lower floor; a floor of its own is not worth the while, the range says more without it.
void back_test(Forecast& made, std::span<const KnownValue> known, const ForecastRule& rule)
{
    const KnownValue& truth = known.back();
    const double slack = 1e-9 * std::max(1.0, std::abs(truth.value));
    ForecastRule then = rule;
    then.least.reset();
    double misses = 0;
    for (std::size_t count = fewest_steps + 1; count < known.size(); ++count) {
        const Forecast earlier = extrapolate(known.first(count), truth.day, then);
        ++made.tested;
        if (earlier.low - slack <= truth.value && truth.value <= earlier.high + slack) ++made.within;
        const double miss = std::abs(earlier.value - truth.value);
        if (miss > slack) misses += truth.value == 0 ? 1 : miss / std::abs(truth.value);
    }
    if (made.tested > 0) made.mean_miss = misses / made.tested;
}

}  // namespace

std::optional<Forecast> forecast(std::span<const KnownValue> known, Day by, const ForecastRule& rule)
{
    if (known.size() < fewest_steps + 1 || by <= known.back().day) return std::nullopt;
    Forecast made = extrapolate(known, by, rule);
    back_test(made, known, rule);
    return made;
}

}  // namespace planwatch
