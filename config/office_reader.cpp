#include "config/office_reader.hpp"

#include "config/contact_reader.hpp"
#include "config/report_reader.hpp"
#include "config/text.hpp"
#include "rules/scan.hpp"
#include "rules/nearest.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace planwatch::reading {
namespace {

const std::vector<std::pair<std::string_view, std::string_view>> receiver_kinds{
    {"wecom", "wecom"}, {"dingtalk", "dingtalk"}, {"feishu", "feishu"}, {"webhook", "webhook"}};

const std::vector<std::pair<std::string_view, Notices::Language>> languages{{"zh", Notices::Language::zh}, {"en", Notices::Language::en}};

// "https://host", "http://host:9093/path"
bool is_web_address(std::string_view text)
{
    Scan scan{text};
    if (!scan.take("https://") && !scan.take("http://")) return false;
    return !scan.done() && !scan.rest().starts_with('/') && text.find_first_of(" \t\"<>?#@") == std::string_view::npos;
}

class OfficeReader {
public:
    OfficeReader(Section& top, const std::filesystem::path& folder, Settings& settings)
        : top_{top}, report_{top.report()}, folder_{folder}, settings_{settings}
    {
    }

    void read()
    {
        for (Section& receiver : top_.sections("receiver")) read_receiver(receiver);
        std::vector<Section> contacts = top_.sections("contact");
        for (Section& contact : contacts) read_one(contact);
        for (Section& contact : contacts) check_deputy(contact);
        for (Section& route : top_.sections("route")) read_route(route);
        if (auto reports = top_.section("reports")) read_reports(*reports, contact_ids_, settings_);
        if (auto notices = top_.section("notices")) read_notices(*notices);
        if (auto alertmanager = top_.section("alertmanager")) read_alertmanager(*alertmanager);
    }

private:
    std::filesystem::path path(const std::string& text) const { return text.empty() ? std::filesystem::path{} : folder_ / text; }

    void refuse_secret(Section& section, std::string_view key, std::string_view in_its_place)
    {
        if (const toml::node* const node = section.get(key))
            report_.add(*node, fmt::format("a secret does not belong here; expected {} = \"a file with it alone\"", in_its_place));
    }

    void read_receiver(Section& section)
    {
        Receiver receiver;
        receiver.id = section.text("id", "an id that contacts name");
        if (const toml::node* const node = section.get("id"); node && !receiver.id.empty()) {
            section.rename(fmt::format("receiver '{}'", receiver.id));
            if (!taken_receivers_.insert(receiver.id).second)
                report_.add(*node, fmt::format("the receiver '{}' stands twice; expected each id once", receiver.id));
        }
        receiver.kind = section.word("kind", receiver_kinds, std::string_view{}, "wecom, dingtalk, feishu or webhook");
        refuse_secret(section, "url", "url_file");
        refuse_secret(section, "secret", "secret_file");
        receiver.url_file = path(section.table().contains("url") ? section.text("url_file") : section.text("url_file", "a file with the URL alone"));
        receiver.secret_file = path(section.text("secret_file"));
        if (receiver.kind == "wecom" && !receiver.secret_file.empty())
            report_.add(*section.get("secret_file"), "a WeCom robot signs nothing, its URL is the secret; expected no 'secret_file'");
        constexpr std::int64_t most = 6000;
        if (const auto per_minute = section.integer("per_minute", 1, most)) receiver.per_minute = static_cast<std::uint32_t>(*per_minute);
        section.refuse_unknown_keys();
        settings_.receivers.push_back(std::move(receiver));
    }

    void read_one(Section& section)
    {
        Contact contact = read_contact(section, taken_contacts_);
        for (const Address& address : contact.addresses)
            if (address.channel != "mail" && !address.value.empty()) check_receiver(*section.get(address.channel), address);
        contact_ids_.push_back(contact.id);
        settings_.office.contacts.push_back(std::move(contact));
        settings_.contact_places.push_back(Report::place(section.table().source()));
    }

    void check_receiver(const toml::node& where, const Address& address)
    {
        std::vector<std::string> fitting;
        for (const Receiver& receiver : settings_.receivers) {
            if (receiver.id == address.value && receiver.kind == address.channel) return;
            if (receiver.id == address.value)
                return report_.add(where, fmt::format("'{}' is '{}', which is a receiver of kind {}; expected one of kind {}", address.channel, address.value,
                                                      receiver.kind, address.channel));
            if (receiver.kind == address.channel) fitting.push_back(receiver.id);
        }
        report_.add(where, fmt::format("unknown receiver '{}'{}", address.value,
                                       fitting.empty() ? fmt::format("; expected a [[receiver]] of kind {}", address.channel) : suggestion(address.value, fitting)));
    }

    void check_known(const toml::node& where, const std::string& id)
    {
        if (!taken_contacts_.contains(id)) report_.add(where, fmt::format("unknown contact '{}'{}", id, suggestion(id, contact_ids_)));
    }

    void check_deputy(Section& section)
    {
        const auto* const deputy = section.table().get_as<std::string>("deputy");
        if (deputy && !deputy->get().empty()) check_known(*deputy, deputy->get());
    }

    void read_route(Section& section)
    {
        Route route;
        for (TextAt& plan : section.texts("plans")) route.plans.push_back(std::move(plan.text));
        for (TextAt& unit : section.texts("units")) route.units.push_back(std::move(unit.text));
        for (const TextAt& text : section.texts("kinds")) {
            if (const auto kind = parse_alert_kind(text.text))
                route.kinds.push_back(*kind);
            else
                report_.add(*text.node, fmt::format("unknown kind '{}'{}", text.text, suggestion(text.text, alert_kind_names())));
        }
        route.least = section.word("severity", severity_words, Severity::info);
        for (TextAt& contact : section.texts("to")) {
            check_known(*contact.node, contact.text);
            route.contacts.push_back(std::move(contact.text));
        }
        const toml::node* const to = section.get("to", "the contacts that are told, such as to = [\"zhang\"]");
        if (to && to->is_array() && to->as_array()->empty()) report_.add(*to, "'to' is empty; expected at least one contact");
        route.channels = read_channels(section, "channels");
        section.refuse_unknown_keys();
        settings_.office.routes.push_back(std::move(route));
        settings_.route_places.push_back(Report::place(section.table().source()));
    }

    static std::vector<std::string> alert_kind_names()
    {
        std::vector<std::string> names;
        for (const AlertKind kind : all_alert_kinds) names.emplace_back(to_string(kind));
        return names;
    }

    void read_notices(Section& section)
    {
        if (section.get("digest")) read_hours(section);
        constexpr std::int64_t most_messages = 10'000;
        constexpr std::int64_t week = std::chrono::seconds{std::chrono::weeks{1}}.count();
        if (const auto most = section.integer("weekly_maximum", 0, most_messages)) settings_.office.post.weekly_maximum = static_cast<std::uint32_t>(*most);
        if (const auto bound = section.integer("hand_over_after", 1, week)) settings_.notices.hand_over_after = std::chrono::seconds{*bound};
        settings_.notices.language = section.word("language", languages, Notices::Language::zh);
        settings_.notices.templates = path(section.text("templates"));
        settings_.notices.public_url = read_url(section, "public_url", "https://planwatch.example.org");
        section.refuse_unknown_keys();
    }

    void read_hours(Section& section)
    {
        std::vector<std::chrono::minutes> hours;
        for (const TextAt& text : section.texts("digest")) {
            const auto hour = parse_time_of_day(text.text);
            if (!hour)
                report_.add(*text.node, fmt::format("'{}' is no time of day; expected such as \"09:00\"", text.text));
            else if (!hours.empty() && *hour <= hours.back())
                report_.add(*text.node, fmt::format("'{}' does not lie after the hour before; expected the hours in order, each once", text.text));
            else
                hours.push_back(*hour);
        }
        settings_.office.post.hours = std::move(hours);
    }

    // Without a '/' at its end.
    std::string read_url(Section& section, std::string_view key, std::string_view example)
    {
        std::string url = section.text(key);
        const toml::node* const node = section.get(key);
        if (node && node->is_string() && !is_web_address(url))
            report_.add(*node, fmt::format("'{}' is '{}'; expected such as \"{}\"", key, url, example));
        while (url.ends_with('/')) url.pop_back();
        return url;
    }

    void read_alertmanager(Section& section)
    {
        section.get("url", "where it listens, such as \"http://127.0.0.1:9093\"");
        settings_.alertmanager.url = read_url(section, "url", "http://127.0.0.1:9093");
        refuse_secret(section, "bearer", "bearer_file");
        settings_.alertmanager.bearer_file = path(section.text("bearer_file"));
        section.refuse_unknown_keys();
    }

    Section& top_;
    Report& report_;
    const std::filesystem::path& folder_;
    Settings& settings_;
    std::set<std::string> taken_receivers_;
    std::set<std::string> taken_contacts_;
    std::vector<std::string> contact_ids_;
};

}  // namespace

void read_office(Section& top, const std::filesystem::path& folder, Settings& settings) { OfficeReader{top, folder, settings}.read(); }

}  // namespace planwatch::reading
