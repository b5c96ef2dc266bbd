// The links in messages: a page that asks, and does nothing by being looked at, and the button on it that acknowledges. All that
// can be wrong with a link has a page of its own; what was never signed here is as unknown as any other path.
#include "daemon/api.hpp"
#include "daemon/link_form.hpp"
#include "exporters/link_page.hpp"
#include "exporters/message_text.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace planwatch {
namespace {

constexpr std::string_view form_content_type = "application/x-www-form-urlencoded";

Response page_response(int status, const LinkPage& page)
{
    return {.status = status,
            .content_type = "text/html; charset=utf-8",
            .body = to_html(page),
            .headers = "Referrer-Policy: no-referrer\r\nX-Robots-Tag: noindex, nofollow\r\n",
            .content_security_policy = link_page_policy()};
}

Response plain_page(int status, std::string heading, std::vector<std::string> paragraphs)
{
    LinkPage page;
    page.title = heading;
    page.heading = std::move(heading);
    page.paragraphs = std::move(paragraphs);
    return page_response(status, page);
}

// 11月3日（周五）09:00
std::string moment_text(Instant at, const Policy& policy)
{
    const std::string day = wording(Language::zh).day(policy.zone.day_of(at), policy.plan.year);
    return day + format_instant(at, policy.zone).substr(11, 5);
}

// As it stands at `now`, in the words of a message that would be sent now.
MessageText::Item item_of(Notice notice, const Engine& engine, const Alert& alert, Instant now)
{
    notice.why = engine.why_now(alert);
    notice.severity = alert.severity;
    const Message message{.number = 0, .at = now, .recipient = notice.recipient, .notices = {std::move(notice)}};
    return message_text(message, engine.policy(), {}).gravest();
}

std::string asks_whom(const Plan& plan, const Recipient& to)
{
    const auto office = std::ranges::find(plan.units, UnitKind::office, &Unit::kind);
    return fmt::format("{}{} 请 {} 确认", office == plan.units.end() ? "" : office->name + " · ", plan.name, to.name.empty() ? to.id : to.name);
}

Instant until_of(LinkRest rest, Instant now, const Policy& policy)
{
    switch (rest) {
        case LinkRest::three_days: return now + std::chrono::hours{72};
        case LinkRest::seven_days: return now + std::chrono::hours{168};
        case LinkRest::next_opening: break;
    }
    const Instant tomorrow = policy.zone.start_of(policy.zone.day_of(now) + std::chrono::days{1});
    return next_hour(tomorrow, policy.post, policy.calendar, policy.zone);
}

std::vector<LinkPage::Choice> choices_at(Instant now, const Policy& policy)
{
    std::vector<LinkPage::Choice> choices;
    const std::pair<LinkRest, const char*> known[] = {
        {LinkRest::next_opening, "到下一个工作日上班"}, {LinkRest::three_days, "3天"}, {LinkRest::seven_days, "7天"}};
    for (const auto& [rest, text] : known)
        choices.push_back({std::string{to_string(rest)}, text, fmt::format("至{}", moment_text(until_of(rest, now, policy), policy))});
    return choices;
}

Response used_page(const LinkUse& use, const Policy& policy)
{
    return plain_page(410, "此链接已使用过", {fmt::format("{} 已于{}确认收到，提醒暂停至{}。", use.by, moment_text(use.at, policy), moment_text(use.until, policy)),
                                             "每个链接只能用一次，本次访问没有改变任何内容。如需再次确认，请用之后收到的消息中的链接，或联系食安办。"});
}

Response over_page() { return plain_page(410, "该预警已解除", {"此链接所指的预警已经结束，无需确认，本次访问没有改变任何内容。"}); }

Response forged_page()
{
    return plain_page(404, "链接无效", {"链接不完整或不是本系统发出的，没有改变任何内容。请从收到的消息中重新打开，或完整复制链接。"});
}

}  // namespace

// A link that serves; or the page that says why it does not.
struct Api::OpenLink {
    std::optional<Response> closed;
    LinkedNotice linked;
    const Engine* engine = nullptr;
    const Alert* alert = nullptr;

    LinkPage page(Instant now) const
    {
        const Policy& policy = engine->policy();
        const MessageText::Item item = item_of(linked.notice, *engine, *alert, now);
        LinkPage page{.title = item.headline, .from = asks_whom(policy.plan, linked.notice.recipient), .severity = alert->severity, .tag = item.tag,
                      .heading = item.headline};
        for (const MessageText::Line& line : item.to_do) page.lines.push_back({line.label, line.text});
        for (const MessageText::Line& line : item.evidence) page.evidence.push_back({line.label, line.text});
        if (alert->acknowledged_until && *alert->acknowledged_until > now)
            page.note = fmt::format("{} 已确认收到，提醒暂停至{}。再次确认将改为新的时间。", alert->acknowledged_by, moment_text(*alert->acknowledged_until, policy));
        page.choices = choices_at(now, policy);
        return page;
    }
};

Api::OpenLink Api::open_link(const Call& call)
{
    OpenLink open;
    const auto link = signer_.read(call.subject);
    auto linked = link ? reader_.linked_notice(link->plan, link->notice) : std::nullopt;
    if (!linked) {
        open.closed = forged_page();
        return open;
    }
    open.linked = *std::move(linked);
    open.engine = service_.engine(open.linked.plan);
    if (!open.engine) {
        open.closed = plain_page(410, "该计划已停用", {"此链接所属的计划目前不在本系统中运行，没有改变任何内容。如有疑问，请联系食安办。"});
        return open;
    }
    const Notice& notice = open.linked.notice;
    const Policy& policy = open.engine->policy();
    open.alert = Service::told_of(*open.engine, notice.alert, notice.at);
    if (open.linked.use)
        open.closed = used_page(*open.linked.use, policy);
    else if (!open.alert)
        open.closed = over_page();
    else if (link->expires <= service_.clock().now())
        open.closed = plain_page(410, "链接已过期", {fmt::format("此链接的有效期至{}，没有改变任何内容。", moment_text(link->expires, policy)),
                                                      "请用最近收到的消息中的链接，或联系食安办。"});
    return open;
}

// Mail scanners and previews come this far, and change nothing.
Response Api::show_link(const Call& call)
{
    const OpenLink open = open_link(call);
    return open.closed ? *open.closed : page_response(200, open.page(service_.clock().now()));
}

asio::awaitable<Response> Api::use_link(Call call)
{
    const OpenLink open = open_link(call);
    if (open.closed) co_return *open.closed;
    const Instant now = service_.clock().now();
    LinkPage asking = open.page(now);
    const bool is_form = media_type(call.request.content_type) == form_content_type;
    const Result<LinkForm> form = is_form ? parse_link_form(call.request.body) : fail("", "提交的内容无法识别，请重新打开链接再试");
    if (!form) {
        asking.problem = form.error().front().message + "。尚未登记。";
        co_return page_response(!is_form ? 415 : call.request.body.size() > longest_link_form ? 413 : 422, asking);
    }
    // What the engine holds may have moved on when the commit is done.
    const auto policy = open.engine->policy_ptr();
    const std::string plan = open.linked.plan;
    const Notice& notice = open.linked.notice;
    const Recipient& person = notice.recipient;
    const std::string by = person.name.empty() ? person.id : fmt::format("{} ({})", person.name, person.id);
    const Acknowledgement ack{notice.alert, by, until_of(form->rest, now, *policy), form->comment};
    std::string failure;
    try {
        const LinkOutcome outcome = co_await service_.acknowledge_once(plan, notice.number, notice.at, ack);
        if (outcome == LinkOutcome::over) co_return over_page();
        if (outcome == LinkOutcome::used) co_return show_link({call.request, nullptr, call.subject});
        co_return plain_page(200, "已确认收到", {asking.heading, fmt::format("确认人：{}", by),
                                                  fmt::format("提醒暂停至{}；届时仍未解决的，将恢复提醒。", moment_text(ack.until, *policy)), "可以关闭此页面。"});
    } catch (const StorageError& error) {
        failure = error.what();
    }
    spdlog::warn("an acknowledgement by link was not stored: {}", failure);
    Response sorry = plain_page(503, "暂时无法登记", {"系统目前不能保存，没有改变任何内容。请稍后重新打开链接再试。"});
    sorry.headers += "Retry-After: 60\r\n";
    co_return sorry;
}

}  // namespace planwatch
