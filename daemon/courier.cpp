#include "daemon/courier.hpp"

#include "config/file.hpp"
#include "exporters/eml.hpp"
#include "exporters/notice_mail.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace planwatch {

namespace {

constexpr std::int64_t rows_a_round = 64;

std::string first_line(std::string text)
{
    text.erase(std::min(text.find_first_of("\r\n"), text.size()));
    return text;
}

SmtpServer smtp_server(const Mail& mail)
{
    SmtpServer server{.url = mail.server, .user = mail.user, .ca_file = mail.ca_file.string(), .timeout = mail.timeout};
    if (mail.tls == Mail::Tls::starttls) server.tls = SmtpServer::Tls::starttls;
    if (!mail.password_file.empty()) server.password = first_line(read_file(mail.password_file).text);
    return server;
}

// Files need no real address, but a header must hold one.
std::string stand_in_address(const Recipient& person)
{
    std::string local = person.id;
    for (char& c : local)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '.';
    return local + "@planwatch.invalid";
}

Notice notice_of(const OutboxRow& row)
{
    Notice notice{.number = row.number, .at = row.at, .alert = row.alert, .step = row.step, .recipient = row.recipient, .why = row.why};
    for (const Severity severity : {Severity::info, Severity::warning, Severity::critical})
        if (row.severity == to_string(severity)) notice.severity = severity;
    return notice;
}

}  // namespace

Courier::Courier(const asio::any_io_executor& executor, Service& service, Store& store, const Settings& settings, std::string public_url)
    : service_{service},
      store_{store},
      mail_{settings.mail},
      folder_{settings.data / settings.mail.directory},
      server_{smtp_server(settings.mail)},
      url_{std::move(public_url)},
      news_{executor}
{
}

asio::awaitable<void> Courier::wait(std::optional<Instant> until)
{
    using namespace asio::experimental::awaitable_operators;
    const auto news = [this]() -> asio::awaitable<void> {
        news_.expires_after(std::chrono::seconds{30});
        boost::system::error_code ignored;
        co_await news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    };
    if (until)
        co_await (service_.clock().sleep_until(*until) || news());
    else
        co_await news();
}

asio::awaitable<void> Courier::run()
{
    while (!stopping_) {
        const std::vector<OutboxRow> rows = store_.ripe(service_.clock().now(), rows_a_round);
        bool stuck = false;
        for (const OutboxRow& row : rows) {
            try {
                co_await deliver(row);
            } catch (const StorageError& error) {
                spdlog::warn("what became of notice {} of {} could not be recorded, it will be tried again: {}", row.number, row.plan, error.what());
                stuck = true;
            }
            if (stuck || stopping_) break;
        }
        if (stopping_) break;
        if (stuck)
            co_await wait(service_.clock().now() + mail_.retry_first);
        else if (rows.empty())
            co_await wait(store_.next_try());
    }
    ended_ = true;
}

void Courier::stop()
{
    stopping_ = true;
    news_.cancel();
}

asio::awaitable<void> Courier::deliver(OutboxRow row)
{
    const Engine* engine = service_.engine(row.plan);
    if (!engine) {  // the plan was taken out of the settings: its letters wait until it is back
        co_await service_.record_try(row.plan, row.number, row.tries, service_.clock().now() + mail_.retry_longest, "the plan is not loaded");
        co_return;
    }
    SendResult result{SendResult::Outcome::refused, "no address is known for " + row.recipient.id};
    std::string to = row.recipient.address;
    if (to.empty() && mail_.server.empty()) to = stand_in_address(row.recipient);
    if (!to.empty()) {
        Notice notice = notice_of(row);
        notice.recipient.address = to;
        const MailContext context{mail_.from, "planwatch", store_.instance(), url_};
        MailMessage message = compose(notice, engine->policy(), context);
        message.message_id = row.message_id;
        const std::string mime = to_mime(message);
        const auto hand = [&]() -> asio::awaitable<SendResult> { co_return hand_over(row, to, mime); };
        result = co_await asio::co_spawn(threads_, hand, asio::use_awaitable);
    }

    const Instant now = service_.clock().now();
    const bool given_up = result.outcome == SendResult::Outcome::refused || now - row.at >= mail_.give_up_after;
    NotificationCounters& counters = stats_.notifications[row.recipient.channel];
    if (result.outcome == SendResult::Outcome::retry && !given_up) {
        ++counters[NotificationResult::retried];
        spdlog::warn("notice {} of {} to {} was not taken, try {}: {}", row.number, row.plan, row.recipient.id, row.tries + 1, result.answer);
        co_await service_.record_try(row.plan, row.number, row.tries + 1, now + backoff(row.tries), result.answer);
        co_return;
    }
    const bool delivered = result.outcome == SendResult::Outcome::delivered;
    ++counters[delivered ? NotificationResult::delivered : NotificationResult::dead];
    if (!delivered) spdlog::error("notice {} of {} to {} is given up: {}", row.number, row.plan, row.recipient.id, result.answer);
    Delivery delivery{row.number, row.recipient, delivered, result.answer};
    co_await service_.record_delivery(row.plan, delivery);
}

SendResult Courier::hand_over(const OutboxRow& row, const std::string& to, const std::string& mime) const
{
    if (!mail_.server.empty()) return send(server_, mail_.from, to, mime);
    try {
        const auto path = write_eml(folder_, eml_name(row.message_id), mime);
        return {SendResult::Outcome::delivered, path.filename().string()};
    } catch (const std::system_error& error) {
        return {SendResult::Outcome::retry, error.what()};
    }
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
