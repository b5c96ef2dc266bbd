// The pictures of reports: one indicator's progress against target and pace, its way through the year, units side by side. What they show
// is given as numbers and words; nothing here knows a plan. Standing is told by colour and, where it is shown, by its sign.
#pragma once

#include "exporters/drawing.hpp"
#include "rules/report.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace planwatch {

std::string_view standing_colour(Standing standing);  // "#c62828"; white text on it can be read, and it on white and on black
std::string_view standing_sign(Standing standing);    // ✕ ▼ ● ✓ ?: a character of every Chinese font

// A strip without words: the value as a bar on a track, the target as a line across it, the pace as a triangle above it.
struct BulletChart {
    Standing standing = Standing::unknown;
    std::optional<double> value;     // empty: the track alone
    std::optional<double> before;    // what it was; what was added since is paler
    std::optional<double> expected;
    double target = 0;
};

// Values through the year as a line with dots, the pace thin, the target dashed across, the forecast as a fan.
struct TrendChart {
    struct End {
        Day by{};
        double value = 0, low = 0, high = 0;
    };
    Standing standing = Standing::unknown;
    std::vector<TrendPoint> points;  // ascending by day
    std::optional<double> target;
    std::string target_text;         // 目标 ≥ 5225
    std::optional<End> forecast;
    std::string forecast_text;       // 预计 5010
    std::string unit;
};

// A row a unit: one or two bars from 0 to 1, each with its number.
struct BarChart {
    struct Bar {
        std::optional<double> share;  // 0 to 1; empty: no bar
        std::string text;             // "80% 4/5"
    };
    struct Row {
        std::string name;
        std::vector<Bar> bars;        // as many as there are series
    };
    std::vector<std::string> series;  // their names; one or two
    std::vector<Row> rows;
};

struct Chart {
    std::variant<BulletChart, TrendChart, BarChart> shape;
    std::string alt;
};

inline constexpr int chart_width = 480;  // the whole of a phone's width, at a size of type that is read there and on a desk

Drawing draw(const Chart& chart);

}  // namespace planwatch
