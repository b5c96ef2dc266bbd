#include "exporters/json.hpp"

#include "config/json.hpp"
#include "exporters/number.hpp"
#include "exporters/utf8.hpp"

#include <cmath>

namespace planwatch {
namespace {

void append_string(std::string& out, std::string_view text)
{
    if (!is_valid_utf8(text)) return append_string(out, to_valid_utf8(text));
    append_json_string(out, text);
}

}  // namespace

// A comma is due after everything but an opening bracket, a key, and the beginning.
void Json::separate()
{
    if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') out_ += ',';
}

Json& Json::open(char bracket)
{
    separate();
    out_ += bracket;
    return *this;
}

Json& Json::close(char bracket)
{
    out_ += bracket;
    return *this;
}

Json& Json::key(std::string_view name)
{
    separate();
    append_string(out_, name);
    out_ += ':';
    return *this;
}

Json& Json::value(std::string_view text)
{
    separate();
    append_string(out_, text);
    return *this;
}

Json& Json::value(bool boolean) { return raw(boolean ? "true" : "false"); }

Json& Json::value(double number)
{
    if (!std::isfinite(number)) return value(nullptr);
    separate();
    append_shortest(out_, number);
    return *this;
}

Json& Json::value(const Decimal& number) { return raw(number.to_string()); }

Json& Json::value(std::nullptr_t) { return raw("null"); }

Json& Json::raw(std::string_view json)
{
    separate();
    out_ += json;
    return *this;
}

}  // namespace planwatch
