// planwatch notify test: one real message by each channel of a receiver, and what the server said to it.
#include "config/text.hpp"
#include "daemon/clock.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/destinations.hpp"
#include "daemon/digest.hpp"
#include "exporters/dispatch.hpp"
#include "exporters/eml.hpp"
#include "exporters/mail.hpp"
#include "exporters/webhook.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch {
namespace {

using Sent = SendResult::Outcome;

struct NotifyTestOptions {
    std::string config;
    std::string receiver;
};

// Whom the test goes to, and by which addresses.
struct Tested {
    std::string name;  // may be empty
    std::string mobile;
    std::vector<Address> addresses;
};

constexpr std::string_view test_subject = "【测试】planwatch 测试消息";

Tested find_tested(const std::string& name, const Settings& settings)
{
    std::vector<std::string> known;
    for (const Contact& contact : settings.office.contacts) {
        known.push_back(contact.id);
        if (contact.id == name) return {contact.name, contact.mobile, contact.addresses};
    }
    for (const Receiver& receiver : settings.receivers) {
        known.push_back(receiver.id);
        if (receiver.id == name) return {"", "", {{receiver.kind, receiver.id}}};
    }
    if (is_address(name)) return {"", "", {{"mail", name}}};
    throw InputError{{{"", fmt::format("'{}' is no contact, no receiver and no mail address{}", name, suggestion(name, known))}}};
}

std::vector<std::string> words_for(const Tested& tested, Instant now)
{
    const std::string greeting = tested.name.empty() ? std::string{} : tested.name + "：";
    return {greeting + "这是一条测试消息。收到它，说明此渠道畅通，无需处理。", fmt::format("发送时间：{}", format_instant_utc(now))};
}

// Without a server mails are files, as they are while the daemon runs.
SendResult send_mail(const Tested& tested, const std::string& to, const std::string& id, Instant now, const Settings& settings)
{
    if (!is_address(to)) return {Sent::refused, "not an address of the form name@host"};
    MailMessage mail{.from = settings.mail.from, .to_name = tested.name, .to = to, .subject = std::string{test_subject}, .message_id = fmt::format("<{}@planwatch>", id), .date = now};
    for (const std::string& row : words_for(tested, now)) mail.text += row + "\n";
    const std::string mime = to_mime(mail);
    if (!settings.mail.server.empty()) return send(smtp_server(settings.mail), mail.from, to, mime);
    const auto file = write_eml(settings.data / settings.mail.directory, eml_name(mail.message_id), mime);
    return {Sent::delivered, fmt::format("the settings name no mail server, so it was written to {}", file.string())};
}

SendResult send_post(const Tested& tested, const Destination& to, const std::string& id, Instant now)
{
    Dispatch dispatch{.id = id, .text = {.title = std::string{test_subject}, .rows = words_for(tested, now)}, .json = webhook_test_json(id, now, test_subject)};
    if (!tested.mobile.empty()) dispatch.mobiles = {tested.mobile};
    return hand_over(to, id, bodies_of(to, dispatch).front(), now);
}

std::string_view words_of(Sent outcome)
{
    switch (outcome) {
        case Sent::delivered: return "delivered";
        case Sent::refused: return "refused for good";
        case Sent::later: return "not taken now";
        case Sent::retry: break;
    }
    return "not delivered";
}

int notify_test(const NotifyTestOptions& options)
{
    const Settings settings = read_settings(options.config);
    const Tested tested = find_tested(options.receiver, settings);
    if (tested.addresses.empty()) throw InputError{{{"", fmt::format("contact '{}' has no address", options.receiver)}}};
    const auto used = [&](const Receiver& each) {
        return std::ranges::any_of(tested.addresses, [&](const Address& address) { return address.channel == each.kind && address.value == each.id; });
    };
    std::vector<Receiver> receivers;
    std::ranges::copy_if(settings.receivers, std::back_inserter(receivers), used);
    const std::vector<Destination> destinations = value_or_throw(read_destinations(receivers));

    int code = exit_code::fine;
    for (const Address& address : tested.addresses) {
        const Instant now = SystemClock{}.now();
        const auto random = random_bytes();
        const std::string id = "test." + to_hex(std::span{random}.first(8));
        SendResult result{Sent::refused, "the settings have no such receiver"};
        const auto to = std::ranges::find(destinations, address.value, &Destination::id);
        if (address.channel == "mail")
            result = send_mail(tested, address.value, id, now, settings);
        else if (to != destinations.end())
            result = send_post(tested, *to, id, now);
        print(fmt::format("{} {}: {}: {}\n", address.channel, address.value, words_of(result.outcome), result.answer));
        if (result.outcome == Sent::refused) code = std::max(code, exit_code::input);
        if (result.outcome == Sent::retry || result.outcome == Sent::later) code = exit_code::environment;
    }
    return code;
}

}  // namespace

void add_notify(CLI::App& program, Action& action)
{
    CLI::App& notify = *program.add_subcommand("notify", "Messages to people");
    notify.require_subcommand(1);
    CLI::App& command = *notify.add_subcommand("test", "Send one test message by each channel of a receiver, and tell what the server said");
    command.footer("Exit code 1: refused for good. 3: not delivered, and a later try may be.\n"
                   "Example: planwatch notify test zhang --config planwatch.toml");
    auto options = std::make_shared<NotifyTestOptions>();
    add_config(command, options->config);
    command.add_option("receiver", options->receiver, "A contact's id, a receiver's id, or a mail address")->required()->type_name("RECEIVER");
    on_chosen(command, action, options, notify_test);
}

}  // namespace planwatch
