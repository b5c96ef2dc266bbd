#include "exporters/chart.hpp"

#include "rules/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace planwatch {
namespace {

constexpr std::string_view ink = "#212121";
constexpr std::string_view faint_ink = "#616161";
constexpr std::string_view mark_colour = "#757575";  // can be seen on white and on black
constexpr std::string_view grid_colour = "#e0e0e0";
constexpr std::array<std::string_view, 2> series_colours{"#1565c0", "#5e9c76"};

double finite_or_zero(double value) { return std::isfinite(value) ? value : 0; }

// 1, 2 or 5 times a power of ten: the step that cuts `range` in at most `parts` pieces.
double round_step(double range, int parts)
{
    const double raw = std::max(range / parts, 1e-6);
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= raw) return factor * power;
    return 10 * power;
}

std::string tick_text(double value)
{
    const auto with = [](double number, std::string_view unit) {
        std::string text = fmt::format("{:.6g}", number);
        return text.append(unit);
    };
    if (std::abs(value) >= 1e8) return with(value / 1e8, "亿");
    if (std::abs(value) >= 1e4) return with(value / 1e4, "万");
    return with(value, "");
}

Drawing draw_bullet(const BulletChart& chart)
{
    constexpr int height = 26;
    constexpr double left = 2, right = chart_width - 2, top = 11, track = 12;
    Drawing drawing{chart_width, height, Drawing::Ground::none};
    const auto positive = [](double value) { return std::max(finite_or_zero(value), 0.0); };
    const double target = positive(chart.target);
    const double value = positive(chart.value.value_or(0));
    // What lies far beyond its target would make the rest a dot: it runs out of the track.
    const double furthest = std::max({target, positive(chart.expected.value_or(0)), std::min(value, target > 0 ? target * 1.5 : value)});
    const double scale = furthest > 0 ? furthest * 1.06 : 1;
    const auto at = [&](double amount) { return left + (right - left) * std::min(amount / scale, 1.0); };

    const std::string_view colour = standing_colour(chart.standing);
    drawing.rectangle(left, top, right - left, track, "#9e9e9e", 0.3, 3);
    if (chart.value && value > 0) {
        const double before = positive(chart.before.value_or(value));
        drawing.rectangle(left, top, std::max(at(value) - left, 2.0), track, colour, before < value ? 0.6 : 1, 3);
        if (before < value && before > 0) drawing.rectangle(left, top, at(before) - left, track, colour, 1, 3);
    }
    drawing.rectangle(at(target) - 1.5, top - 4, 3, track + 8, mark_colour);
    if (chart.expected) {
        const double x = at(positive(*chart.expected));
        drawing.area(std::array{Dot{x - 6, 0}, Dot{x + 6, 0}, Dot{x, 10}}, mark_colour);
    }
    return drawing;
}

// The room of a trend within its picture, and what of time and values stands where.
class Plot {
public:
    Plot(const TrendChart& chart) : first_{chart.points.empty() ? Day{} : chart.points.front().day}
    {
        last_ = chart.points.empty() ? first_ : chart.points.back().day;
        if (chart.forecast) last_ = std::max(last_, chart.forecast->by);
        last_ = std::max(last_, first_ + std::chrono::days{1});
        low_ = high_ = std::nullopt;
        for (const TrendPoint& point : chart.points) {
            stretch(point.value);
            stretch(point.expected);
        }
        stretch(chart.target);
        if (chart.forecast) {
            stretch(chart.forecast->value);
            stretch(chart.forecast->low);
            stretch(chart.forecast->high);
        }
        const double high = high_.value_or(1), low = low_.value_or(0);
        // Figures from 95 to 100 % would be one line at the top of a chart that begins at nought.
        const double from = low > 0.6 * high && high > 0 ? low - (high - low) * 0.4 : std::min(low, 0.0);
        step_ = round_step(std::max(high - from, std::abs(high) * 1e-3), 3);
        bottom_value_ = std::floor(from / step_) * step_;
        top_value_ = std::max(std::ceil(high / step_ - 1e-9) * step_, bottom_value_ + step_);
    }

    static constexpr double top = 46, bottom = 166;
    double left = 0, right = 0;  // set once the labels of the values are measured

    double x(Day day) const { return left + (right - left) * static_cast<double>((day - first_).count()) / static_cast<double>((last_ - first_).count()); }
    double y(double value) const { return bottom - (bottom - top) * (finite_or_zero(value) - bottom_value_) / (top_value_ - bottom_value_); }
    Dot at(Day day, double value) const { return {x(day), y(value)}; }

    Day first() const { return first_; }
    Day last() const { return last_; }
    double step() const { return step_; }
    double bottom_value() const { return bottom_value_; }
    double top_value() const { return top_value_; }

private:
    void stretch(std::optional<double> value)
    {
        if (!value || !std::isfinite(*value)) return;
        low_ = std::min(low_.value_or(*value), *value);
        high_ = std::max(high_.value_or(*value), *value);
    }

    Day first_, last_;
    std::optional<double> low_, high_;
    double step_ = 1, bottom_value_ = 0, top_value_ = 1;
};

constexpr double small_type = 16;

void draw_values_axis(Drawing& drawing, Plot& plot)
{
    double widest = 0;
    const int steps = static_cast<int>(std::lround((plot.top_value() - plot.bottom_value()) / plot.step()));
    const auto value_at = [&](int i) { return plot.bottom_value() + plot.step() * i; };
    for (int i = 0; i <= steps; ++i) widest = std::max(widest, text_width(tick_text(value_at(i)), small_type));
    plot.left = 12 + widest + 10;
    plot.right = chart_width - 22;
    for (int i = 0; i <= steps; ++i) {
        const double y = plot.y(value_at(i));
        drawing.line(std::array{Dot{plot.left, y}, Dot{plot.right, y}}, {grid_colour, 1});
        drawing.text({plot.left - 8, y}, tick_text(value_at(i)), small_type, faint_ink, Drawing::Anchor::end, widest + 1);
    }
}

// The months' ends, as many as find room; a year's first month is told with its year where there are several.
void draw_months(Drawing& drawing, const Plot& plot)
{
    const std::chrono::year_month_day first{plot.first()};
    const std::chrono::year_month_day last{plot.last()};
    double free_from = 0;
    for (auto month = first.year() / first.month(); month <= last.year() / last.month(); month += std::chrono::months{1}) {
        const Day end{std::chrono::local_days{month / std::chrono::last}};
        if (end > plot.last()) break;
        const std::string text = fmt::format("{}月", static_cast<unsigned>(month.month()));
        const double half = text_width(text, small_type) / 2;
        const double x = plot.x(end);
        if (x - half < free_from || x + half > chart_width - 2) continue;
        drawing.text({x, Plot::bottom + 18}, text, small_type, faint_ink, Drawing::Anchor::middle, 2 * half + 1);
        free_from = x + half + 8;
    }
}

// Pieces without a gap: a month without a value parts the line.
template <class ValueOf>
std::vector<std::vector<Dot>> pieces(const TrendChart& chart, const Plot& plot, ValueOf value_of)
{
    std::vector<std::vector<Dot>> all(1);
    for (const TrendPoint& point : chart.points) {
        const std::optional<double> value = value_of(point);
        if (value && std::isfinite(*value))
            all.back().push_back(plot.at(point.day, *value));
        else if (!all.back().empty())
            all.emplace_back();
    }
    return all;
}

void draw_forecast(Drawing& drawing, const TrendChart& chart, const Plot& plot, std::optional<Dot> from)
{
    const TrendChart::End& end = *chart.forecast;
    const std::string_view colour = standing_colour(chart.standing);
    const Dot low = plot.at(end.by, end.low), high = plot.at(end.by, end.high), middle = plot.at(end.by, end.value);
    if (from && from->x < middle.x) {
        drawing.area(std::array{*from, low, high}, colour, 0.15);
        drawing.line(std::array{*from, middle}, {colour, 2, "5 4"});
    }
    drawing.line(std::array{low, high}, {colour, 2});
    drawing.dot(middle, 4, colour);
}

// What the lines are, above the plot: the target at the left, the forecast at the right.
void draw_trend_words(Drawing& drawing, const TrendChart& chart)
{
    constexpr double y = 17, room = 160;
    double x = 12;
    const auto entry = [&](std::string_view text, std::string_view colour, std::string_view dash, double width) {
        if (text.empty()) return;
        drawing.line(std::array{Dot{x, y}, Dot{x + 18, y}}, {colour, width, dash});
        x += 24 + drawing.text({x + 24, y}, text, small_type, ink, Drawing::Anchor::start, room) + 14;
    };
    entry(chart.target_text, mark_colour, "7 4", 2);
    const bool paced = std::ranges::any_of(chart.points, [](const TrendPoint& point) { return point.expected.has_value(); });
    if (paced) entry("序时", "#9e9e9e", "", 1.5);
    if (chart.forecast) entry(chart.forecast_text, standing_colour(chart.standing), "5 4", 2);
}

Drawing draw_trend(const TrendChart& chart)
{
    Drawing drawing{chart_width, 200, Drawing::Ground::paper};
    Plot plot{chart};
    draw_values_axis(drawing, plot);
    draw_trend_words(drawing, chart);
    if (chart.points.empty()) return drawing;
    draw_months(drawing, plot);
    if (chart.target) {
        const double y = plot.y(*chart.target);
        drawing.line(std::array{Dot{plot.left, y}, Dot{plot.right, y}}, {mark_colour, 2, "7 4"});
    }
    for (const auto& piece : pieces(chart, plot, [](const TrendPoint& point) { return point.expected; }))
        if (piece.size() > 1) drawing.line(piece, {"#9e9e9e", 1.5});
    const std::string_view colour = standing_colour(chart.standing);
    const auto known = pieces(chart, plot, [](const TrendPoint& point) { return point.value; });
    std::optional<Dot> newest;
    for (const auto& piece : known)
        if (!piece.empty()) newest = piece.back();
    if (chart.forecast) draw_forecast(drawing, chart, plot, newest);
    for (const auto& piece : known) {
        if (piece.size() > 1) drawing.line(piece, {colour, 2.5});
        for (const Dot& dot : piece) drawing.dot(dot, 3, colour);
    }
    return drawing;
}

Drawing draw_bars(const BarChart& chart)
{
    constexpr double type = 17, bar = 13, gap = 10, head = 36;
    const auto series = static_cast<double>(chart.series.size());
    const double row = std::max(series * (bar + 4), type) + gap;
    Drawing drawing{chart_width, static_cast<int>(std::ceil(head + row * static_cast<double>(chart.rows.size()) + 6)), Drawing::Ground::paper};
    double x = 12;
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
        drawing.rectangle(x, 12, 12, 12, series_colours[i], 1, 2);
        x += 18 + drawing.text({x + 18, 18}, chart.series[i], small_type, ink, Drawing::Anchor::start, 180) + 18;
    }
    double names = 0, numbers = 0;
    for (const BarChart::Row& each : chart.rows) {
        names = std::max(names, text_width(each.name, type));
        for (const BarChart::Bar& one : each.bars) numbers = std::max(numbers, text_width(one.text, small_type));
    }
    names = std::min(names, 150.0);
    numbers = std::min(numbers, 120.0);
    const double left = 12 + names + 12, right = chart_width - 12 - numbers - 8;
    for (std::size_t i = 0; i < chart.rows.size(); ++i) {
        const double top = head + row * static_cast<double>(i) + gap / 2;
        const double middle = top + (row - gap) / 2;
        drawing.text({12 + names, middle}, chart.rows[i].name, type, ink, Drawing::Anchor::end, names + 0.5);
        for (std::size_t k = 0; k < chart.rows[i].bars.size() && k < chart.series.size(); ++k) {
            const BarChart::Bar& one = chart.rows[i].bars[k];
            const double y = middle + (static_cast<double>(k) - (series - 1) / 2) * (bar + 4);
            drawing.rectangle(left, y - bar / 2, right - left, bar, "#eeeeee", 1, 2);
            if (one.share) drawing.rectangle(left, y - bar / 2, std::max((right - left) * std::clamp(finite_or_zero(*one.share), 0.0, 1.0), 1.5), bar, series_colours[k], 1, 2);
            drawing.text({right + 8, y}, one.text, small_type, faint_ink, Drawing::Anchor::start, numbers + 0.5);
        }
    }
    return drawing;
}

}  // namespace

std::string_view standing_colour(Standing standing) { return name_in({"#c62828", "#b45309", "#1565c0", "#2e7d32", "#6b6b6b"}, standing); }

std::string_view standing_sign(Standing standing) { return name_in({"✕", "▼", "●", "✓", "?"}, standing); }

Drawing draw(const Chart& chart)
{
    if (const auto* bullet = std::get_if<BulletChart>(&chart.shape)) return draw_bullet(*bullet);
    if (const auto* trend = std::get_if<TrendChart>(&chart.shape)) return draw_trend(*trend);
    return draw_bars(std::get<BarChart>(chart.shape));
}

}  // namespace planwatch
