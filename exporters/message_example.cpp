#include "exporters/message_example.hpp"

namespace planwatch {
namespace {

Policy example_office()
{
    using namespace std::chrono;
    const auto on = [](int month, unsigned day) { return Day{year{2026} / month / std::chrono::day{day}}; };
    Policy policy;
    policy.zone = Zone{"Asia/Shanghai", {{Instant::min(), hours{8}}}};
    policy.calendar = Calendar{"example", {{2026, "example"}}, {}};
    Plan& plan = policy.plan;
    plan.id = "example-2026";
    plan.name = "示例区2026年食品安全工作计划";
    plan.issued = on(1, 15);
    plan.year = 2026;
    plan.starts = on(1, 1);
    plan.ends = on(12, 31);
    plan.time_zone = "Asia/Shanghai";
    plan.units = {{.id = "agri", .name = "区农业农村委"}, {.id = "a", .name = "甲镇", .kind = UnitKind::town}, {.id = "b", .name = "乙镇", .kind = UnitKind::town}};
    plan.clauses = {{.id = "三（九）", .title = "进展报告", .units = {{0, Role::lead}, {1, Role::cooperate}}}};
    plan.indicators = {{.id = "batches", .name = "抽检批次", .target = Target{.value = Decimal{100}, .unit = "批次", .by = on(12, 31)}, .units = {0}, .assumed = "example"}};
    plan.duties = {{.id = "progress", .name = "工作进展情况", .cadence = Cadence::quarterly, .due = DueRule::parse("period_end + 10d").value(), .units = {0, 1, 2},
                    .filing = true, .periods = {*Period::parse("2026-Q3")}, .assumed = "example"}};
    return policy;
}

}  // namespace

std::vector<MessageText> example_messages(Language language)
{
    const Policy office = example_office();
    const Instant at = office.zone.to_instant(LocalTime{Day{std::chrono::year{2026} / 10 / 13}} + std::chrono::hours{9});
    const auto notice = [&](const char* kind, const char* rest, const char* step, Severity severity) {
        return Notice{.at = at, .alert = office.plan.id + ":" + kind + ":" + rest, .step = step, .severity = severity, .why = "现为 40，目标 ≥ 100"};
    };
    Message single{.number = 1, .at = at, .recipient = {"zhang", "张三", "mail", "zhang@example.org"},
                   .notices = {notice("overdue", "progress:agri:2026-Q3", "+1wd", Severity::warning)}};
    Message digest = single;
    digest.notices = {notice("overdue", "progress:a:2026-Q3", "+1wd", Severity::warning), notice("overdue", "progress:b:2026-Q3", "+1wd", Severity::warning),
                      notice("behind_pace", "batches:agri:-", "fired", Severity::warning), notice("due_soon", "progress:agri:2026-Q4", "-7wd", Severity::info),
                      notice("undeliverable", "li:-:-", "fired", Severity::info), notice("implausible", "batches:agri:2026-Q3", "resolved", Severity::info)};
    MessageContext context{language, "https://planwatch.example.org", {}};
    std::vector<MessageText> all{message_text(single, office, context)};
    for (const Notice& each : digest.notices) context.links[each.alert] = {context.url + "/a/1", context.url + "/b/1"};
    all.push_back(message_text(digest, office, context));
    return all;
}

}  // namespace planwatch
