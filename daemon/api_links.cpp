// The links in messages: a page that asks, and does nothing by being looked at, and the button on it that acknowledges. All that
// can be wrong with a link has a page of its own; what was never signed here is as unknown as any other path.
#include "daemon/api.hpp"
#include "daemon/link_form.hpp"
#include "exporters/link_page.hpp"
#include "exporters/link_words.hpp"
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

Response plain_page(int status, const LinkWords& words, const PageWords& what, std::vector<std::string> before = {})
{
    LinkPage page{.language = words.language, .title = std::string{what.heading}, .heading = std::string{what.heading}, .paragraphs = std::move(before)};
    page.paragraphs.emplace_back(what.text);
    return page_response(status, page);
}

// 11月3日（周五）09:00
std::string moment_text(Instant at, const Policy& policy, Language language)
{
    const std::string day = wording(language).day(policy.zone.day_of(at), policy.plan.year);
    return day + (language == Language::en ? " " : "") + format_instant(at, policy.zone).substr(11, 5);
}

// As it stands at `now`, in the words of a message that would be sent now.
MessageText::Item item_of(Notice notice, const Engine& engine, const Alert& alert, Instant now, Language language)
{
    notice.why = engine.alert_now(alert).why;
    notice.severity = alert.severity;
    const Message message{.number = 0, .at = now, .recipient = notice.recipient, .notices = {std::move(notice)}};
    return message_text(message, engine.policy(), {.language = language}).gravest();
}

std::string asks_whom(const Plan& plan, const Recipient& to, const LinkWords& words)
{
    const auto office = std::ranges::find(plan.units, UnitKind::office, &Unit::kind);
    return words.asks_whom(office == plan.units.end() ? "" : office->name, plan.name, to.name.empty() ? to.id : to.name);
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

std::vector<LinkPage::Choice> choices_at(Instant now, const Policy& policy, const LinkWords& words)
{
    std::vector<LinkPage::Choice> choices;
    const std::pair<LinkRest, std::string_view> known[] = {
        {LinkRest::next_opening, words.next_opening}, {LinkRest::three_days, words.three_days}, {LinkRest::seven_days, words.seven_days}};
    for (const auto& [rest, text] : known)
        choices.push_back({std::string{to_string(rest)}, std::string{text}, words.until(moment_text(until_of(rest, now, policy), policy, words.language))});
    return choices;
}

Response used_page(const LinkUse& use, const Policy& policy, const LinkWords& words)
{
    const auto shown = [&](Instant at) { return moment_text(at, policy, words.language); };
    return plain_page(410, words, words.used, {words.was_used(use.by, shown(use.at), shown(use.until))});
}

}  // namespace

// A link that serves; or the page that says why it does not.
struct Api::OpenLink {
    std::optional<Response> closed;
    LinkedNotice linked;
    const Engine* engine = nullptr;
    const Alert* alert = nullptr;

    LinkPage page(Instant now, const LinkWords& words) const
    {
        const Policy& policy = engine->policy();
        const MessageText::Item item = item_of(linked.notice, *engine, *alert, now, words.language);
        LinkPage page{.language = words.language, .title = item.headline, .from = asks_whom(policy.plan, linked.notice.recipient, words), .severity = alert->severity, .tag = item.tag,
                      .heading = item.headline};
        for (const MessageText::Line& line : item.to_do) page.lines.push_back({line.label, line.text});
        for (const MessageText::Line& line : item.evidence) page.evidence.push_back({line.label, line.text});
        if (alert->acknowledged_until && *alert->acknowledged_until > now)
            page.note = words.acknowledged(alert->acknowledged_by, moment_text(*alert->acknowledged_until, policy, words.language));
        page.choices = choices_at(now, policy, words);
        return page;
    }
};

const LinkWords& Api::words_of_links() const { return link_words(hooks_.language ? hooks_.language() : Language::zh); }

Api::OpenLink Api::open_link(const Call& call)
{
    const LinkWords& words = words_of_links();
    OpenLink open;
    const auto link = signer_.read(call.subject);
    auto linked = link ? reader_.linked_notice(link->plan, link->notice) : std::nullopt;
    if (!linked) {
        open.closed = plain_page(404, words, words.forged);
        return open;
    }
    open.linked = *std::move(linked);
    open.engine = service_.engine(open.linked.plan);
    if (!open.engine) {
        open.closed = plain_page(410, words, words.at_rest);
        return open;
    }
    const Notice& notice = open.linked.notice;
    const Policy& policy = open.engine->policy();
    open.alert = Service::told_of(*open.engine, notice.alert, notice.at);
    if (open.linked.use)
        open.closed = used_page(*open.linked.use, policy, words);
    else if (!open.alert)
        open.closed = plain_page(410, words, words.over);
    else if (link->expires <= service_.clock().now())
        open.closed = plain_page(410, words, words.expired, {words.has_expired(moment_text(link->expires, policy, words.language))});
    return open;
}

// Mail scanners and previews come this far, and change nothing.
Response Api::show_link(const Call& call)
{
    const OpenLink open = open_link(call);
    return open.closed ? *open.closed : page_response(200, open.page(service_.clock().now(), words_of_links()));
}

asio::awaitable<Response> Api::use_link(Call call)
{
    const OpenLink open = open_link(call);
    if (open.closed) co_return *open.closed;
    const LinkWords& words = words_of_links();
    const Instant now = service_.clock().now();
    LinkPage asking = open.page(now, words);
    const bool is_form = media_type(call.request.content_type) == form_content_type;
    const Result<LinkForm> form = is_form ? parse_link_form(call.request.body, words) : fail("", std::string{words.unreadable});
    if (!form) {
        asking.problem = form.error().front().message + std::string{words.not_recorded};
        co_return page_response(!is_form ? 415 : call.request.body.size() > longest_link_form ? 413 : 422, asking);
    }
    // What the engine holds may have moved on when the commit is done.
    const auto policy = open.engine->policy_ptr();
    const std::string plan = open.linked.plan;
    const Notice& notice = open.linked.notice;
    const Recipient& person = notice.recipient;
    const std::string by = person.name.empty() ? person.id.text() : fmt::format("{} ({})", person.name, person.id);
    const Acknowledgement ack{notice.alert, by, until_of(form->rest, now, *policy), form->comment};
    std::string failure;
    try {
        const LinkOutcome outcome = co_await service_.acknowledge_once(plan, notice.number, notice.at, ack);
        if (outcome == LinkOutcome::over) co_return plain_page(410, words, words.over);
        if (outcome == LinkOutcome::used) co_return show_link({call.request, nullptr, call.subject});
        co_return plain_page(200, words, words.done, {asking.heading, words.by_whom(by), words.rests(moment_text(ack.until, *policy, words.language))});
    } catch (const StorageError& error) {
        failure = error.what();
    }
    spdlog::warn("an acknowledgement by link was not stored: {}", failure);
    Response sorry = plain_page(503, words, words.failed);
    sorry.headers += "Retry-After: 60\r\n";
    co_return sorry;
}

}  // namespace planwatch
