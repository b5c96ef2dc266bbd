// [[contact]]: who is told, by which way, how grave. The same words in the settings, a plan and an overlay. For the .cpp files of this folder only.
#pragma once

#include "config/toml_reader.hpp"
#include "rules/directory.hpp"
#include "rules/ladder.hpp"

#include <array>
#include <set>
#include <string>

namespace planwatch::reading {

// By which somebody can be reached. All but mail need a [[receiver]] of that kind in the settings.
inline constexpr std::array<std::string_view, 5> channel_names{"mail", "wecom", "dingtalk", "feishu", "webhook"};

inline const std::vector<std::pair<std::string_view, Severity>> severity_words{
    {"info", Severity::info}, {"warning", Severity::warning}, {"critical", Severity::critical}};

// `taken`: the ids of the same file so far; each stands once in a file.
Contact read_contact(Section& section, std::set<std::string>& taken);

// The channels under `key`, each once, in their order.
std::vector<std::string> read_channels(Section& section, std::string_view key);

// A problem where `text`, which stands under `key`, is not one mailbox such as "zhang@example.org".
void check_mailbox(Section& section, std::string_view key, const std::string& text);

}  // namespace planwatch::reading
