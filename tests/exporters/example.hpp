// A small plan for the tests of what leaves the house: two departments and a town, one indicator a measure, two duties.
#pragma once

#include "rules/engine.hpp"

#include <memory>
#include <stdexcept>
#include <string_view>

namespace planwatch::testing {

inline Day day(std::string_view text) { return parse_day(text).value(); }
inline Instant instant(std::string_view text) { return parse_instant(text).value(); }
inline Period period(std::string_view text) { return Period::parse(text).value(); }

enum : UnitIndex { samr, agri, dazhang };
enum : IndicatorIndex { batches, kitchens, per_head, training, drill, disposal };

inline Plan example_plan()
{
    Plan plan;
    plan.id = "demo-2023";
    plan.name = "示例区2023年食品安全监督管理计划";
    plan.issued = day("2023-07-18");
    plan.year = 2023;
    plan.starts = day("2023-01-01");
    plan.ends = day("2023-12-31");
    plan.time_zone = "Asia/Shanghai";
    plan.population = Decimal{950'000};
    plan.population_assumed = "7125 batches at 7.5 per 1,000 people";
    plan.units = {{.id = "samr", .name = "区市场监管局", .aliases = {"区场监管局"}},
                  {.id = "agri", .name = "区农业农村委", .parent = samr},
                  {.id = "dazhang", .name = "大张庄镇", .kind = UnitKind::town}};
    plan.clauses = {{.id = "三（十二）",
                     .title = "食品抽检数量",
                     .units = {{samr, Role::lead}, {agri, Role::by_duty}},
                     .scopes = {"11 个重点品种"}},
                    {.id = "八（三十二）", .title = "进展报告", .units = {{agri, Role::responsible}}}};

    const auto target = [](Comparator comparator, std::string_view value, std::string unit, bool hold = false) {
        return Target{.comparator = comparator,
                      .value = Decimal::parse(value).value(),
                      .unit = std::move(unit),
                      .hold = hold,
                      .by = day("2023-12-31")};
    };
    const Pace linear{.kind = Pace::Kind::linear, .from = day("2023-01-01")};
    plan.indicators = {{.id = "sampling_batches",
                        .name = "监督抽检批次",
                        .measure = Measure::count,
                        .target = target(Comparator::at_least, "5225", "批次"),
                        .pace = linear,
                        .units = {samr, agri}},
                       {.id = "bright_kitchens",
                        .name = "学校食堂“互联网+明厨亮灶”覆盖率",
                        .measure = Measure::ratio,
                        .reported = Reported::level,
                        .target = target(Comparator::at_least, "91", "%", true),
                        .units = {samr, dazhang},
                        .each = true,
                        .assumed = "every school has one kitchen"},
                       {.id = "batches_per_1000",
                        .name = "千人抽检批次",
                        .measure = Measure::per_thousand,
                        .target = target(Comparator::at_least, "6.5", "批次/千人"),
                        .units = {samr}},
                       {.id = "training_hours",
                        .name = "人均培训学时",
                        .measure = Measure::average,
                        .target = target(Comparator::at_least, "40", "学时"),
                        .pace = linear,
                        .units = {samr},
                        .each = true},
                       {.id = "drill",
                        .name = "应急演练",
                        .measure = Measure::done,
                        .target = target(Comparator::at_least, "1", "次"),
                        .units = {agri}},
                       {.id = "disposal", .name = "不合格样品处置率", .measure = Measure::ratio, .units = {agri}}};

    const auto rule = [](std::string_view text) { return DueRule::parse(text).value(); };
    plan.duties = {{.id = "quarterly_progress",
                    .name = "工作进展情况",
                    .clause = 1,
                    .cadence = Cadence::quarterly,
                    .due = rule("period_end + 10d"),
                    .units = {agri, dazhang},
                    .filing = true,
                    .periods = {period("2023-Q3"), period("2023-Q4")},
                    .assumed = "the document names no day"},
                   {.id = "monthly_figures",
                    .name = "抽检月报",
                    .clause = 0,
                    .cadence = Cadence::monthly,
                    .due = rule("next day 15"),
                    .units = {samr},
                    .indicators = {batches},
                    .periods = {period("2023-09"), period("2023-10")}}};
    return plan;
}

inline std::shared_ptr<const Policy> example_policy()
{
    auto policy = std::make_shared<Policy>();
    policy->version = "0123abcd";
    policy->plan = example_plan();
    policy->calendar = Calendar{"test", {{2023, "国办发明电〔2022〕16号"}}, {}};
    policy->zone = Zone{"Asia/Shanghai", {{Instant::min(), std::chrono::hours{8}}}};
    policy->ladders = {default_ladder()};
    policy->directory = Directory{{{.id = "zhang", .name = "张三", .units = {"agri"}, .audiences = {Audience::reporter},
                                    .addresses = {{"mail", "zhang@example.org"}}}}};
    return policy;
}

inline Engine example_engine(std::string_view now = "2023-10-20T09:00:00+08:00")
{
    Engine engine{example_policy()};
    engine.advance(instant(now));
    return engine;
}

inline void submit(Engine& engine, const RawSubmission& raw)
{
    const auto admitted = engine.admit(std::span{&raw, 1}, engine.now());
    if (!admitted) throw std::runtime_error{to_text(admitted.error())};
    for (const Submission& submission : *admitted) engine.apply(submission, engine.now());
}

inline void submit_value(Engine& engine, std::string unit, std::string when, std::string indicator, std::int64_t value)
{
    submit(engine, {.plan = "demo-2023",
                    .unit = std::move(unit),
                    .period = std::move(when),
                    .values = {{.indicator = std::move(indicator), .value = value}}});
}

inline void submit_ratio(Engine& engine, std::string unit, std::string when, std::string indicator, std::int64_t numerator,
                         std::int64_t denominator)
{
    submit(engine, {.plan = "demo-2023",
                    .unit = std::move(unit),
                    .period = std::move(when),
                    .values = {{.indicator = std::move(indicator), .numerator = numerator, .denominator = denominator}}});
}

inline Notice example_notice()
{
    return {.number = 7,
            .at = instant("2023-10-11T00:00:00+08:00"),
            .alert = "demo-2023:overdue:quarterly_progress:agri:2023-Q3",
            .step = "due",
            .severity = Severity::warning,
            .recipient = {"zhang", "张三", "mail", "zhang@example.org"},
            .why = "2023-Q3 于 2023-09-30 结束，加 10 天"};
}

}  // namespace planwatch::testing
