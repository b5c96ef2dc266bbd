// [[contact]]: who is told. The same words in the settings and in an overlay. For the .cpp files of this folder only.
#pragma once

#include "config/toml_reader.hpp"
#include "rules/directory.hpp"

#include <set>
#include <string>

namespace planwatch::reading {

// `taken`: the ids of the same file so far; each stands once in a file.
Contact read_contact(Section& section, std::set<std::string>& taken);

// A problem where `text`, which stands under `key`, is not one mailbox such as "zhang@example.org".
void check_mailbox(Section& section, std::string_view key, const std::string& text);

}  // namespace planwatch::reading
