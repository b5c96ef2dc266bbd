#include "exporters/alert_id.hpp"

namespace planwatch {
namespace {

std::string part(std::string_view text) { return text == "-" ? std::string{} : std::string{text}; }

// Cuts the part before the first colon, or after the last one, off `text`.
std::optional<std::string_view> cut_first(std::string_view& text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view first = text.substr(0, colon);
    text.remove_prefix(colon + 1);
    return first;
}

std::optional<std::string_view> cut_last(std::string_view& text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view last = text.substr(colon + 1);
    text = text.substr(0, colon);
    return last;
}

}  // namespace

std::optional<AlertKey> parse_alert_id(std::string_view id)
{
    const auto plan = cut_first(id);
    const auto kind = cut_first(id);
    const auto period = cut_last(id);
    const auto unit = cut_last(id);
    if (!plan || !kind || !period || !unit) return std::nullopt;
    const std::optional<AlertKind> known = parse_alert_kind(*kind);
    if (!known) return std::nullopt;
    return AlertKey{.kind = *known, .subject = part(id), .unit = part(*unit), .period = part(*period)};
}

}  // namespace planwatch
