// [[contact]], [[receiver]], [[route]], [reports], [notices] and [alertmanager] of the settings: whom an office tells, by which way and when.
// For the .cpp files of this folder only.
#pragma once

#include "config/settings.hpp"
#include "config/toml_reader.hpp"

namespace planwatch::reading {

// `folder`: of the settings' file; paths are relative to it.
void read_office(Section& top, const std::filesystem::path& folder, Settings& settings);

}  // namespace planwatch::reading
