#include "daemon/commands/happening_report.hpp"

#include "daemon/commands/common.hpp"
#include "exporters/views.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace planwatch {
namespace {

std::string named(const Recipient& person) { return fmt::format("{} ({})", person.name, person.id); }

}  // namespace

void print_line(const Happening& happening)
{
    const Policy& policy = *happening.policy;
    if (const auto* transition = std::get_if<Transition>(&happening.what)) print(transition_line(policy, *transition) + "\n");
    if (const auto* notice = std::get_if<Notice>(&happening.what)) print(notice_line(policy, *notice) + "\n");
}

void HappeningReport::add(const Happening& happening)
{
    std::visit([&](const auto& what) { add(*happening.policy, what); }, happening.what);
}

std::string HappeningReport::to_text() const
{
    Table alerts{{"预警", "触发", "解除"}};
    for (const auto& [kind, count] : alerts_)
        alerts.add({std::string{kind_name(kind)}, std::to_string(count.fired), std::to_string(count.resolved)});
    Table notices{{"接收人", "通知", "消息", "一周最多"}};
    for (const auto& [recipient, post] : posts_)
        notices.add({recipient, std::to_string(post.notices), std::to_string(post.messages), std::to_string(post.most_a_week)});
    return happenings_.to_text() + "\n" + alerts.to_text() + "\n" + notices.to_text();
}

void HappeningReport::add(const Policy& policy, const Transition& transition)
{
    const AlertKey& key = transition.alert.key;
    const bool fired = transition.event == AlertEvent::fired;
    ++(fired ? alerts_[key.kind].fired : alerts_[key.kind].resolved);
    happenings_.add({format_instant(transition.at, policy.zone), fired ? "触发" : "解除", std::string{kind_name(key.kind)},
                     policy.plan.id, key.unit, key.subject, key.period, transition.alert.why});
}

void HappeningReport::add(const Policy& policy, const Notice& notice)
{
    ++posts_[named(notice.recipient)].notices;
    const AlertKey key = AlertKey::parse(notice.alert, policy.plan.id).value_or(AlertKey{});
    happenings_.add({format_instant(notice.at, policy.zone), "通知", std::string{kind_name(key.kind)}, policy.plan.id, key.unit,
                     key.subject, key.period,
                     fmt::format("{} → {} ({})", notice.step, notice.recipient.id, notice.recipient.channel)});
}

// What goes out to one person. Happenings come in order of time: the newest week is the one that grows.
void HappeningReport::add(const Policy& policy, const Message& message)
{
    Post& post = posts_[named(message.recipient)];
    const Day monday = monday_of(policy.zone.day_of(message.at));
    if (std::exchange(post.monday, monday) != monday) post.this_week = 0;
    ++post.messages;
    post.most_a_week = std::max(post.most_a_week, ++post.this_week);
    happenings_.add({format_instant(message.at, policy.zone), "消息", "", policy.plan.id, "", "", "",
                     fmt::format("{} → {} ({})", message.report ? "报告" : fmt::format("{} 项", message.notices.size()), message.recipient.id, message.recipient.channel)});
}

}  // namespace planwatch
