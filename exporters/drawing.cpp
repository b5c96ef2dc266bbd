#include "exporters/drawing.hpp"

#include "exporters/utf8.hpp"

#include <fmt/format.h>
#include <librsvg/rsvg.h>
#include <pango/pangocairo.h>
#include <png.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

#ifdef __SANITIZE_ADDRESS__
// fontconfig keeps what it has read of fonts until the program ends, where the leak checker does not look for it.
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
#endif

namespace planwatch {
namespace {

constexpr const char* font_family = "Noto Sans CJK SC";

struct UnrefObject {
    void operator()(void* object) const { g_object_unref(object); }
};

std::string escaped_for_xml(const std::string& line)
{
    const std::unique_ptr<char, decltype(&g_free)> escaped{g_markup_escape_text(line.data(), static_cast<gssize>(line.size())), &g_free};
    return escaped.get();
}

// Measures as librsvg sets: the same fonts, no rounding to whole pixels.
class Ruler {
public:
    Ruler() : context_{pango_font_map_create_context(pango_cairo_font_map_get_default())}, layout_{pango_layout_new(context_.get())}
    {
        const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options{cairo_font_options_create(), &cairo_font_options_destroy};
        cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
        cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
        pango_cairo_context_set_font_options(context_.get(), options.get());
        pango_layout_set_single_paragraph_mode(layout_.get(), TRUE);
    }

    double width(std::string_view text, double size, bool bold) const
    {
        set(text, size, bold);
        int width = 0;
        pango_layout_get_size(layout_.get(), &width, nullptr);
        return static_cast<double>(width) / PANGO_SCALE;
    }

    std::size_t missing(std::string_view text) const
    {
        set(text, 16, false);
        return static_cast<std::size_t>(pango_layout_get_unknown_glyphs_count(layout_.get()));
    }

private:
    void set(std::string_view text, double size, bool bold) const
    {
        const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)> font{pango_font_description_from_string(font_family),
                                                                                                 &pango_font_description_free};
        pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
        pango_font_description_set_weight(font.get(), bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
        pango_layout_set_font_description(layout_.get(), font.get());
        pango_layout_set_text(layout_.get(), text.data(), static_cast<int>(text.size()));
    }

    std::unique_ptr<PangoContext, UnrefObject> context_;
    std::unique_ptr<PangoLayout, UnrefObject> layout_;
};

const Ruler& ruler()
{
    static thread_local const Ruler one;  // Pango's default font map is a thread's own
    return one;
}

std::string shortened(const std::string& text, double size, double room, bool bold)
{
    if (ruler().width(text, size, bold) <= room) return text;
    std::size_t fits = 0;
    std::size_t too_long = text.size();
    while (fits < too_long) {
        const std::size_t middle = prefix_at_character(text, (fits + too_long) / 2);
        if (middle <= fits || middle >= too_long) break;
        (ruler().width(text.substr(0, middle) + "…", size, bold) <= room ? fits : too_long) = middle;
    }
    return text.substr(0, fits) + "…";
}

std::string points_of(std::span<const Dot> dots)
{
    std::string points;
    for (const Dot& dot : dots) points += fmt::format("{}{:.2f},{:.2f}", points.empty() ? "" : " ", dot.x, dot.y);
    return points;
}

// A cairo pixel, its red, green, blue and opacity not multiplied with one another.
std::array<png_byte, 4> colour_of_pixel(std::uint32_t pixel, bool opaque)
{
    const std::uint32_t alpha = opaque ? 255 : pixel >> 24;
    const auto channel = [&](int shift) { return static_cast<png_byte>(alpha == 0 ? 0 : std::min<std::uint32_t>((((pixel >> shift) & 255) * 255 + alpha / 2) / alpha, 255)); };
    return {channel(16), channel(8), channel(0), static_cast<png_byte>(alpha)};
}

// A picture by the table of its colours takes a third of the bytes. Charts have few; what lies between them, at the edges of letters, is
// made coarser until all are at most 256.
struct IndexedPicture {
    std::vector<png_byte> pixels;
    std::vector<png_byte> colours;  // four bytes each

    static bool fill(IndexedPicture& picture, std::span<const std::uint32_t> source, bool opaque, int dropped_bits)
    {
        picture = {};
        std::map<std::array<png_byte, 4>, png_byte> places;
        const auto mask = static_cast<png_byte>(0xff << dropped_bits);
        std::uint32_t last_pixel = 0;
        std::optional<png_byte> last_place;
        for (const std::uint32_t pixel : source) {
            if (!last_place || pixel != last_pixel) {
                auto colour = colour_of_pixel(pixel, opaque);
                for (png_byte& channel : colour) channel = static_cast<png_byte>((channel & mask) * 255 / mask);
                const auto [at, is_new] = places.try_emplace(colour, static_cast<png_byte>(places.size()));
                if (is_new && places.size() > 256) return false;
                if (is_new) picture.colours.insert(picture.colours.end(), colour.begin(), colour.end());
                last_pixel = pixel;
                last_place = at->second;
            }
            picture.pixels.push_back(*last_place);
        }
        return true;
    }
};

std::string png_of(cairo_surface_t* surface, bool opaque)
{
    cairo_surface_flush(surface);
    const auto width = static_cast<std::size_t>(cairo_image_surface_get_width(surface));
    const auto height = static_cast<std::size_t>(cairo_image_surface_get_height(surface));
    const auto* const data = reinterpret_cast<const std::uint32_t*>(cairo_image_surface_get_data(surface));
    if (!data || cairo_image_surface_get_stride(surface) != static_cast<int>(width * 4)) throw std::runtime_error{"picture: there is no room for it"};
    IndexedPicture indexed;
    for (int dropped_bits = 0; !IndexedPicture::fill(indexed, {data, width * height}, opaque, dropped_bits); ++dropped_bits) {}

    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = PNG_FORMAT_RGBA_COLORMAP;
    image.colormap_entries = static_cast<png_uint_32>(indexed.colours.size() / 4);
    std::string bytes;
    png_alloc_size_t size = 0;
    for (int pass = 0; pass < 2; ++pass) {  // the first finds the size out
        if (!png_image_write_to_memory(&image, pass == 0 ? nullptr : bytes.data(), &size, 0, indexed.pixels.data(), 0, indexed.colours.data()))
            throw std::runtime_error{fmt::format("picture: {}", image.message)};
        bytes.resize(size);
    }
    return bytes;
}

[[noreturn]] void throw_error(GError* error)
{
    const std::string reason = error ? error->message : "unknown";
    g_clear_error(&error);
    throw std::runtime_error{"picture: " + reason};
}

}  // namespace

Drawing::Drawing(int width, int height, Ground ground) : width_{width}, height_{height}, ground_{ground}
{
    if (ground == Ground::paper) rectangle(0, 0, width, height, "#ffffff");
}

void Drawing::rectangle(double left, double top, double width, double height, std::string_view fill, double opacity, double radius)
{
    shapes_ += fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" rx=\"{:.2f}\" fill=\"{}\" fill-opacity=\"{:.2f}\"/>\n", left, top, width,
                           height, radius, fill, opacity);
}

void Drawing::line(std::span<const Dot> dots, const Stroke& stroke)
{
    shapes_ += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{:.2f}\" stroke-linejoin=\"round\" stroke-linecap=\"{}\"", points_of(dots),
                           stroke.colour, stroke.width, stroke.dash.empty() ? "round" : "butt");
    if (!stroke.dash.empty()) shapes_ += fmt::format(" stroke-dasharray=\"{}\"", stroke.dash);
    shapes_ += "/>\n";
}

void Drawing::area(std::span<const Dot> dots, std::string_view fill, double opacity)
{
    shapes_ += fmt::format("<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"{:.2f}\"/>\n", points_of(dots), fill, opacity);
}

void Drawing::dot(Dot at, double radius, std::string_view fill, double opacity)
{
    shapes_ += fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{:.2f}\" fill=\"{}\" fill-opacity=\"{:.2f}\"/>\n", at.x, at.y, radius, fill, opacity);
}

double Drawing::text(Dot at, std::string_view text, double size, std::string_view fill, Anchor anchor, double room, bool bold)
{
    const std::string shown = shortened(to_xml_line(text), size, room, bold);
    if (shown.empty()) return 0;
    const double width = ruler().width(shown, size, bold);
    const double left = anchor == Anchor::start ? at.x : anchor == Anchor::middle ? at.x - width / 2 : at.x - width;
    constexpr double above_baseline = 0.36;  // of the size: a Chinese character's middle
    shapes_ += fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" font-family=\"{}\" font-size=\"{:.2f}\"{} fill=\"{}\">{}</text>\n", left, at.y + size * above_baseline,
                           font_family, size, bold ? " font-weight=\"bold\"" : "", fill, escaped_for_xml(shown));
    labels_.push_back({shown, left, at.y - size / 2, width, size});
    return width;
}

std::string Drawing::svg() const
{
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n{2}</svg>\n", width_, height_, shapes_);
}

std::string Drawing::png(double scale) const
{
    const std::string source = svg();
    GError* error = nullptr;
    const std::unique_ptr<RsvgHandle, UnrefObject> handle{rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(source.data()), source.size(), &error)};
    if (!handle) throw_error(error);
    const cairo_format_t format = ground_ == Ground::paper ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32;
    const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface{
        cairo_image_surface_create(format, static_cast<int>(width_ * scale), static_cast<int>(height_ * scale)), &cairo_surface_destroy};
    const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo{cairo_create(surface.get()), &cairo_destroy};
    const RsvgRectangle whole{0, 0, width_ * scale, height_ * scale};
    if (!rsvg_handle_render_document(handle.get(), cairo.get(), &whole, &error)) throw_error(error);
    return png_of(surface.get(), ground_ == Ground::paper);
}

double text_width(std::string_view text, double size, bool bold) { return ruler().width(to_one_line(text), size, bold); }

std::size_t missing_glyphs(std::string_view text) { return ruler().missing(to_one_line(text)); }

}  // namespace planwatch
