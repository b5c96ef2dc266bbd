// What reports look like, word for word; rewritten with PLANWATCH_ACCEPT=1.
#include "exporters/report_html.hpp"
#include "exporters/report_text.hpp"
#include "reports.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace planwatch {
namespace {

using namespace planwatch::testing;

void compare_with_golden(const std::string& name, const std::string& text)
{
    const std::filesystem::path path = std::filesystem::path{SOURCE_DIR} / "tests/exporters/golden" / ("report_" + name);
    if (std::getenv("PLANWATCH_ACCEPT")) std::ofstream{path} << text;
    std::ostringstream golden;
    golden << std::ifstream{path}.rdbuf();
    EXPECT_EQ(text, golden.str()) << path;
}

TEST(ReportGolden, every_kind_as_text)
{
    for (const ReportKind kind : every_report_kind) compare_with_golden(std::string{to_string(kind)} + ".txt", report_text(report_sheet(example_report(kind))));
}

// One of each form: to leaders, to one unit, of scores. The others are made of the same parts.
TEST(ReportGolden, monthly_reminder_and_scores_as_html)
{
    for (const ReportKind kind : {ReportKind::monthly, ReportKind::reminder, ReportKind::scores})
        compare_with_golden(std::string{to_string(kind)} + ".html", report_html(report_sheet(example_report(kind))));
}

}  // namespace
}  // namespace planwatch
