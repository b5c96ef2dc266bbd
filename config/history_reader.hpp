// [history]: where history is pushed to. For the .cpp files of this folder only.
#pragma once

#include "config/settings.hpp"
#include "config/toml_reader.hpp"

namespace planwatch::reading {

// Paths are taken relative to `folder`.
HistorySettings read_history(Section& section, const std::filesystem::path& folder);

}  // namespace planwatch::reading
