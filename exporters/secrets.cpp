#include "exporters/secrets.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace planwatch {
namespace {

const guchar* octets(std::string_view bytes) { return reinterpret_cast<const guchar*>(bytes.data()); }

bool unreserved(char c)
{
    return g_ascii_isalnum(c) != FALSE || c == '-' || c == '.' || c == '_' || c == '~';
}

std::size_t end_of_authority(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    return std::min(url.find_first_of("/?#", scheme == std::string_view::npos ? 0 : scheme + 3), url.size());
}

// What a URL's password may be: the last step of its path, and the value of each parameter.
std::vector<std::string_view> values_in(std::string_view rest)
{
    std::vector<std::string_view> values;
    const std::size_t question = std::min(rest.find('?'), rest.size());
    const std::string_view path = rest.substr(0, question);
    if (const std::size_t slash = path.rfind('/'); slash != std::string_view::npos) values.push_back(path.substr(slash + 1));
    std::string_view query = rest.substr(question);
    while (!query.empty()) {
        query.remove_prefix(1);
        const std::string_view pair = query.substr(0, query.find('&'));
        if (const std::size_t equals = pair.find('='); equals != std::string_view::npos) values.push_back(pair.substr(equals + 1));
        query.remove_prefix(pair.size());
    }
    return values;
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message)
{
    const std::unique_ptr<GHmac, decltype(&g_hmac_unref)> hmac{g_hmac_new(G_CHECKSUM_SHA256, octets(key), key.size()), &g_hmac_unref};
    g_hmac_update(hmac.get(), octets(message), static_cast<gssize>(message.size()));
    std::array<guint8, 32> digest{};
    gsize size = digest.size();
    g_hmac_get_digest(hmac.get(), digest.data(), &size);
    return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string base64(std::string_view bytes)
{
    const std::unique_ptr<char, decltype(&g_free)> encoded{g_base64_encode(octets(bytes), bytes.size()), &g_free};
    return encoded.get();
}

std::string from_base64(std::string_view text)
{
    gsize size = 0;
    const std::unique_ptr<guchar, decltype(&g_free)> bytes{g_base64_decode(std::string{text}.c_str(), &size), &g_free};
    return {reinterpret_cast<const char*>(bytes.get()), size};
}

std::string percent_encode(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::string without_secret(std::string text, std::string_view secret)
{
    if (secret.empty()) return text;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 1)) text.replace(at, secret.size(), "*");
    return text;
}

std::string masked_url(std::string_view url)
{
    const std::size_t end = end_of_authority(url);
    std::string shown{url.substr(0, end)};
    // A name and password before the host.
    if (const std::size_t at = shown.rfind('@'); at != std::string::npos) shown.replace(shown.find("://") + 3, at - shown.find("://") - 3, "*");
    return end == url.size() ? shown : shown + "/…";
}

std::string without_url(std::string text, std::string_view url)
{
    constexpr std::size_t short_word = 4;  // "send", "v2": no secrets, and words of a sentence
    const std::string_view rest = url.substr(end_of_authority(url));
    if (rest.size() > short_word) text = without_secret(std::move(text), rest);
    for (const std::string_view value : values_in(rest))
        if (value.size() > short_word) text = without_secret(std::move(text), value);
    return text;
}

}  // namespace planwatch
