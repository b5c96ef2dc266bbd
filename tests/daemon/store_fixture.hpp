// A folder of its own for each test, a small plan, and changes as an engine would make them.
#pragma once

#include "config/policy.hpp"
#include "daemon/store.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace planwatch::testing {

class TempFolder {
public:
    TempFolder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "planwatch-test-XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error{"cannot make a folder for the test"};
        path_ = name;
    }
    ~TempFolder() { std::filesystem::remove_all(path_); }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    std::string operator/(const char* name) const { return (path_ / name).string(); }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline Instant at(const char* text) { return parse_instant(text).value(); }
inline Period period(const char* text) { return Period::parse(text).value(); }

inline constexpr const char* small_plan = R"(
[plan]
id = "example-2023"
name = "示例区2023年食品安全监督管理计划"
issued = 2023-07-18
year = 2023
time_zone = "Asia/Shanghai"

[[unit]]
id = "samr"
name = "区市场监管局"

[[unit]]
id = "agri"
name = "区农业农村局"

[[clause]]
id = "一（一）"
title = "食品抽检"
units = [ { unit = "samr", role = "lead" }, { unit = "agri", role = "cooperate" } ]

[[indicator]]
id = "batches"
name = "监督抽检批次"
clause = "一（一）"
measure = "count"
target = "at_least 120 批次"
pace = "linear"
units = ["samr", "agri"]

[[indicator]]
id = "disposal"
name = "不合格食品处置率"
clause = "一（一）"
measure = "ratio"
target = "at_least 100 %"
hold = true
units = ["samr"]

[[duty]]
id = "monthly"
name = "抽检月报"
clause = "一（一）"
cadence = "monthly"
due = "period_end + 10d"
units = ["samr", "agri"]
indicators = ["batches", "disposal"]

[[duty]]
id = "annual"
name = "年度工作总结"
clause = "一（一）"
cadence = "yearly"
due = "11-20"
units = ["samr", "agri"]
filing = true
)";

inline constexpr const char* small_calendar = R"(
[[year]]
year = 2023
notice = "国办发明电〔2022〕16号"
off = [ { name = "国庆节", days = [2023-10-02, 2023-10-03, 2023-10-04, 2023-10-05, 2023-10-06] } ]
working = [ { name = "国庆节", days = [2023-10-07, 2023-10-08] } ]
)";

inline Sources sources(std::string plan = small_plan)
{
    Sources all;
    all.plan = {"example.toml", std::move(plan)};
    all.calendar = {"calendar.toml", small_calendar};
    return all;
}

// The plan with every `from` replaced by `to`.
inline Sources sources_with(std::string_view from, std::string_view to)
{
    std::string text = small_plan;
    for (std::size_t place = text.find(from); place != std::string::npos; place = text.find(from, place + to.size()))
        text.replace(place, from.size(), to);
    return sources(std::move(text));
}

inline std::shared_ptr<const Policy> compiled(const Sources& all)
{
    auto policy = compile(all);
    if (!policy) throw std::runtime_error{to_text(policy.error())};
    return *policy;
}

// A policy with its deadlines, as the store wants them.
struct ExamplePlan {
    std::shared_ptr<const Policy> policy;
    std::vector<Deadline> deadlines;
    Instant now = at("2023-09-01T00:00:00Z");

    explicit ExamplePlan(const Sources& all = sources()) : policy{compiled(all)}, deadlines{deadlines_of(*policy)} {}
    PlanView view() const { return {*policy, deadlines, now}; }

    std::uint32_t deadline(std::string_view duty, const Period& when) const
    {
        for (std::uint32_t i = 0; i < deadlines.size(); ++i)
            if (policy->plan.duties[deadlines[i].duty].id == duty && deadlines[i].period == when) return i;
        throw std::runtime_error{"no such deadline"};
    }
    UnitIndex unit(std::string_view id) const { return policy->plan.unit(id).value(); }
    std::uint32_t series(std::string_view indicator, std::string_view unit_id) const
    {
        const auto all = series_of(policy->plan);
        for (std::uint32_t i = 0; i < all.size(); ++i)
            if (policy->plan.indicators[all[i].indicator].id == indicator && policy->plan.units[all[i].unit].id == unit_id) return i;
        throw std::runtime_error{"no such series"};
    }
};

inline StoredFigure figure(std::uint32_t series, const char* when, std::uint32_t revision, int value, Instant came = at("2023-09-01T00:00:00Z"))
{
    return {series, period(when), revision, {Decimal{value}, Decimal{}}, came};
}

inline Alert alert(AlertKind kind, const char* subject, const char* unit, Phase phase, Instant since)
{
    Alert made{.key = {kind, subject, unit, ""}, .state = {phase, since}, .severity = Severity::warning};
    made.why = "应完成 60，已完成 12";
    made.facts = {{"value", "12"}, {"target", ">= 120 \"批次\""}};
    return made;
}

inline Notice notice(std::uint64_t number, const std::string& alert_id, Instant when)
{
    return {number, when, alert_id, "fired", Severity::warning, {"zhang", "张三", "mail", "zhang@example.org"}, "应完成 60，已完成 12"};
}

inline std::int64_t count(Database& database, const std::string& what)
{
    Statement select{database, "SELECT count(*) FROM " + what};
    Rows rows = select.query();
    rows.next();
    return rows.integer(0);
}

template <class Act>
std::string error_of(Act act)
{
    try {
        act();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing failed";
}

}  // namespace planwatch::testing
