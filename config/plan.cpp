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

Result<ParsedPlan> parse_plan(const SourceFile& plan, std::span<const SourceFile> overlays, const std::optional<SourceFile>& businesses)
{
    Report report;
    ParsedPlan parsed;
    Result<std::vector<Business>> registered;
    if (businesses) registered = parse_business_register(*businesses);
    auto root = report.parse(plan);
    std::vector<toml::table> laid;
    for (const SourceFile& file : overlays) {
        auto overlay = report.parse(file);
        if (root && overlay) apply_overlay(report, *root, laid.emplace_back(*std::move(overlay)), parsed);
    }
    PlanReader reader{report, parsed};
    if (root && registered) reader.read(*root, *registered);
    if (registered)
        for (toml::table& overlay : laid) add_contacts(report, *root, overlay, parsed);
    Problems problems = report.take();
    const Problems& of_register = registered ? reader.register_problems() : registered.error();
    problems.insert(problems.end(), of_register.begin(), of_register.end());
    if (!problems.empty()) return tl::unexpected<Problems>{std::move(problems)};
    return parsed;
}

std::string overlay_plan_id(const SourceFile& overlay) { return id_in(overlay, "overlay", "plan"); }

std::string plan_id(const SourceFile& plan) { return id_in(plan, "plan", "id"); }

}  // namespace planwatch
