#include "exporters/wording.hpp"

#include <charconv>

namespace planwatch {

std::string_view language_tag(Language language) { return language == Language::zh ? "zh-CN" : "en"; }

const Wording& chinese_wording();  // wording_zh.cpp
const Wording& english_wording();  // wording_en.cpp

const Wording& wording(Language language) { return language == Language::zh ? chinese_wording() : english_wording(); }

std::string in_quotes(std::string_view text)
{
    constexpr std::string_view marks[][2] = {{"“", "‘"}, {"”", "’"}};
    std::string out{text};
    for (const auto& [outer, inner] : marks)
        for (auto at = out.find(outer); at != std::string::npos; at = out.find(outer, at)) out.replace(at, outer.size(), inner);
    return "“" + out + "”";
}

std::optional<StepDistance> distance_of(std::string_view step)
{
    const bool working = step.ends_with("wd");
    if (step.size() < 3 || !step.ends_with("d") || (step.front() != '-' && step.front() != '+')) return std::nullopt;
    const std::string_view digits = step.substr(1, step.size() - (working ? 3 : 2));
    int days = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), days);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return StepDistance{step.front() == '-' ? -days : days, working};
}

}  // namespace planwatch
