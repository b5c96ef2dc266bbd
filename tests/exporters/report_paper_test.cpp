// Reports as they leave the house, over all the plans, and over plans and data that nobody would wish for.
#include "exporters/report_mail.hpp"
#include "exporters/report_paper.hpp"
#include "exporters/report_sheet.hpp"
#include "reports.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace planwatch {
namespace {

using namespace planwatch::testing;
namespace fs = std::filesystem;

std::string repeated(std::string_view text, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

// So many indicators and units, all of the shipped plan's kinds, with names of 200 characters.
std::shared_ptr<const Policy> large_policy(std::size_t indicators, std::size_t units, const std::string& name)
{
    auto policy = std::make_shared<Policy>(*shipped_policy("beichen-2023"));
    Plan& plan = policy->plan;
    const auto count = plan.units.size();
    for (std::size_t i = count; i < units; ++i) plan.units.push_back({.id = fmt::format("unit-{}", i), .name = fmt::format("{}{}", name, i), .kind = UnitKind::town});
    const std::vector<Indicator> kinds = plan.indicators;
    plan.indicators.clear();
    for (std::size_t i = 0; i < indicators; ++i) {
        Indicator indicator = kinds[i % kinds.size()];
        indicator.id = fmt::format("indicator-{}", i);
        indicator.name = fmt::format("{}{}", name, i);
        indicator.parts.clear();
        plan.indicators.push_back(std::move(indicator));
    }
    for (Duty& duty : plan.duties) {
        duty.indicators.clear();
        duty.units.clear();
        for (UnitIndex unit = 0; unit < plan.units.size(); ++unit) duty.units.push_back(unit);
    }
    return policy;
}

Report monthly(std::shared_ptr<const Policy> policy)
{
    return ReportExample{ReportKind::monthly, std::move(policy), period("2023-09"), "2023-10-12T09:00:00+08:00"}.made();
}

Report hostile_report()
{
    const std::string name = "=HYPERLINK(\"http://evil.example\")</td></table><script>alert(1)</script>{{NAME}}'\r\nBcc: x@example.org\x01\xff\xef\xbf\xbf" + repeated("很长的名", 40);
    auto policy = std::make_shared<Policy>(*large_policy(9, 12, name));
    policy->plan.name = name;
    for (Unit& unit : policy->plan.units) unit.name = name + unit.name;
    for (Duty& duty : policy->plan.duties) duty.name = name;
    for (Indicator& indicator : policy->plan.indicators) indicator.target->unit = "元\"><b>";
    Report report = monthly(policy);
    report.title = name;
    report.summary = name;
    report.calls = {{name, name, UnitIndex{0}, {{name, "+86 (138) 0000;x=1", "\"><img src=x>@example.org"}, {name, "javascript:alert(1)", ""}}}};
    report.changes = {{Change::Kind::worse, std::nullopt, name}};
    report.notes = {name};
    report.scores = {example_scores(policy->plan, report.period)};
    report.scores[0].name = report.scores[0].note = report.scores[0].lines[0].grade = report.scores[0].lines[0].parts[0].name = name;
    return report;
}

// Values that a chart could stumble over, each of one indicator.
Report extreme_report()
{
    Report report = monthly(large_policy(9, 26, "极值"));
    const double values[] = {0, 1e9, -3, 1e-9, 1e300, 0, 5, 5, 5};
    for (std::size_t i = 0; i < report.indicators.size(); ++i) {
        IndicatorLine& line = report.indicators[i];
        line.now.known = true;
        line.now.value = values[i];
        line.attainment = i == 5 ? std::optional<double>{} : values[i];
        for (TrendPoint& point : line.trend) point.value = i == 6 ? std::numeric_limits<double>::quiet_NaN() : values[i];
        if (i == 7) line.trend.clear();
        if (i == 8) line.trend.resize(1);
        line.forecast = Forecast{.by = day("2023-12-31"), .value = values[i], .low = -values[i], .high = 2 * values[i]};
        line.standing = Standing::behind;
    }
    return report;
}

Report empty_report(ReportKind kind)
{
    Report report;
    report.kind = kind;
    report.policy = shipped_policy("beichen-2023");
    report.period = period("2023-07");
    report.as_of = instant("2023-08-03T09:00:00+08:00");
    report.title = "没有数据的报告（示例）";
    report.summary = "本期没有数据。";
    return report;
}

std::map<std::string, Report> every_report()
{
    std::map<std::string, Report> all;
    for (const char* plan : shipped_plans) {
        const auto policy = shipped_policy(plan);
        const std::string month = fmt::format("{}-11", policy->plan.year);
        const std::string as_of = fmt::format("{}-12-05T09:00:00+08:00", policy->plan.year);
        all.emplace(plan, ReportExample{ReportKind::monthly, policy, period(month), as_of}.made());
    }
    for (const ReportKind kind : every_report_kind) {
        all.emplace(to_string(kind), example_report(kind));
        all.emplace(fmt::format("empty-{}", to_string(kind)), empty_report(kind));
    }
    all.emplace("one", monthly(large_policy(1, 26, "独一项")));
    all.emplace("300", monthly(large_policy(300, 60, "全县学校食堂“互联网+明厨亮灶”覆盖率")));
    all.emplace("2000", monthly(large_policy(2000, 60, repeated("名称特别长", 40))));
    all.emplace("hostile", hostile_report());
    all.emplace("extreme", extreme_report());
    Report unranked = example_report(ReportKind::monthly);
    unranked.ranked = false;
    all.emplace("unranked", std::move(unranked));
    return all;
}

TEST(ReportPaper, every_mail_is_read_by_python_and_every_workbook_by_openpyxl)
{
    const fs::path folder = fs::temp_directory_path() / fmt::format("planwatch-reports-{}", getpid());
    fs::create_directories(folder);
    const auto reports = every_report();
    for (const auto& [name, report] : reports) {
        const ReportPaper paper = set_report(report);
        const MailMessage mail = compose(paper, {"planwatch@example.org", "张三", "zhang@example.org", "<r.1.abc@example.org>", report.as_of});
        std::ofstream{folder / (name + ".eml")} << to_mime(mail);
        std::ofstream{folder / (name + ".text")} << paper.text;
        std::ofstream{folder / (name + ".html")} << paper.html;
        EXPECT_EQ(standalone_html(paper).find("cid:"), std::string::npos) << name;
    }
    const std::string command = fmt::format("/usr/bin/python3 -B '{}/tests/exporters/read_report.py' '{}' {}", SOURCE_DIR, folder.string(), reports.size());
    EXPECT_EQ(std::system(command.c_str()), 0);
    fs::remove_all(folder);
}

TEST(ReportPaper, the_same_report_gives_the_same_bytes)
{
    const Report report = example_report(ReportKind::bulletin);
    const ReportPaper first = set_report(report), second = set_report(report);
    EXPECT_EQ(first.subject, second.subject);
    EXPECT_EQ(first.text, second.text);
    EXPECT_EQ(first.html, second.html);
    EXPECT_EQ(first.workbook, second.workbook);
    EXPECT_EQ(first.workbook_name, "2023年红旗区食品安全工作要点2023-09月通报（示例）.xlsx");
    ASSERT_EQ(first.pictures.size(), second.pictures.size());
    for (std::size_t i = 0; i < first.pictures.size(); ++i) EXPECT_EQ(first.pictures[i].png, second.pictures[i].png);
}

TEST(ReportPaper, parts_that_nobody_asked_for_change_nothing_in_the_others)
{
    const Report report = example_report(ReportKind::monthly);
    const ReportPaper whole = set_report(report), words = set_report(report, {.pictures = false, .workbook = false});
    EXPECT_EQ(words.subject, whole.subject);
    EXPECT_EQ(words.text, whole.text);
    EXPECT_EQ(words.html, whole.html);
    EXPECT_TRUE(words.pictures.empty());
    EXPECT_EQ(words.workbook + words.workbook_name, "");
    const ReportPaper shown = set_report(report, {.pictures = true, .workbook = false});
    EXPECT_EQ(standalone_html(shown), standalone_html(whole));
    EXPECT_EQ(shown.workbook, "");
    const ReportPaper book = set_report(report, {.pictures = false, .workbook = true});
    EXPECT_EQ(book.workbook, whole.workbook);
    EXPECT_EQ(book.workbook_name, whole.workbook_name);
}

TEST(ReportPaper, what_has_no_target_is_in_no_group_of_targets)
{
    auto policy = std::make_shared<Policy>(*shipped_policy("beichen-2023"));
    for (Indicator& indicator : policy->plan.indicators) indicator.target.reset();
    const Report report = monthly(policy);
    const ReportSheet sheet = report_sheet(report);
    for (const ReportSheet::Tally& each : sheet.tally) EXPECT_EQ(each.count, 0U);
    const auto section = std::ranges::find(sheet.sections, "没有目标值的指标", &ReportSheet::Section::heading);
    ASSERT_NE(section, sheet.sections.end());
    EXPECT_EQ(section->table.rows.size(), report.indicators.size());
    EXPECT_EQ(std::ranges::count_if(sheet.sections, [](const auto& each) { return each.heading == standing_name(Standing::on_track); }), 0);
}

TEST(ReportPaper, what_is_left_out_for_length_is_told)
{
    const ReportPaper paper = set_report(monthly(large_policy(2000, 60, repeated("名称特别长", 40))));
    EXPECT_NE(paper.text.find("见附件工作簿“指标”表"), std::string::npos);
    EXPECT_NE(paper.html.find("见附件工作簿“指标”表"), std::string::npos);
    EXPECT_EQ(set_report(example_report(ReportKind::monthly)).text.find("见附件工作簿“"), std::string::npos);
}

TEST(ReportPaper, without_ranking_nobody_has_a_rank)
{
    Report report = example_report(ReportKind::monthly);
    EXPECT_NE(set_report(report).text.find("名次"), std::string::npos);
    report.ranked = false;
    const ReportPaper paper = set_report(report);
    EXPECT_EQ(paper.text.find("名次"), std::string::npos);
    EXPECT_EQ(paper.html.find("名次"), std::string::npos);
}

bool overlap(const Drawing::Label& a, const Drawing::Label& b)
{
    return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}

TEST(ReportPaper, no_label_of_a_picture_lies_over_another_or_outside)
{
    std::size_t labels = 0;
    for (const auto& [name, report] : every_report()) {
        for (const Chart& chart : report_sheet(report).charts) {
            const Drawing drawing = draw(chart);
            labels += drawing.labels().size();
            for (std::size_t i = 0; i < drawing.labels().size(); ++i) {
                const Drawing::Label& label = drawing.labels()[i];
                EXPECT_GE(label.left, 0) << name << ' ' << label.text;
                EXPECT_GE(label.top, 0) << name << ' ' << label.text;
                EXPECT_LE(label.left + label.width, drawing.width()) << name << ' ' << label.text;
                EXPECT_LE(label.top + label.height, drawing.height()) << name << ' ' << label.text;
                for (std::size_t k = 0; k < i; ++k) EXPECT_FALSE(overlap(label, drawing.labels()[k])) << name << ' ' << label.text << " / " << drawing.labels()[k].text;
            }
        }
    }
    EXPECT_GT(labels, 1000U);
}

TEST(ReportPaper, every_character_of_the_shipped_plans_has_a_glyph)
{
    for (const char* plan : shipped_plans) {
        const auto policy = shipped_policy(plan);
        EXPECT_EQ(missing_glyphs(policy->plan.name), 0U) << plan;
        for (const Unit& unit : policy->plan.units) EXPECT_EQ(missing_glyphs(unit.name), 0U) << unit.name;
        for (const Indicator& indicator : policy->plan.indicators) EXPECT_EQ(missing_glyphs(indicator.name + (indicator.target ? indicator.target->unit : "")), 0U) << indicator.name;
        for (const Duty& duty : policy->plan.duties) EXPECT_EQ(missing_glyphs(duty.name), 0U) << duty.name;
    }
    EXPECT_EQ(missing_glyphs("\xf4\x80\x80\x80"), 1U);  // of private use: no font has it
}

}  // namespace
}  // namespace planwatch
