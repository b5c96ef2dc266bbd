#include "daemon/courier.hpp"

#include "daemon/destinations.hpp"
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

// Files need no real address, but a header must hold one.
std::string stand_in_address(const Recipient& person)
{
    std::string local = person.id;
    for (char& c : local)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') c = '.';
    return local + "@planwatch.invalid";
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
        const std::vector<MessageRow> rows = store_.ripe(service_.clock().now(), rows_a_round);
        bool stuck = false;
        for (const MessageRow& row : rows) {
            try {
                co_await deliver(row);
            } catch (const StorageError& error) {
                spdlog::warn("what became of message {} of {} could not be recorded, it will be tried again: {}", row.message.number, row.plan, error.what());
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

asio::awaitable<void> Courier::deliver(MessageRow row)
{
    const std::uint64_t number = row.message.number;
    const Engine* engine = service_.engine(row.plan);
    if (!engine) {  // the plan was taken out of the settings: its letters wait until it is back
        co_await service_.put_off(row.plan, number, service_.clock().now() + mail_.retry_longest, "the plan is not loaded");
        co_return;
    }
    const Recipient person = row.message.recipient;
    SendResult result{SendResult::Outcome::refused, "no address is known for " + person.id};
    std::string to = person.address;
    if (to.empty() && mail_.server.empty()) to = stand_in_address(person);
    if (!to.empty()) {
        row.message.recipient.address = to;
        const MailContext context{mail_.from, "planwatch", store_.instance(), url_};
        MailMessage message = compose(row.message, engine->policy(), context);
        message.message_id = row.message_id;
        const std::string mime = to_mime(message);
        const auto hand = [&]() -> asio::awaitable<SendResult> { co_return hand_over(row, to, mime); };
        result = co_await asio::co_spawn(threads_, hand, asio::use_awaitable);
    }

    const Instant now = service_.clock().now();
    const bool given_up = result.outcome == SendResult::Outcome::refused || now - row.message.at >= mail_.give_up_after;
    NotificationCounters& counters = stats_.notifications[person.channel];
    if (result.outcome == SendResult::Outcome::retry && !given_up) {
        ++counters[NotificationResult::retried];
        spdlog::warn("message {} of {} to {} was not taken, try {}: {}", number, row.plan, person.id, row.tries + 1, result.answer);
        const Attempt attempt{now, person.channel, "retry", result.answer};
        co_await service_.record_try(row.plan, number, attempt, now + backoff(row.tries), person.channel);
        co_return;
    }
    const bool delivered = result.outcome == SendResult::Outcome::delivered;
    ++counters[delivered ? NotificationResult::delivered : NotificationResult::dead];
    if (!delivered) spdlog::error("message {} of {} to {} is given up: {}", number, row.plan, person.id, result.answer);
    const Delivery delivery{number, person, delivered, person.channel, result.answer};
    co_await service_.record_delivery(row.plan, delivery);
}

SendResult Courier::hand_over(const MessageRow& row, const std::string& to, const std::string& mime) const
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
    stats_.queue_length = static_cast<std::uint64_t>(store_.waiting());
    return stats_;
}

}  // namespace planwatch
