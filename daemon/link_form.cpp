#include "daemon/link_form.hpp"

#include "exporters/utf8.hpp"

#include <boost/url.hpp>

#include <algorithm>
#include <optional>

namespace planwatch {
namespace {

namespace urls = boost::urls;

constexpr std::size_t longest_words = 2'000;  // bytes of a comment, as the API takes it

std::optional<LinkRest> parse_link_rest(std::string_view text)
{
    for (const LinkRest rest : {LinkRest::next_opening, LinkRest::three_days, LinkRest::seven_days})
        if (to_string(rest) == text) return rest;
    return std::nullopt;
}

// A browser sends a line break as CR LF.
std::string without_returns(std::string text)
{
    std::erase(text, '\r');
    return text;
}

bool is_plain_text(std::string_view text)
{
    return is_valid_utf8(text) && std::ranges::none_of(text, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; });
}

}  // namespace

std::string_view to_string(LinkRest rest)
{
    switch (rest) {
        case LinkRest::next_opening: return "opening";
        case LinkRest::three_days: return "3d";
        case LinkRest::seven_days: return "7d";
    }
    return "";
}

Result<LinkForm> parse_link_form(std::string_view body, const LinkWords& words)
{
    const auto wrong = [](const char* path, std::string_view why) { return fail(path, std::string{why}); };
    if (body.size() > longest_link_form) return wrong("", words.too_long);
    // A form is encoded as a query is. Not by parse_query, which in Boost 1.81 reads on behind the text's end.
    const std::string target = std::string{"/?"}.append(body);
    const auto url = urls::parse_origin_form(target);
    if (!url) return wrong("", words.unreadable);
    LinkForm form;
    int rests = 0, comments = 0;
    const urls::encoding_opts plus_as_blank{true};
    for (urls::param parameter : url->params(plus_as_blank)) {
        if (parameter.key == "rest") {
            const auto rest = parse_link_rest(parameter.value);
            if (!rest) return wrong("/rest", words.choose_rest);
            form.rest = *rest;
            ++rests;
        } else if (parameter.key == "comment") {
            form.comment = without_returns(std::move(parameter.value));
            ++comments;
        } else {
            return wrong("", words.unreadable);
        }
    }
    if (rests != 1 || comments > 1) return wrong("/rest", words.choose_rest);
    if (form.comment.size() > longest_words) return wrong("/comment", words.comment_too_long);
    if (!is_plain_text(form.comment)) return wrong("/comment", words.comment_not_plain);
    return form;
}

}  // namespace planwatch
