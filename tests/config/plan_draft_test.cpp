#include "config/plan_draft.hpp"

#include "config/lint.hpp"
#include "config/plan.hpp"
#include "config/policy.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <sstream>

namespace planwatch::drafts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Answers = std::vector<std::pair<std::string, std::string>>;  // flag, answer

const DraftField& field(std::string_view flag)
{
    const auto found = std::ranges::find(draft_fields(), flag, &DraftField::flag);
    if (found == draft_fields().end()) throw std::logic_error{"no field " + std::string{flag}};
    return *found;
}

Result<PlanDraft> drafted(const Answers& answers)
{
    Result<PlanDraft> draft = PlanDraft{};
    for (const auto& [flag, answer] : answers)
        if (draft) draft = answered(*draft, field(flag), answer);
    return draft;
}

PlanDraft good_draft(const Answers& answers)
{
    const Result<PlanDraft> draft = drafted(answers);
    if (!draft) throw std::runtime_error{to_text(draft.error())};
    return *draft;
}

Plan plan_of(const Answers& answers)
{
    const Result<ParsedPlan> parsed = parse_plan({"draft.toml", draft_text(good_draft(answers))});
    if (!parsed) throw std::runtime_error{to_text(parsed.error())};
    return parsed->plan;
}

const Answers head{{"--id", "dongshan-2026"}, {"--name", "东山区2026年食品安全工作计划"}, {"--issued", "2026-03-01"}};

Answers with(Answers answers, const Answers& more)
{
    answers.insert(answers.end(), more.begin(), more.end());
    return answers;
}

std::vector<std::string> ids(const auto& parts)
{
    std::vector<std::string> all;
    for (const auto& part : parts) all.push_back(part.id);
    return all;
}

TEST(PlanDraft, the_three_essentials_make_a_plan_with_the_office_alone)
{
    const Plan plan = plan_of(head);
    EXPECT_EQ(plan.id, "dongshan-2026");
    EXPECT_EQ(plan.name, "东山区2026年食品安全工作计划");
    EXPECT_EQ(format_day(plan.issued), "2026-03-01");
    EXPECT_EQ(plan.year, 2026) << "that of the issue";
    EXPECT_EQ(plan.time_zone, "Asia/Shanghai");
    EXPECT_FALSE(plan.population);
    ASSERT_THAT(ids(plan.units), ElementsAre("fso"));
    EXPECT_EQ(plan.units.front().kind, UnitKind::office);
    EXPECT_FALSE(plan.units.front().assumed.empty());
    EXPECT_THAT(plan.duties, IsEmpty());
}

TEST(PlanDraft, every_answer_stands_in_the_plan)
{
    const Plan plan = plan_of(with(head, {{"--year", "2027"},
                                          {"--zone", "Asia/Urumqi"},
                                          {"--population", "420000"},
                                          {"--unit", "fso:office=区食安办"},
                                          {"--unit", "samr = 区市场监管局"},
                                          {"--unit", "dayang:town=大阳镇"},
                                          {"--clause", "三（十二）=食品抽检"},
                                          {"--report", "quarterly:period_end + 5wd=工作进展@八（三十二）"},
                                          {"--indicator", "batches:per_thousand:6.5 批次/千人=抽检批次@三（十二）"}}));
    EXPECT_EQ(plan.year, 2027);
    EXPECT_EQ(plan.time_zone, "Asia/Urumqi");
    EXPECT_EQ(plan.population, Decimal{420000});
    EXPECT_THAT(ids(plan.units), ElementsAre("fso", "samr", "dayang"));
    EXPECT_EQ(plan.units[1].name, "区市场监管局");
    EXPECT_EQ(plan.units[2].kind, UnitKind::town);

    ASSERT_THAT(ids(plan.clauses), ElementsAre("三（十二）", "八（三十二）"));
    EXPECT_EQ(plan.clauses[0].title, "食品抽检");
    EXPECT_EQ(plan.clauses[1].title, "工作进展") << "that of what it asks for";

    ASSERT_THAT(ids(plan.indicators), ElementsAre("batches"));
    const Indicator& batches = plan.indicators.front();
    EXPECT_EQ(batches.measure, Measure::per_thousand);
    EXPECT_EQ(batches.target->value, Decimal::from_micros(6'500'000));
    EXPECT_EQ(batches.target->unit, "批次/千人");
    EXPECT_EQ(batches.pace.kind, Pace::Kind::linear);
    EXPECT_EQ(batches.clause, 0U);

    ASSERT_THAT(ids(plan.duties), ElementsAre("quarterly_report"));
    const Duty& report = plan.duties.front();
    EXPECT_EQ(report.name, "工作进展");
    EXPECT_EQ(report.clause, 1U);
    EXPECT_EQ(report.cadence, Cadence::quarterly);
    EXPECT_EQ(report.due.to_string(), "period_end + 5wd");
    EXPECT_TRUE(report.filing);
    EXPECT_THAT(report.units, ElementsAre(1U, 2U)) << "an office gathers what others report";
    EXPECT_THAT(report.indicators, ElementsAre(0U));
}

TEST(PlanDraft, a_report_falls_due_as_answered_or_ten_days_after_its_period)
{
    const struct {
        const char* answer;
        const char* id;
        Cadence cadence;
        const char* due;
        const char* assumed;
    } cases[] = {
        {"yearly:11-01", "annual_report", Cadence::yearly, "11-01", "every unit owes it;"},
        {"monthly:15", "monthly_report", Cadence::monthly, "next day 15", "in the month after the period ends"},
        {"monthly:day 15", "monthly_report", Cadence::monthly, "day 15", "every unit owes it;"},
        {"quarterly", "quarterly_report", Cadence::quarterly, "period_end + 10d", "10 days after the period ends"},
        {"half_yearly", "half_year_report", Cadence::half_yearly, "period_end + 10d", "10 days after the period ends"},
        {"weekly:period_end + 1wd 12:00", "weekly_report", Cadence::weekly, "period_end + 1wd 12:00", "every unit owes it;"},
        {"daily:period_end", "daily_report", Cadence::daily, "period_end", "every unit owes it;"},
        {"once:issued + 30d", "single_report", Cadence::once, "issued + 30d", "every unit owes it;"},
    };
    for (const auto& each : cases) {
        const Plan plan = plan_of(with(head, {{"--report", each.answer}}));
        ASSERT_EQ(plan.duties.size(), 1U) << each.answer;
        EXPECT_EQ(plan.duties[0].id, each.id);
        EXPECT_EQ(plan.duties[0].cadence, each.cadence) << each.answer;
        EXPECT_EQ(plan.duties[0].due.to_string(), each.due) << each.answer;
        EXPECT_THAT(plan.duties[0].assumed, HasSubstr(each.assumed)) << each.answer;
        EXPECT_FALSE(plan.duties[0].name.empty());
    }
}

TEST(PlanDraft, two_reports_of_one_cadence_have_two_ids_and_two_clauses)
{
    const Plan plan = plan_of(with(head, {{"--report", "yearly:11-01"}, {"--report", "yearly:11-20"}, {"--clause", "待定1=一"}}));
    EXPECT_THAT(ids(plan.duties), ElementsAre("annual_report", "annual_report_2"));
    EXPECT_THAT(ids(plan.clauses), ElementsAre("待定1", "待定2", "待定3")) << "a drafted number is never one that is taken";
}

TEST(PlanDraft, the_examples_are_a_ratio_of_100_percent_and_a_count_on_a_linear_pace_that_a_duty_collects)
{
    const Plan plan = plan_of(with(head, {{"--indicator", "sampling_batches:done=平台建成"}, {"--examples", "y"}}));
    ASSERT_THAT(ids(plan.indicators), ElementsAre("sampling_batches", "kitchen_coverage", "sampling_batches_2"));
    const Indicator& ratio = plan.indicators[1];
    EXPECT_EQ(ratio.measure, Measure::ratio);
    EXPECT_EQ(ratio.target->value, Decimal{100});
    const Indicator& count = plan.indicators[2];
    EXPECT_EQ(count.measure, Measure::count);
    EXPECT_EQ(count.pace.kind, Pace::Kind::linear);
    ASSERT_THAT(ids(plan.duties), ElementsAre("quarterly_figures"));
    EXPECT_THAT(plan.duties[0].indicators, ElementsAre(0U, 1U, 2U));
    EXPECT_FALSE(plan.duties[0].filing);
}

TEST(PlanDraft, figures_are_collected_by_one_duty_alone)
{
    const Plan plan = plan_of(with(head, {{"--report", "yearly:11-01"}, {"--report", "monthly:5"}, {"--indicator", "a:ratio=甲"}}));
    EXPECT_THAT(plan.duties[0].indicators, IsEmpty());
    EXPECT_THAT(plan.duties[1].indicators, ElementsAre(0U)) << "monthly rather than yearly";
    EXPECT_EQ(plan.indicators[0].target->value, Decimal{100}) << "a ratio without a target asks for all";
}

TEST(PlanDraft, a_target_that_is_not_led_up_to_has_no_pace)
{
    const Plan plan = plan_of(with(
        head, {{"--indicator", "a:count:at_most 3 起=事故"}, {"--indicator", "b:count=次数"}, {"--indicator", "c:done=建成"}}));
    EXPECT_EQ(plan.indicators[0].target->comparator, Comparator::at_most);
    EXPECT_FALSE(plan.indicators[1].target);
    for (const Indicator& indicator : plan.indicators) EXPECT_EQ(indicator.pace.kind, Pace::Kind::none) << indicator.id;
}

TEST(PlanDraft, everything_guessed_is_marked)
{
    const Plan plan = plan_of(with(head, {{"--unit", "samr=局"},
                                          {"--clause", "一=标题"},
                                          {"--report", "quarterly"},
                                          {"--indicator", "a:ratio=甲@一"},
                                          {"--examples", "y"}}));
    for (const Clause& clause : plan.clauses) EXPECT_FALSE(clause.assumed.empty()) << clause.id;
    for (const Indicator& indicator : plan.indicators) EXPECT_FALSE(indicator.assumed.empty()) << indicator.id;
    for (const Duty& duty : plan.duties) EXPECT_FALSE(duty.assumed.empty()) << duty.id;
    EXPECT_TRUE(plan.units[0].assumed.empty()) << "that was answered";
}

TEST(PlanDraft, what_the_linter_warns_of_is_not_drafted)
{
    const PlanDraft draft = good_draft(
        with(head, {{"--unit", "samr=局"}, {"--report", "yearly:11-20"}, {"--report", "quarterly"}, {"--examples", "y"}}));
    Sources sources{
        {"draft.toml", draft_text(draft)}, {}, load_sources(SOURCE_DIR "/config/plans/beichen-2023.toml", {}, {}).calendar, {}, {}};
    const auto parsed = parse_plan(sources.plan);
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    const auto policy = compile(sources, *parsed);
    ASSERT_TRUE(policy) << to_text(policy.error());
    for (const Finding& finding : lint(**policy, *parsed, draft.issued))
        EXPECT_NE(finding.level, Finding::Level::warning) << finding.message;
}

// ---- hostile and wrong answers

const char* const hostile[] = {R"(一个"引号"的'单引号')",
                               R"("""三个引号""")",
                               "'''",
                               R"(反\斜\n杠\u0041)",
                               "#注释",
                               "]] [[x]]\"",
                               "=",
                               "a=b@c=d@e",
                               "😀\xE2\x80\xA8行",
                               "{}{0}%s"};

TEST(PlanDraft, a_text_comes_back_as_it_was_answered)
{
    for (const char* const each : hostile) {
        const std::string text = each;
        PlanDraft draft;
        draft.name = text;
        draft.units = {{"samr", "", text}};
        draft.clauses = {{text, text}};
        draft.reports = {{"yearly", "11-01", text, text}};
        draft.indicators = {{"a", "ratio", "", text, text}};
        const auto parsed = parse_plan({"draft.toml", draft_text(draft)});
        ASSERT_TRUE(parsed) << text << "\n" << to_text(parsed.error());
        EXPECT_EQ(parsed->plan.name, text);
        EXPECT_EQ(parsed->plan.units[0].name, text);
        EXPECT_THAT(ids(parsed->plan.clauses), ElementsAre(text));
        EXPECT_EQ(parsed->plan.duties[0].name, text);
        EXPECT_EQ(parsed->plan.indicators[0].name, text);
    }
}

TEST(PlanDraft, a_wrong_answer_is_told_with_its_flag_and_what_was_expected)
{
    const struct {
        const char* flag;
        std::string answer;
        const char* problem;
    } cases[] = {
        {"--id", "Dong Shan", "'Dong Shan' is no id of a plan; expected small letters"},
        {"--id", "", "'id' is empty"},
        {"--name", "", "'name' is empty"},
        {"--name", "一\n[plan]", "holds the control character U+000A"},
        {"--name", "\xff", "not UTF-8"},
        {"--issued", "1 March", "'1 March' is no date; expected YYYY-MM-DD"},
        {"--issued", "1990-01-01", "expected a whole number from 2000 to 2100"},
        {"--year", "2x", "'2x' is no year"},
        {"--year", "2031", "expected a day within a year of 2031"},
        {"--zone", "Asia/Peking", "unknown time zone 'Asia/Peking'"},
        {"--population", "many", "'many' is no number of people"},
        {"--population", "0", "'population' is 0"},
        {"--unit", "samr", "'samr' is not of the form ID[:KIND]=NAME"},
        {"--unit", "a b=局", "'a b' is no id"},
        {"--unit", "a=", "'name' is empty"},
        {"--unit", "a:twon=镇", "did you mean 'town'?"},
        {"--unit", "members=局", "'members' cannot be a unit's id"},
        {"--clause", "一", "is not of the form NUMBER=TITLE"},
        {"--clause", "=标题", "'id' is empty"},
        {"--report", "", "is not of the form CADENCE"},
        {"--report", "yerly", "did you mean 'yearly'?"},
        {"--report", "yearly:13-01", "'due'"},
        {"--report", "monthly:32", "'due'"},
        {"--indicator", "a=甲", "is not of the form ID:MEASURE"},
        {"--indicator", "a:ratoi=甲", "did you mean 'ratio'?"},
        {"--indicator", "a:ratio:100=甲", "expected '%'"},
        {"--indicator", "a:count:many=甲", "'many' is no target"},
        {"--indicator", "a:per_thousand:6.5 批次/千人=甲", "expected a 'population' here or in [plan]"},
        {"--examples", "maybe", "'maybe' is neither y nor n"},
    };
    for (const auto& [flag, answer, problem] : cases) {
        const Result<PlanDraft> draft = drafted(with(head, {{flag, answer}}));
        ASSERT_FALSE(draft) << flag << " " << answer;
        EXPECT_EQ(draft.error().front().path, flag);
        EXPECT_THAT(to_text(draft.error()), HasSubstr(problem));
    }
}

TEST(PlanDraft, an_id_that_is_taken_is_told_once)
{
    const Result<PlanDraft> draft = drafted(with(head, {{"--unit", "samr=甲"}, {"--unit", "samr=乙"}}));
    ASSERT_FALSE(draft);
    ASSERT_EQ(draft.error().size(), 1U) << to_text(draft.error());
    EXPECT_THAT(draft.error().front().message, HasSubstr("'samr' stands twice"));
}

// Whatever is answered, in whatever number and order of answers: what was not refused can be read.
TEST(PlanDraft, no_answers_lead_to_a_draft_that_cannot_be_read)
{
    std::vector<std::string> words{"",
                                   "samr",
                                   "yearly:11-01",
                                   "monthly:15",
                                   "quarterly",
                                   "a:ratio=甲",
                                   "b:count:5 批次=乙@一",
                                   "一=二",
                                   "2026",
                                   "2026-12-31",
                                   "y",
                                   "weekly:period_end",
                                   "c:average:40 学时=培训",
                                   "d:done:1 项=建成",
                                   "dayang:town=镇",
                                   std::string(200, 'x'),
                                   "x:office=办",
                                   "g:group=各部门",
                                   "daily:period_end@三",
                                   "a\tb=c",
                                   "samr=局\x7f"};
    words.insert(words.end(), std::begin(hostile), std::end(hostile));
    std::string longest;
    for (int i = 0; i < 200; ++i) longest += "食";
    words.push_back(longest);
    words.push_back("u=" + longest);
    constexpr unsigned seed = 20260301;
    std::mt19937 random{seed};
    const auto pick = [&](std::size_t count) { return std::uniform_int_distribution<std::size_t>{0, count - 1}(random); };
    std::size_t taken = 0;
    for (int round = 0; round < 60; ++round) {
        PlanDraft draft;
        for (int i = 0; i < 12; ++i) {
            const DraftField& asked = draft_fields()[pick(draft_fields().size())];
            const Result<PlanDraft> next = answered(draft, asked, words[pick(words.size())]);
            if (!next) continue;
            draft = *next;
            ++taken;
        }
        const auto parsed = parse_plan({"draft.toml", draft_text(draft)});
        ASSERT_TRUE(parsed) << "seed " << seed << ", round " << round << ": " << to_text(parsed.error()) << draft_text(draft);
    }
    EXPECT_GT(taken, 100U);
}

// ---- the comments

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

bool is_commented_key(const std::string& line)
{
    const std::size_t equals = line.find(" = ");
    if (!line.starts_with("# ") || equals == std::string::npos) return false;
    return line.substr(2, equals - 2).find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
}

// Takes the "# " away from one example after the other (a line, or a table with all its lines), and reads what comes of it.
std::size_t use_each_example(const std::string& draft)
{
    const std::vector<std::string> lines = lines_of(draft);
    std::size_t examples = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool is_table = lines[i].starts_with("# [[");
        if (!is_table && !is_commented_key(lines[i])) continue;
        std::vector<std::string> used = lines;
        std::size_t last = i;
        while (is_table && last + 1 < lines.size() && is_commented_key(lines[last + 1])) ++last;
        for (std::size_t k = i; k <= last; ++k) used[k] = used[k].substr(2);
        const auto parsed = parse_plan({"draft.toml", joined(used)});
        EXPECT_TRUE(parsed) << lines[i] << "\n" << to_text(parsed.error());
        ++examples;
        i = last;
    }
    return examples;
}

TEST(PlanDraft, each_commented_example_can_be_used_by_taking_the_hash_away)
{
    EXPECT_GE(use_each_example(draft_text(good_draft(head))), 4U);
    EXPECT_GE(use_each_example(draft_text(good_draft(with(head, {{"--clause", "一=标题"}})))), 7U)
        << "an indicator and a duty to write";
    EXPECT_GE(use_each_example(draft_text(good_draft(with(head, {{"--examples", "y"},
                                                                 {"--indicator", "a:count=次数"},
                                                                 {"--indicator", "b:done=建成"},
                                                                 {"--indicator", "c:average:40 学时=培训"},
                                                                 {"--report", "yearly:11-20"},
                                                                 {"--report", "weekly"},
                                                                 {"--report", "once:issued + 30d"},
                                                                 {"--report", "half_yearly"}})))),
              20U);
}

TEST(PlanDraft, the_first_period_of_an_example_lies_in_the_plan_whenever_it_was_issued)
{
    for (const char* issued : {"2025-12-31", "2026-12-31", "2027-01-01"})
        for (const char* cadence : {"daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly"})
            EXPECT_GE(use_each_example(draft_text(good_draft({{"--issued", issued}, {"--year", "2026"}, {"--report", cadence}}))),
                      6U);
}

TEST(PlanDraft, the_overlay_at_its_end_can_be_laid_over_it)
{
    for (const Answers& more : {Answers{}, Answers{{"--report", "yearly:11-20"}}}) {
        const std::string text = draft_text(good_draft(with(head, more)));
        std::string overlay;
        for (const std::string& line : lines_of(text))
            if (line.starts_with("#     ")) overlay += line.substr(6) + "\n";
        const SourceFile laid[] = {{"overlay.toml", overlay}};
        const auto parsed = parse_plan({"draft.toml", text}, laid);
        ASSERT_TRUE(parsed) << to_text(parsed.error()) << overlay;
        EXPECT_EQ(parsed->overrides.size(), 1U);
    }
}

}  // namespace
}  // namespace planwatch::drafts
