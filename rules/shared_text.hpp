// A text that is made once and then kept by many: a copy is a pointer. For what the engine says of one thing in several rows, the line
// of an alert in its transitions and notices, a person's name and address in each notice to them.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/core.h>

namespace planwatch {

class SharedText {
public:
    SharedText() = default;
    SharedText(std::string text) : text_{std::make_shared<const std::string>(std::move(text))} {}
    SharedText(std::string_view text) : SharedText{std::string{text}} {}
    SharedText(const char* text) : SharedText{std::string{text}} {}
    // A text that is a part of something shared: one allocation, and one count of holders, for all the parts.
    explicit SharedText(std::shared_ptr<const std::string> part) : text_{std::move(part)} {}

    const std::string& text() const
    {
        static const std::string none;
        return text_ ? *text_ : none;
    }
    operator const std::string&() const { return text(); }
    operator std::string_view() const { return text(); }
    bool empty() const { return text().empty(); }

    friend bool operator==(const SharedText& a, const SharedText& b) { return a.text_ == b.text_ || a.text() == b.text(); }
    friend std::strong_ordering operator<=>(const SharedText& a, const SharedText& b)
    {
        return a.text_ == b.text_ ? std::strong_ordering::equal : a.text() <=> b.text();
    }
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, SharedText>)
    friend bool operator==(const SharedText& a, const Text& b)
    {
        return a.text() == std::string_view{b};
    }
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, SharedText>)
    friend std::strong_ordering operator<=>(const SharedText& a, const Text& b)
    {
        return std::string_view{a.text()} <=> std::string_view{b};
    }

    friend std::string operator+(std::string a, const SharedText& b) { return std::move(a += b.text()); }
    friend std::string operator+(const SharedText& a, std::string_view b) { return std::string{a.text()}.append(b); }

private:
    std::shared_ptr<const std::string> text_;  // null: empty
};

}  // namespace planwatch

template <>
struct std::hash<planwatch::SharedText> {
    std::size_t operator()(const planwatch::SharedText& text) const { return std::hash<std::string>{}(text.text()); }
};

template <>
struct fmt::formatter<planwatch::SharedText> : fmt::formatter<std::string_view> {
    template <class Context>
    auto format(const planwatch::SharedText& text, Context& context) const
    {
        return fmt::formatter<std::string_view>::format(text.text(), context);
    }
};
