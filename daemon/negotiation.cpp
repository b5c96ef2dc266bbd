#include "daemon/negotiation.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace planwatch {
namespace {

// One member of the list: `text/plain;version=0.0.4;q=0.5`.
struct Offer {
    std::string name;     // lower case
    std::string version;  // empty where none is given
    int quality = 1000;   // thousandths; 0: not wanted
};

// Cut at `separator`, but not within quotes; the parts are trimmed.
std::vector<std::string> parts_of(std::string_view text, char separator)
{
    std::vector<std::string> parts(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted && text[i] == '\\' && i + 1 < text.size()) {
            parts.back() += text[++i];
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (text[i] == separator && !quoted) {
            parts.emplace_back();
        } else {
            parts.back() += text[i];
        }
    }
    for (std::string& part : parts) boost::algorithm::trim(part);
    return parts;
}

// "0", "1", "0.5", "0.25", "1.000": thousandths.
std::optional<int> read_quality(std::string_view text)
{
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int quality = (text[0] - '0') * 1000;
    int weight = 100;
    for (std::size_t i = 2; i < text.size(); ++i, weight /= 10) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        quality += (text[i] - '0') * weight;
    }
    return quality <= 1000 ? std::optional{quality} : std::nullopt;
}

std::optional<Offer> read_offer(const std::string& text)
{
    const std::vector<std::string> parts = parts_of(text, ';');
    Offer offer{.name = boost::algorithm::to_lower_copy(parts.front())};
    if (offer.name.empty()) return std::nullopt;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::size_t equals = parts[i].find('=');
        if (equals == std::string::npos) continue;
        const std::string name = boost::algorithm::to_lower_copy(parts[i].substr(0, equals));
        const std::string value = parts[i].substr(equals + 1);
        if (name == "version") offer.version = value;
        if (name != "q") continue;
        const auto quality = read_quality(value);
        if (!quality) return std::nullopt;
        offer.quality = *quality;
    }
    return offer;
}

std::vector<Offer> read_offers(std::string_view field)
{
    std::vector<Offer> offers;
    for (const std::string& member : parts_of(field, ','))
        if (auto offer = read_offer(member)) offers.push_back(*std::move(offer));
    return offers;
}

// The best of those that fit; none where none does.
std::optional<int> best(const std::vector<Offer>& offers, const std::function<bool(const Offer&)>& fits)
{
    std::optional<int> quality;
    for (const Offer& offer : offers)
        if (fits(offer)) quality = std::max(quality, std::optional{offer.quality});
    return quality;
}

// Of the members that mean the type, the most exact one says how much it is wanted.
int wanted(const std::vector<Offer>& offers, std::string_view type, std::string_view version)
{
    const std::string family = std::string{type.substr(0, type.find('/'))} + "/*";
    const auto exact = best(offers, [&](const Offer& offer) { return offer.name == type && (offer.version.empty() || offer.version == version); });
    if (exact) return *exact;
    if (const auto any_of_family = best(offers, [&](const Offer& offer) { return offer.name == family; })) return *any_of_family;
    return best(offers, [](const Offer& offer) { return offer.name == "*/*"; }).value_or(0);
}

}  // namespace

ExpositionFormat negotiate_format(std::string_view accept)
{
    constexpr std::string_view openmetrics = "application/openmetrics-text";
    const std::vector<Offer> offers = read_offers(accept);
    const bool named = std::any_of(offers.begin(), offers.end(), [&](const Offer& offer) { return offer.name == openmetrics; });
    const int quality = wanted(offers, openmetrics, "1.0.0");
    const bool preferred = named && quality > 0 && quality >= wanted(offers, "text/plain", "0.0.4");
    return preferred ? ExpositionFormat::openmetrics : ExpositionFormat::text;
}

bool accepts_gzip(std::string_view accept_encoding)
{
    const std::vector<Offer> offers = read_offers(accept_encoding);
    const auto of = [&](std::string_view name) { return best(offers, [&](const Offer& offer) { return offer.name == name; }); };
    auto gzip = std::max(of("gzip"), of("x-gzip"));
    if (!gzip) gzip = of("*");
    return gzip.value_or(0) > 0 && *gzip >= of("identity").value_or(0);
}

}  // namespace planwatch
