#include "exporters/link_words.hpp"

#include <fmt/format.h>

namespace planwatch {
namespace {

const LinkWords in_chinese{
    .language = Language::zh,
    .rest_question = "收到后，暂停提醒多久？",
    .next_opening = "到下一个工作日上班",
    .three_days = "3天",
    .seven_days = "7天",
    .comment_label = "备注（可不填）",
    .comment_example = "例如：材料正在会签，周五前报送",
    .button = "确认收到",
    .caution = "点击按钮后才会登记。确认收到不等于完成：到时仍未解决的，将恢复提醒。",
    .choose_rest = "请选择暂停提醒的时间",
    .too_long = "内容过长，请缩短后重新提交",
    .unreadable = "提交的内容无法识别，请重新打开链接再试",
    .comment_too_long = "备注过长，最多约六百个汉字",
    .comment_not_plain = "备注中有无法保存的字符，请改为普通文字",
    .not_recorded = "。尚未登记。",
    .used = {"此链接已使用过", "每个链接只能用一次，本次访问没有改变任何内容。如需再次确认，请用之后收到的消息中的链接，或联系食安办。"},
    .over = {"该预警已解除", "此链接所指的预警已经结束，无需确认，本次访问没有改变任何内容。"},
    .forged = {"链接无效", "链接不完整或不是本系统发出的，没有改变任何内容。请从收到的消息中重新打开，或完整复制链接。"},
    .at_rest = {"该计划已停用", "此链接所属的计划目前不在本系统中运行，没有改变任何内容。如有疑问，请联系食安办。"},
    .expired = {"链接已过期", "请用最近收到的消息中的链接，或联系食安办。"},
    .failed = {"暂时无法登记", "系统目前不能保存，没有改变任何内容。请稍后重新打开链接再试。"},
    .done = {"已确认收到", "可以关闭此页面。"},
};

const LinkWords in_english{
    .language = Language::en,
    .rest_question = "For how long shall reminders rest?",
    .next_opening = "until the next working day opens",
    .three_days = "3 days",
    .seven_days = "7 days",
    .comment_label = "Comment (optional)",
    .comment_example = "For example: being signed, will be handed in by Friday",
    .button = "Acknowledge",
    .caution = "Nothing is recorded before the button is pressed. To acknowledge is not to settle: what still stands then is told again.",
    .choose_rest = "Choose for how long reminders shall rest",
    .too_long = "What was sent is too long; shorten it and send it again",
    .unreadable = "What was sent cannot be read; open the link again",
    .comment_too_long = "The comment is longer than 2,000 bytes",
    .comment_not_plain = "The comment has characters that cannot be stored; use plain text",
    .not_recorded = ". Nothing was recorded.",
    .used = {"This link was used before", "A link serves once; this visit changed nothing. To acknowledge again, use the link of a later message, or ask the office."},
    .over = {"This alert is over", "There is nothing left to acknowledge; this visit changed nothing."},
    .forged = {"This link is not valid", "It is not whole, or was not sent from here; nothing was changed. Open it from the message again, or copy all of it."},
    .at_rest = {"This plan is at rest", "The plan of this link does not run here now; nothing was changed. If in doubt, ask the office."},
    .expired = {"This link has expired", "Use the link of the latest message, or ask the office."},
    .failed = {"It cannot be recorded now", "Nothing can be stored at the moment, and nothing was changed. Open the link again later."},
    .done = {"Acknowledged", "This page can be closed."},
};

}  // namespace

const LinkWords& link_words(Language language) { return language == Language::en ? in_english : in_chinese; }

std::string LinkWords::asks_whom(std::string_view office, std::string_view plan, std::string_view person) const
{
    const std::string_view dot = office.empty() ? "" : " · ";
    if (language == Language::en) return fmt::format("{}{}{} asks {} to acknowledge", office, dot, plan, person);
    return fmt::format("{}{}{} 请 {} 确认", office, dot, plan, person);
}

std::string LinkWords::until(std::string_view moment) const { return language == Language::en ? fmt::format("until {}", moment) : fmt::format("至{}", moment); }

std::string LinkWords::acknowledged(std::string_view by, std::string_view until) const
{
    if (language == Language::en) return fmt::format("{} has acknowledged it; reminders rest until {}. To acknowledge again sets a new time.", by, until);
    return fmt::format("{} 已确认收到，提醒暂停至{}。再次确认将改为新的时间。", by, until);
}

std::string LinkWords::was_used(std::string_view by, std::string_view at, std::string_view until) const
{
    if (language == Language::en) return fmt::format("{} acknowledged it on {}; reminders rest until {}.", by, at, until);
    return fmt::format("{} 已于{}确认收到，提醒暂停至{}。", by, at, until);
}

std::string LinkWords::has_expired(std::string_view at) const
{
    return language == Language::en ? fmt::format("It was valid until {}; nothing was changed.", at) : fmt::format("此链接的有效期至{}，没有改变任何内容。", at);
}

std::string LinkWords::by_whom(std::string_view by) const { return language == Language::en ? fmt::format("By {}", by) : fmt::format("确认人：{}", by); }

std::string LinkWords::rests(std::string_view until) const
{
    if (language == Language::en) return fmt::format("Reminders rest until {}; what still stands then is told again.", until);
    return fmt::format("提醒暂停至{}；届时仍未解决的，将恢复提醒。", until);
}

}  // namespace planwatch
