#include "daemon/courier.hpp"

#include "daemon/destinations.hpp"
#include "daemon/report_preview.hpp"
#include "daemon/schema.hpp"
#include "exporters/eml.hpp"
#include "exporters/message_chat.hpp"
#include "exporters/message_json.hpp"
#include "exporters/notice_mail.hpp"
#include "exporters/report_mail.hpp"
#include "exporters/report_message.hpp"
#include "exporters/webhook.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace planwatch {

namespace {

constexpr std::int64_t rows_a_round = 128;
constexpr std::size_t webhooks_at_once = 16;

// Files need no real address, but a header must hold one.
std::string stand_in_address(const Recipient& person)
{
    std::string local = person.id;
    for (char& c : local)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '.';
    return local + "@planwatch.invalid";
}

}  // namespace

Courier::Courier(const asio::any_io_executor& executor, Service& service, Store& store, Channels& channels, const Settings& settings, std::string public_url)
    : executor_{executor},
      service_{service},
      store_{store},
      channels_{channels},
      mail_{settings.mail},
      folder_{settings.data / settings.mail.directory},
      server_{smtp_server(settings.mail)},
      notices_{settings.notices},
      url_{std::move(public_url)},
      signer_{link_key_of(store.database())}
{
}

void Courier::adopt(const Notices& notices, Templates templates)
{
    notices_ = notices;
    templates_ = std::move(templates);
}

asio::awaitable<void> Courier::wait(Lane& lane, std::optional<Instant> until)
{
    using namespace asio::experimental::awaitable_operators;
    const auto news = [&lane]() -> asio::awaitable<void> {
        if (lane.fresh) co_return;
        lane.news.expires_after(std::chrono::seconds{30});
        boost::system::error_code ignored;
        co_await lane.news.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    };
    if (until)
        co_await (service_.clock().sleep_until(*until) || news());
    else
        co_await news();
}

void Courier::start(const std::function<void()>& ended)
{
    for (const char* channel : {"mail", "wecom", "dingtalk", "feishu", "webhook"}) {
        Lane& lane = lanes_.emplace_back(Lane{channel, asio::steady_timer{executor_}});
        ++running_;
        asio::co_spawn(executor_, run(lane), [this, ended](const std::exception_ptr& error) {
            if (--running_ == 0) ended();
            if (error) std::rethrow_exception(error);
        });
    }
}

asio::awaitable<void> Courier::run(Lane& lane)
{
    while (!stopping_) {
        lane.fresh = false;
        std::vector<MessageRow> rows = store_.ripe(lane.channel, service_.clock().now(), rows_a_round);
        const bool any = !rows.empty();
        const bool stuck = co_await work_through(std::move(rows));
        if (stopping_) break;
        if (stuck)
            co_await wait(lane, service_.clock().now() + mail_.retry_first);
        else if (!any)
            co_await wait(lane, store_.next_try(lane.channel));
    }
}

// Several at once, where that helps; what is said of one alert, or to one person, one after the other. True where something could
// not be recorded.
asio::awaitable<bool> Courier::work_through(std::vector<MessageRow> rows)
{
    std::map<std::size_t, std::vector<MessageRow>> strands;
    for (MessageRow& row : rows) {
        const Message& message = row.message;
        const std::string& whole = message.notices.size() == 1 ? message.notices.front().alert : message.recipient.id;
        const std::size_t strand = row.channel == "webhook" ? std::hash<std::string>{}(whole) % webhooks_at_once : 0;
        strands[strand].push_back(std::move(row));
    }
    bool stuck = false;
    std::size_t left = strands.size();
    std::exception_ptr failed;
    asio::steady_timer done{executor_, asio::steady_timer::time_point::max()};
    const auto ended = [&](const std::exception_ptr& error) {
        if (error) failed = error;
        if (--left == 0) done.cancel();
    };
    for (auto& [number, strand] : strands) asio::co_spawn(executor_, work_through_strand(std::move(strand), stuck), ended);
    boost::system::error_code ignored;
    if (left > 0) co_await done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (failed) std::rethrow_exception(failed);
    co_return stuck;
}

asio::awaitable<void> Courier::work_through_strand(std::vector<MessageRow> rows, bool& stuck)
{
    for (const MessageRow& row : rows) {
        try {
            co_await deliver(row);
        } catch (const StorageError& error) {
            spdlog::warn("what became of message {} of {} could not be recorded, it will be tried again: {}", row.message.number, row.plan, error.what());
            stuck = true;
        }
        if (stuck || stopping_) co_return;
    }
}

void Courier::wake()
{
    for (Lane& lane : lanes_) {
        lane.fresh = true;
        lane.news.cancel();
    }
}

void Courier::stop()
{
    stopping_ = true;
    wake();
}

asio::awaitable<void> Courier::deliver(MessageRow row)
{
    const Engine* engine = service_.engine(row.plan);
    if (!engine) {  // the plan was taken out of the settings: its letters wait until it is back
        co_await service_.put_off(row.plan, row.message.number, service_.clock().now() + mail_.retry_longest, "the plan is not loaded");
        co_return;
    }
    const Instant now = service_.clock().now();
    if (const auto first = store_.goes_first(row)) {
        co_await service_.put_off(row.plan, row.message.number, std::max(*first, now) + std::chrono::seconds{1}, "an earlier message of the same alert goes first");
        co_return;
    }
    const auto policy = engine->policy_ptr();  // a reload may bring another while we wait
    const std::vector<Way> ways = ways_of(row, *policy);
    const auto found = std::find_if(ways.begin(), ways.end(), [&](const Way& way) { return way.channel == row.channel; });
    const std::size_t at = found == ways.end() ? 0 : static_cast<std::size_t>(found - ways.begin());
    const Way* const next = at + 1 < ways.size() ? &ways[at + 1] : nullptr;
    SendResult result = co_await hand_over(row, ways[at], *policy);
    co_await record(row, ways[at], next, std::move(result));
}

// A report is mail: a chat that has its first sentence does not stand in for it. Who has no mail address gets that sentence.
std::vector<Courier::Way> Courier::ways_of(const MessageRow& row, const Policy& policy) const
{
    const Recipient& person = row.message.recipient;
    std::vector<Way> ways = policy.directory.others(person.id, person.channel);
    ways.insert(ways.begin(), person);
    if (row.report != 0 && person.channel == "mail") std::erase_if(ways, [](const Way& way) { return way.channel != "mail"; });
    return ways;
}

asio::awaitable<SendResult> Courier::hand_over(const MessageRow& row, const Way& way, const Policy& policy)
{
    if (row.report != 0) co_return co_await hand_over_report(row, way, policy);
    if (way.channel == "mail") co_return co_await hand_over_mail(row, way, policy);
    co_return co_await hand_over_chat(row, way, policy);
}

asio::awaitable<SendResult> Courier::hand_over_mail(const MessageRow& row, const Way& way, const Policy& policy)
{
    std::string to = way.address;
    if (to.empty() && mail_.server.empty()) to = stand_in_address(way);
    if (to.empty()) co_return SendResult{SendResult::Outcome::refused, "no address is known for " + way.id.text()};
    Message message = row.message;
    message.recipient.address = to;
    const MailContext mail_context{.from = mail_.from, .message_host = "planwatch", .instance = store_.instance(), .url = url_,
                                   .language = notices_.language, .templates = templates_, .links = links(row)};
    MailMessage mail = compose(message, policy, mail_context);
    mail.message_id = row.message_id;
    const std::string mime = to_mime(mail);
    const auto blocking = [&]() -> asio::awaitable<SendResult> { co_return send_mail(row.message_id, to, mime); };
    co_return co_await asio::co_spawn(threads_, blocking, asio::use_awaitable);
}

// The paper as it is stored.
asio::awaitable<SendResult> Courier::hand_over_report(const MessageRow& row, const Way& way, const Policy& policy)
{
    std::optional<ReportPaper> paper = store_.paper(row.report);
    if (!paper) co_return SendResult{SendResult::Outcome::refused, fmt::format("the paper of report {} is missing in the database; run `planwatch verify`", row.report)};
    if (way.channel != "mail") co_return co_await hand_over_extract(row, way, *paper, policy);
    std::string to = way.address;
    if (to.empty() && mail_.server.empty()) to = stand_in_address(way);
    if (to.empty()) co_return SendResult{SendResult::Outcome::refused, "no address is known for " + way.id};
    const Envelope envelope{.from = mail_.from, .to_name = way.name, .to = to, .message_id = row.message_id, .date = row.message.at};
    const auto blocking = [&]() -> asio::awaitable<SendResult> { co_return send_mail(row.message_id, to, to_mime(compose(*paper, envelope))); };
    co_return co_await asio::co_spawn(threads_, blocking, asio::use_awaitable);
}

asio::awaitable<SendResult> Courier::hand_over_extract(const MessageRow& row, const Way& way, const ReportPaper& paper, const Policy& policy)
{
    const Destination* const known = channels_.find(way.address);
    if (!known) co_return SendResult{SendResult::Outcome::retry, "the settings have no receiver '" + way.address + "' now"};
    Destination to = *known;
    Dispatch dispatch;
    dispatch.id = row.message_id.substr(1, row.message_id.size() - 2);  // without its angle brackets
    dispatch.text = report_chat(paper);
    Json json;
    write_report_message(json, row.message, row.report, paper, policy);
    dispatch.json = webhook_json(dispatch.id, std::move(json).text());
    co_return co_await channels_.send(std::move(to), std::move(dispatch));
}

asio::awaitable<SendResult> Courier::send_preview(ReportPaper paper, std::string to)
{
    const Instant now = service_.clock().now();
    const auto blocking = [&]() -> asio::awaitable<SendResult> { co_return planwatch::send_preview(std::move(paper), mail_, folder_, to, now); };
    co_return co_await asio::co_spawn(threads_, blocking, asio::use_awaitable);
}

SendResult Courier::send_mail(const std::string& message_id, const std::string& to, const std::string& mime) const
{
    if (!mail_.server.empty()) return send(server_, mail_.from, to, mime);
    try {
        const auto path = write_eml(folder_, eml_name(message_id), mime);
        return {SendResult::Outcome::delivered, path.filename().string()};
    } catch (const std::system_error& error) {
        return {SendResult::Outcome::retry, error.what()};
    }
}

asio::awaitable<SendResult> Courier::hand_over_chat(const MessageRow& row, const Way& way, const Policy& policy)
{
    const Destination* const known = channels_.find(way.address);
    if (!known) co_return SendResult{SendResult::Outcome::retry, "the settings have no receiver '" + way.address.text() + "' now"};
    Destination to = *known;
    Dispatch dispatch;
    dispatch.id = row.message_id.substr(1, row.message_id.size() - 2);  // without its angle brackets
    if (to.kind == DestinationKind::webhook) {
        Json json;
        write_message(json, row.message, policy, context(row));
        dispatch.json = webhook_json(dispatch.id, std::move(json).text());
    } else {
        dispatch.text = chat_text(message_text(row.message, policy, context(row)), *templates_, notices_.language);
        if (const Contact* contact = policy.directory.find(way.id); contact && !contact->mobile.empty()) dispatch.mobiles = {contact->mobile};
    }
    co_return co_await channels_.send(std::move(to), std::move(dispatch));
}

// None where nobody told how people reach us: a link that cannot be opened is worse than none. What has ended since keeps its link,
// so that every try is the same to the byte; its page says that it is over.
MessageLinks Courier::links(const MessageRow& row) const
{
    MessageLinks links;
    if (notices_.public_url.empty()) return links;
    for (const Notice& notice : row.message.notices) {
        if (notice.step == "resolved") continue;
        const Link link{static_cast<std::uint32_t>(row.plan_row), notice.number, row.message.at + link_lasts};
        links[notice.alert].acknowledge = notices_.public_url + std::string{link_path} + signer_.sign(link);
    }
    return links;
}

asio::awaitable<void> Courier::record(const MessageRow& row, const Way& way, const Way* next, SendResult result)
{
    const std::uint64_t number = row.message.number;
    const Instant now = service_.clock().now();
    const bool failing_long = now - row.channel_since >= notices_.hand_over_after;
    const bool later = result.outcome == SendResult::Outcome::later;
    if (later && !(next && failing_long)) {
        co_await service_.put_off(row.plan, number, now + result.wait, result.answer);
        co_return;
    }
    NotificationCounters& counters = stats_.notifications[way.channel];
    const bool delivered = result.outcome == SendResult::Outcome::delivered;
    const bool refused = result.outcome == SendResult::Outcome::refused;
    const bool overdue = now - row.message.at >= mail_.give_up_after;
    const bool hands_over = next && !delivered && !overdue && (refused || failing_long);
    if (hands_over || (!delivered && !refused && !overdue)) {
        ++counters[NotificationResult::retried];
        const Attempt attempt{now, way.channel, "retry", result.answer};
        const std::string& then = hands_over ? next->channel : way.channel;
        const Instant next_try = hands_over ? now : now + std::max<std::chrono::milliseconds>(backoff(row.tries), result.wait);
        spdlog::warn("message {} of {} to {} was not taken, try {}{}: {}", number, row.plan, way.id, row.tries + 1,
                     hands_over ? ", " + then + " takes over" : "", result.answer);
        co_await service_.record_try(row.plan, number, attempt, next_try, then);
        if (hands_over) wake();  // the other channel's lane
        co_return;
    }
    ++counters[delivered ? NotificationResult::delivered : NotificationResult::dead];
    if (!delivered) spdlog::error("message {} of {} to {} is given up: {}", number, row.plan, way.id, result.answer);
    const Delivery delivery{number, way, delivered, way.channel, result.answer};
    co_await service_.record_delivery(row.plan, delivery);
}

std::chrono::seconds Courier::backoff(std::uint32_t tries) const
{
    auto wait = mail_.retry_first;
    for (std::uint32_t i = 0; i < tries && wait < mail_.retry_longest; ++i) wait *= 2;
    return std::min(wait, mail_.retry_longest);
}

CourierStats Courier::stats()
{
    stats_.queue_length = store_.waiting();
    stats_.oldest = store_.waiting_since();
    return stats_;
}

}  // namespace planwatch
