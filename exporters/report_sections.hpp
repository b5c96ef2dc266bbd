// The parts of a report's sheet, each made of the report alone. Empty ones have neither items, rows nor a lead.
#pragma once

#include "exporters/report_sheet.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace planwatch {

struct SheetContext {
    const Report& report;
    const SheetLimits& limits;
    std::vector<Chart>& charts;
};

// What changed and whom to call (report_matters.cpp)
ReportSheet::Section changes_section(const SheetContext& context);
ReportSheet::Section calls_section(const SheetContext& context);
ReportSheet::Section corrections_section(const SheetContext& context);
ReportSheet::Section notes_section(const SheetContext& context);
ReportSheet::Section assumptions_section(const SheetContext& context);

// Figures (report_figures.cpp)
std::vector<ReportSheet::Section> indicator_sections(const SheetContext& context, std::span<const Standing> standings);  // of targets: one a standing that there is
ReportSheet::Section others_section(const SheetContext& context);                   // what has no target
ReportSheet::Section forecast_section(const SheetContext& context);
ReportSheet::Section score_section(const SheetContext& context, const ScoreTable& table);

// Units, and what they owe (report_units.cpp)
ReportSheet::Section units_section(const SheetContext& context);
ReportSheet::Section checklist_section(const SheetContext& context);
ReportSheet::Section overdue_section(const SheetContext& context);
ReportSheet::Section late_section(const SheetContext& context);
ReportSheet::Section next_section(const SheetContext& context);

// Who answers for it, with names that fit a line.
std::vector<Person> people_in(const Call& call);

// 另有212项，见附件工作簿“指标”表; empty where nothing is left out.
std::string left_to_workbook(std::size_t count, std::string_view sheet);

}  // namespace planwatch
