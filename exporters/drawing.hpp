// A picture under way: shapes and measured text as SVG, and its PNG. Lengths are CSS pixels. For one thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

struct Dot {
    double x = 0;
    double y = 0;
};

class Drawing {
public:
    enum class Ground : std::uint8_t { paper, none };  // paper: white, so that text can be read in a dark mode as well
    enum class Anchor : std::uint8_t { start, middle, end };

    struct Label {
        std::string text;  // as shown
        double left = 0, top = 0, width = 0, height = 0;
    };

    struct Stroke {
        std::string_view colour;
        double width = 1;
        std::string_view dash = "";  // as stroke-dasharray
    };

    Drawing(int width, int height, Ground ground);

    void rectangle(double left, double top, double width, double height, std::string_view fill, double opacity = 1, double radius = 0);
    void line(std::span<const Dot> dots, const Stroke& stroke);
    void area(std::span<const Dot> dots, std::string_view fill, double opacity = 1);
    void dot(Dot at, double radius, std::string_view fill, double opacity = 1);
    // One line whose middle stands at `at.y`; what is wider than `room` ends in "…". Returns the width that it takes.
    double text(Dot at, std::string_view text, double size, std::string_view fill, Anchor anchor, double room, bool bold = false);

    int width() const { return width_; }
    int height() const { return height_; }
    const std::vector<Label>& labels() const { return labels_; }  // of every text
    std::string svg() const;
    // `scale` device pixels a CSS pixel. Throws std::runtime_error where the library cannot draw.
    std::string png(double scale = 2) const;

private:
    int width_;
    int height_;
    Ground ground_;
    std::string shapes_;
    std::vector<Label> labels_;
};

double text_width(std::string_view text, double size, bool bold = false);
// Characters that no font of this machine has.
std::size_t missing_glyphs(std::string_view text);

}  // namespace planwatch
