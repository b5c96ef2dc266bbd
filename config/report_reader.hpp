// [reports] of the settings: which papers go out by themselves, when and to whom. For the .cpp files of this folder only.
#pragma once

#include "config/settings.hpp"
#include "config/toml_reader.hpp"

namespace planwatch::reading {

// `contacts`: the ids that there are.
void read_reports(Section& section, const std::vector<std::string>& contacts, Settings& settings);

}  // namespace planwatch::reading
