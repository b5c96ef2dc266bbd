// The overlays beside a folder of plans: `<folder of the plan>/../overlays/*.toml`.
#pragma once

#include "config/file.hpp"
#include "rules/result.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace planwatch {

// Those for the plan `id` in the file `plan`, by name, and those that do not say whose they are: one of these may be this plan's, and
// its problem must show, not pass in silence. Throws std::system_error when a file cannot be read.
std::vector<SourceFile> overlays_for(const std::filesystem::path& plan, const std::string& id);

// Of the overlays beside these plans, those for a plan that is nowhere: not among them, nor in their folders, nor in another folder
// beside the overlays. A decision that nobody would see in force is a problem; it names the nearest plan.
Problems stray_overlays(std::span<const std::filesystem::path> plans);

}  // namespace planwatch
