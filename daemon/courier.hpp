// The courier: takes ripe messages out of the outbox, hands each to its channel, and records what became of it. A message stays
// until it is delivered or given up; one that may have been sent before a crash is sent again with the same Message-ID. Where a
// channel fails for too long, or for good, the person's next one takes over.
#pragma once

#include "config/settings.hpp"
#include "daemon/channels.hpp"
#include "daemon/link.hpp"
#include "daemon/service.hpp"
#include "daemon/store.hpp"
#include "exporters/message_templates.hpp"
#include "exporters/metrics.hpp"
#include "exporters/report_paper.hpp"
#include "exporters/smtp.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace planwatch {

class Courier {
public:
    using Templates = std::shared_ptr<const MessageTemplates>;

    // Reads the SMTP password's file; throws std::system_error where it cannot. `public_url`: where people reach the daemon.
    Courier(const asio::any_io_executor& executor, Service& service, Store& store, Channels& channels, const Settings& settings, std::string public_url);
    virtual ~Courier() = default;

    // How messages are worded, set and handed over: at start, and after each reload. `templates` not null.
    void adopt(const Notices& notices, Templates templates);

    // Works until `stop`, each channel by itself, so that one that hangs does not hold up the others; a message under way is still brought
    // to its end, and recorded; then `ended` is called. What fails beyond the world's failures leaves the executor's run().
    void start(const std::function<void()>& ended);
    void wake();
    void stop();
    bool ended() const { return running_ == 0; }

    // A report that is not sent yet, to one address: marked as a preview, once, and recorded nowhere. Queues behind what is being sent.
    asio::awaitable<SendResult> send_preview(ReportPaper paper, std::string to);

    CourierStats stats();

protected:
    // One of the addresses by which a message can reach its recipient, in the order in which they are tried.
    using Way = Recipient;

    // To the world outside; tests put another in its place.
    virtual asio::awaitable<SendResult> hand_over(const MessageRow& row, const Way& way, const Policy& policy);

private:
    struct Lane {
        std::string channel;
        asio::steady_timer news;
        bool fresh = false;  // something came since the lane last looked
    };

    asio::awaitable<void> run(Lane& lane);
    asio::awaitable<bool> work_through(std::vector<MessageRow> rows);
    asio::awaitable<void> work_through_strand(std::vector<MessageRow> rows, bool& stuck);
    asio::awaitable<void> deliver(MessageRow row);
    asio::awaitable<SendResult> hand_over_mail(const MessageRow& row, const Way& way, const Policy& policy);
    asio::awaitable<SendResult> hand_over_report(const MessageRow& row, const Way& way, const Policy& policy);
    asio::awaitable<SendResult> hand_over_extract(const MessageRow& row, const Way& way, const ReportPaper& paper, const Policy& policy);
    std::vector<Way> ways_of(const MessageRow& row, const Policy& policy) const;
    SendResult send_mail(const std::string& message_id, const std::string& to, const std::string& mime) const;  // blocks
    asio::awaitable<SendResult> hand_over_chat(const MessageRow& row, const Way& way, const Policy& policy);
    asio::awaitable<void> record(const MessageRow& row, const Way& way, const Way* next, SendResult result);
    MessageContext context(const MessageRow& row) const { return {notices_.language, url_, links(row)}; }
    MessageLinks links(const MessageRow& row) const;
    asio::awaitable<void> wait(Lane& lane, std::optional<Instant> until);
    std::chrono::seconds backoff(std::uint32_t tries) const;

    asio::any_io_executor executor_;
    Service& service_;
    Store& store_;
    Channels& channels_;
    Mail mail_;
    std::filesystem::path folder_;
    SmtpServer server_;
    Notices notices_;
    Templates templates_ = MessageTemplates::built_in();
    std::string url_;
    LinkSigner signer_;
    asio::thread_pool threads_{1};  // libcurl blocks
    std::list<Lane> lanes_;
    CourierStats stats_;
    bool stopping_ = false;
    std::size_t running_ = 0;
};

}  // namespace planwatch
