// A JSON writer that appends to one string: keys in the order they are written, the same values give the same bytes,
// UTF-8 as it is (only what RFC 8259 demands is escaped), numbers in the shortest form that reads back the same.
// Boost.JSON reads for us, but writes 6.5 as 6.5E0.
//
//     Json json;
//     json.object().member("plan", "beichen-2023").key("units").array().value("samr").end_array().end_object();
//     std::string text = std::move(json).text();
#pragma once

#include "rules/decimal.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace planwatch {

class Json {
public:
    Json& object() { return open('{'); }
    Json& end_object() { return close('}'); }
    Json& array() { return open('['); }
    Json& end_array() { return close(']'); }
    Json& key(std::string_view name);

    Json& value(std::string_view text);  // bytes that are no UTF-8 become U+FFFD
    Json& value(const char* text) { return value(std::string_view{text}); }
    Json& value(bool boolean);
    Json& value(double number);  // null where it is not finite: JSON has no other word for it
    Json& value(const Decimal& number);
    Json& value(std::nullptr_t);
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    Json& value(T number)
    {
        return raw(std::to_string(number));
    }
    template <class T>
    Json& value(const std::optional<T>& maybe)
    {
        return maybe ? value(*maybe) : value(nullptr);
    }
    // A text that is empty where there is nothing to say.
    Json& value_or_null(std::string_view text) { return text.empty() ? value(nullptr) : value(text); }
    Json& raw(std::string_view json);  // JSON already

    template <class T>
    Json& member(std::string_view name, const T& content)
    {
        return key(name).value(content);
    }

    const std::string& text() const& { return out_; }
    std::string text() && { return std::move(out_); }

private:
    Json& open(char bracket);
    Json& close(char bracket);
    void separate();

    std::string out_;
};

}  // namespace planwatch
