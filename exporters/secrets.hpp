// Signatures, and secrets kept out of what people read.
#pragma once

#include <string>
#include <string_view>

namespace planwatch {

std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes
std::string base64(std::string_view bytes);
// Bytes that are no base64 are passed over.
std::string from_base64(std::string_view text);
// RFC 3986: all but letters, digits and -._~ becomes %XX.
std::string percent_encode(std::string_view text);

// `text` with every occurrence of `secret` as "*"; an empty secret is in no text.
std::string without_secret(std::string text, std::string_view secret);
// "https://host/…": the scheme and host of a URL, which may be shown; the rest of a robot's URL is its password.
std::string masked_url(std::string_view url);
// `text` without `url`'s path, query and the values in it, for a server may quote what it was given.
std::string without_url(std::string text, std::string_view url);

}  // namespace planwatch
