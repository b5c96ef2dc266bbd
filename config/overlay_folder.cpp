#include "config/overlay_folder.hpp"

#include "config/plan.hpp"
#include "config/toml_reader.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <system_error>

namespace planwatch {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> toml_files(const fs::path& folder)
{
    std::vector<fs::path> files;
    if (fs::is_directory(folder))
        for (const auto& entry : fs::directory_iterator{folder})
            if (entry.path().extension() == ".toml") files.push_back(entry.path().lexically_normal());
    std::sort(files.begin(), files.end());
    return files;
}

fs::path folder_beside(const fs::path& plan) { return (plan.parent_path() / ".." / "overlays").lexically_normal(); }

// A plan that cannot be read, which is told elsewhere, has the id that its file is named after.
std::string id_or_name(const fs::path& plan)
{
    try {
        if (std::string id = plan_id(read_file(plan)); !id.empty()) return id;
    } catch (const std::system_error&) {
    }
    return plan.stem().string();
}

class PlanIds {
public:
    explicit PlanIds(std::span<const fs::path> plans)
    {
        for (const fs::path& plan : plans) {
            ids_.insert(id_or_name(plan));
            for (const fs::path& other : toml_files(plan.parent_path().empty() ? "." : plan.parent_path())) ids_.insert(id_or_name(other));
        }
    }

    bool has(const std::string& id) const { return ids_.contains(id); }
    std::vector<std::string> all() const { return {ids_.begin(), ids_.end()}; }

    // Other folders can share the overlays.
    void add_folders_beside(const fs::path& overlays)
    {
        for (const auto& entry : fs::directory_iterator{overlays / ".."}) {
            if (!entry.is_directory() || fs::equivalent(entry.path(), overlays)) continue;
            for (const fs::path& file : toml_files(entry.path()))
                if (const std::string id = plan_id(read_file(file)); !id.empty()) ids_.insert(id);
        }
    }

private:
    std::set<std::string> ids_;
};

Problems problem_of(const SourceFile& overlay, const std::string& id, const std::vector<std::string>& known)
{
    reading::Report report;
    const auto root = report.parse(overlay);
    report.add(*(*root)["overlay"]["plan"].node(),
               fmt::format("this overlay is for the plan '{}', and there is none of that id{}", id, suggestion(id, known)));
    return report.take();
}

}  // namespace

std::vector<SourceFile> overlays_for(const fs::path& plan, const std::string& id)
{
    std::vector<SourceFile> overlays;
    for (const fs::path& path : toml_files(folder_beside(plan))) {
        SourceFile overlay = read_file(path);
        const std::string owner = overlay_plan_id(overlay);
        if (owner.empty() || owner == id) overlays.push_back(std::move(overlay));
    }
    return overlays;
}

Problems stray_overlays(std::span<const fs::path> plans)
{
    PlanIds ids{plans};
    std::set<fs::path> folders;
    for (const fs::path& plan : plans) folders.insert(folder_beside(plan));
    Problems problems;
    for (const fs::path& folder : folders) {
        for (const fs::path& path : toml_files(folder)) {
            const SourceFile overlay = read_file(path);
            const std::string owner = overlay_plan_id(overlay);
            if (owner.empty() || ids.has(owner)) continue;
            ids.add_folders_beside(folder);
            if (ids.has(owner)) continue;
            const Problems found = problem_of(overlay, owner, ids.all());
            problems.insert(problems.end(), found.begin(), found.end());
        }
    }
    return problems;
}

}  // namespace planwatch
