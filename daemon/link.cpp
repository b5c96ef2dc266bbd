#include "daemon/link.hpp"

#include "daemon/digest.hpp"
#include "exporters/secrets.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <span>

namespace planwatch {
namespace {

constexpr std::size_t content_size = 16;
constexpr std::size_t mac_size = 16;  // 128 bits cannot be guessed, and a chat has few bytes for a link
constexpr std::size_t link_size = 43;

void append_number(std::string& into, std::uint64_t number, int bytes)
{
    for (int i = 0; i < bytes; ++i) into += static_cast<char>(number >> (8 * i) & 0xff);
}

std::uint64_t take_number(std::string_view& from, std::size_t bytes)
{
    std::uint64_t number = 0;
    for (std::size_t i = bytes; i > 0; --i) number = number << 8U | static_cast<std::uint8_t>(from[i - 1]);
    from.remove_prefix(bytes);
    return number;
}

std::string in_base64url(std::string_view bytes)
{
    return to_base64url({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string out_of_base64url(std::string text)
{
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    return from_base64(text + "=");
}

}  // namespace

std::string LinkSigner::mac(std::string_view content) const { return hmac_sha256(key_, "acknowledge\n" + std::string{content}).substr(0, mac_size); }

std::string LinkSigner::sign(const Link& link) const
{
    std::string bytes;
    append_number(bytes, link.plan, 4);
    append_number(bytes, link.notice, 8);
    append_number(bytes, static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(link.expires).time_since_epoch().count()), 4);
    return in_base64url(bytes + mac(bytes));
}

std::optional<Link> LinkSigner::read(std::string_view text) const
{
    if (text.size() != link_size) return std::nullopt;
    const std::string bytes = out_of_base64url(std::string{text});
    // Characters that are none of base64url, or bits that mean nothing: one link has one text.
    if (bytes.size() != content_size + mac_size || in_base64url(bytes) != text) return std::nullopt;
    std::string_view content = std::string_view{bytes}.substr(0, content_size);
    if (CRYPTO_memcmp(mac(content).data(), bytes.data() + content_size, mac_size) != 0) return std::nullopt;
    Link link;
    link.plan = static_cast<std::uint32_t>(take_number(content, 4));
    link.notice = take_number(content, 8);
    link.expires = Instant{std::chrono::seconds{take_number(content, 4)}};
    return link;
}

}  // namespace planwatch
