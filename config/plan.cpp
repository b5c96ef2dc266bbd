#include "config/plan.hpp"

#include "config/plan_reader.hpp"

namespace planwatch {
namespace {

using namespace reading;

std::string id_in(const SourceFile& file, std::string_view table, std::string_view key)
{
    Report ignored;
    const auto root = ignored.parse(file);
    if (!root) return {};
    const auto* const id = (*root)[table][key].as_string();
    return id ? id->get() : std::string{};
}

}  // namespace

const std::string& ParsedPlan::position(std::string_view key) const
{
    static const std::string none;
    const auto found = positions.find(key);
    return found == positions.end() ? none : found->second;
}

Result<ParsedPlan> parse_plan(const SourceFile& plan, std::span<const SourceFile> overlays)
{
    Report report;
    ParsedPlan parsed;
    auto root = report.parse(plan);
    for (const SourceFile& file : overlays) {
        auto overlay = report.parse(file);
        if (root && overlay) apply_overlay(report, *root, *overlay, parsed, file.name);
    }
    if (root) PlanReader{report, parsed}.read(*root);
    if (!report.empty()) return tl::unexpected<Problems>{report.take()};
    return parsed;
}

std::string overlay_plan_id(const SourceFile& overlay) { return id_in(overlay, "overlay", "plan"); }

std::string plan_id(const SourceFile& plan) { return id_in(plan, "plan", "id"); }

}  // namespace planwatch
