#include "config/json_sax.hpp"

#include <array>
#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <deque>
#include <vector>

namespace planwatch {
namespace {

namespace json = boost::json;
using boost::system::error_code;

// Nearly every text. No early end, so that it is done sixteen bytes at a time.
bool stands_as_it_is(std::string_view text)
{
    unsigned special = 0;
    for (const char byte : text)
        special |= static_cast<unsigned>(static_cast<unsigned char>(byte) < 0x20) | static_cast<unsigned>(byte == '\\') | static_cast<unsigned>(byte == '"');
    return special == 0;
}

// Builds the tree and notes every key that stands twice in one object: the tree itself would keep the last silently.
struct TreeHandler : SaxLimits {
    struct Key {
        std::string_view name;
        std::size_t offset = 0;
    };

    TreeHandler(std::string_view whole, json::storage_ptr storage) : text{whole} { stack.reset(std::move(storage)); }

    std::string_view text;
    std::array<unsigned char, 2048> buffer;
    json::value_stack stack{{}, buffer.data(), buffer.size()};
    std::vector<Key> keys;               // of the objects that are open
    std::vector<std::size_t> objects;    // where each open object's keys begin
    std::deque<std::string> unescaped;   // keys that do not stand in the text as they are
    std::string key_parts;
    std::size_t last_offset = 0;         // near where the parser is
    Problems problems;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&)
    {
        objects.push_back(keys.size());
        return true;
    }
    bool on_object_end(std::size_t size, error_code&)
    {
        find_duplicates();
        stack.push_object(size);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t size, error_code&)
    {
        stack.push_array(size);
        return true;
    }
    bool on_key_part(std::string_view part, std::size_t, error_code&)
    {
        note_offset(part);
        key_parts += part;
        stack.push_chars(part);
        return true;
    }
    bool on_key(std::string_view part, std::size_t size, error_code&)
    {
        note_offset(part);
        stack.push_key(part);
        if (part.size() != size || !lies_in(part, text)) part = unescaped.emplace_back(key_parts += part);
        keys.push_back({part, last_offset});
        key_parts.clear();
        return true;
    }
    bool on_string_part(std::string_view part, std::size_t, error_code&)
    {
        note_offset(part);
        stack.push_chars(part);
        return true;
    }
    bool on_string(std::string_view part, std::size_t, error_code&)
    {
        note_offset(part);
        stack.push_string(part);
        return true;
    }
    bool on_number_part(std::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, std::string_view, error_code&)
    {
        stack.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, std::string_view, error_code&)
    {
        stack.push_uint64(number);
        return true;
    }
    bool on_double(double number, std::string_view, error_code& error)
    {
        if (!std::isfinite(number)) {
            error = json::error::exponent_overflow;
            return false;
        }
        stack.push_double(number);
        return true;
    }
    bool on_bool(bool flag, error_code&)
    {
        stack.push_bool(flag);
        return true;
    }
    bool on_null(error_code&)
    {
        stack.push_null();
        return true;
    }
    bool on_comment_part(std::string_view, error_code&) { return true; }
    bool on_comment(std::string_view, error_code&) { return true; }

private:
    void note_offset(std::string_view part)
    {
        if (lies_in(part, text)) last_offset = static_cast<std::size_t>(part.data() - text.data());
    }

    void find_duplicates()
    {
        const auto first = keys.begin() + static_cast<std::ptrdiff_t>(objects.back());
        std::sort(first, keys.end(), [](const Key& a, const Key& b) { return a.name != b.name ? a.name < b.name : a.offset < b.offset; });
        for (auto key = first; key != keys.end(); ++key) {
            if (key == first || key->name != (key - 1)->name) continue;
            const auto [line, column] = position_of(text, key->offset);
            problems.push_back({fmt::format("{}:{}", line, column),
                                fmt::format("the key '{}' stands twice in one object; expected it once", key->name)});
        }
        keys.erase(first, keys.end());
        objects.pop_back();
    }
};

// Boost calls a first half that nothing follows a plain syntax error.
bool follows_half_a_pair(std::string_view text, std::size_t offset)
{
    constexpr std::size_t size = 6;  // \ud83d
    if (offset < size || offset > text.size()) return false;
    const std::string_view before = text.substr(offset - size, size);
    return before.starts_with("\\ud") && std::string_view{"89abAB"}.find(before[3]) != std::string_view::npos;
}

}  // namespace

std::string describe_json_error(const error_code& error, std::string_view text, std::size_t offset)
{
    const std::string_view rest = text.substr(std::min(offset, text.size()));
    if (error == json::error::incomplete) return "the text ends in the middle; expected the rest of a JSON document";
    if (error == json::error::too_deep) return fmt::format("nested deeper than {} levels", max_json_depth);
    if (error == json::error::exponent_overflow) return "a number beyond all bounds; expected a finite one";
    if (error == json::error::illegal_leading_surrogate || error == json::error::illegal_trailing_surrogate ||
        follows_half_a_pair(text, offset))
        return "half of a surrogate pair; expected both halves, \\ud83d\\ude00";
    if (error == json::error::expected_hex_digit) return "expected four hex digits after \\u";
    if (!rest.empty() && static_cast<unsigned char>(rest.front()) >= 0x80) return "not JSON: a byte that is no UTF-8 or stands outside a string";
    if (!rest.empty() && static_cast<unsigned char>(rest.front()) < 0x20)
        return "not JSON: a control character inside a string; expected it escaped, as \\n";
    if (rest.empty()) return "not JSON: the text is empty; expected a document";
    return fmt::format("not JSON: unexpected '{}'; expected a value, a key in double quotes, a comma or a closing bracket", rest.front());
}

Result<json::value> parse_json(std::string_view text, json::storage_ptr storage)
{
    json::basic_parser<TreeHandler> parser{strict_json(), text, std::move(storage)};
    TreeHandler& handler = parser.handler();
    const auto fault = parse_with(parser, text);
    if (fault) {
        const auto [line, column] = position_of(text, fault->offset);
        handler.problems.push_back({fmt::format("{}:{}", line, column), fault->message});
    }
    if (!handler.problems.empty()) return tl::unexpected<Problems>{std::move(handler.problems)};
    return handler.stack.release();
}

void append_json_string(std::string& out, std::string_view text)
{
    out += '"';
    if (stands_as_it_is(text)) {
        out.append(text).push_back('"');
        return;
    }
    std::size_t copied = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) continue;
        out.append(text, copied, i - copied);
        if (c == '"' || c == '\\') {
            out += {'\\', c};
        } else {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        }
        copied = i + 1;
    }
    out.append(text, copied);
    out += '"';
}

}  // namespace planwatch
