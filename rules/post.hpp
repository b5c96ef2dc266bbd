// The post (信使台): packs what people are to be told into messages. A critical notice goes at once; the others wait for the
// office's hour. Either way what one moment or hour brings goes as one message a person. What waits and is no longer true is never
// sent: a problem that came and went between two hours cancels out. Part of the engine; knows nothing of channels' wire formats,
// clocks or the store.
#pragma once

#include "rules/calendar.hpp"
#include "rules/directory.hpp"
#include "rules/ladder.hpp"
#include "rules/shared_text.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace planwatch {

// That somebody is to be told of an alert.
struct Notice {
    std::uint64_t number = 0;  // 1, 2, … within the plan, never used twice
    Instant at{};
    SharedText alert;          // id
    std::string step;          // "-7wd", "due", "+3wd", "fired", "resolved"
    Severity severity = Severity::info;
    Recipient recipient;
    SharedText why;            // the alert's line at that moment
    std::optional<Day> due;    // of what is owed: the last day on which handing it in is on time
    bool open = true;          // false: its alert was silenced or acknowledged, and so it waits
    bool first = true;         // its recipient has not been told of the alert before
    bool at_once = false;      // urgent, or for a machine: waits only where its alert is not open

    bool ends() const { return step == "resolved"; }
};

// What goes out as one: to one person, by one channel.
struct Message {
    std::uint64_t number = 0;  // 1, 2, … within the plan, never used twice
    Instant at{};
    Recipient recipient;
    std::vector<Notice> notices;  // the newest of each alert, the gravest first, then by number; empty where it carries a report, and only there
    bool packed = false;          // at one of the office's hours, and so counted against the week's maximum
    bool report = false;          // carries a report

    Severity severity() const;    // the gravest of its notices'
};

// A notice that waited and will never be sent.
struct DroppedNotice {
    std::uint64_t number = 0;
    Instant at{};
    bool superseded = false;  // by a newer one of the same alert; else what it told was over before it could be told
};

// How many messages somebody got in the ISO week that begins on `monday`.
struct WeekCount {
    std::string person;
    Day monday;
    std::uint32_t messages = 0;
};

struct PostRules {
    std::vector<std::chrono::minutes> hours{std::chrono::hours{9}};  // of a working day, ascending; empty: nothing ever waits
    std::uint32_t weekly_maximum = 0;  // messages a person and ISO week, critical ones and those to machines aside; 0: no maximum
    friend bool operator==(const PostRules&, const PostRules&) = default;
};

bool graver(const Notice& a, const Notice& b);  // the order within a message
Day monday_of(Day day);

// The first of the hours after `after`, of a working day. Without hours, `after` itself.
Instant next_hour(Instant after, const PostRules& rules, const Calendar& calendar, const Zone& zone);

class Post {
public:
    // Whether an alert (by id) may be told of now: neither silenced nor acknowledged.
    using Open = std::function<bool(std::string_view alert)>;
    struct Sent {
        std::vector<Message> messages;
        std::vector<DroppedNotice> dropped;
        std::unordered_map<std::string, std::size_t> urgent = {};  // of the present moment: person, position of their message

        void next_moment() { urgent.clear(); }
    };

    // The contacts, by id, who want each notice by itself.
    void set_machines(std::set<std::string> machines) { machines_ = std::move(machines); }
    bool is_machine(const std::string& contact) const { return machines_.contains(contact); }

    // `notices`: of one alert. What is to go at once goes now where the alert is open; the rest waits, in the place of an earlier one to
    // the same person, whose `first` it takes over.
    void take(std::span<Notice> notices, Sent& sent);
    // The alert is over, and all that waits of it is dropped: its end is what there is to say now. Returns the people who waited for
    // their first notice of it, for they never heard of it and there is nothing to take back. What waits to tell of an earlier end, to
    // people who were not told of the new beginning, is as true as it was and waits on.
    std::vector<SharedText> ended(const SharedText& alert, Instant at, Sent& sent);
    // At one of the hours: all that waits and is open, a message a person. Above the weekly maximum it waits on.
    void flush(Instant now, const PostRules& rules, const Zone& zone, const Open& open, Sent& sent);
    // What is urgent and waited only because its alert was not open.
    void release(Instant now, const Open& open, Sent& sent);
    // A report goes at once, day and night: its moment is the office's own.
    void carry(const std::vector<Recipient>& recipients, Instant at, Sent& sent);
    bool empty() const { return held_.empty(); }

    void restore(Notice held);
    void restore(const WeekCount& count) { weeks_[count.person] = count; }
    void restore_last(std::uint64_t last_message) { last_message_ = last_message; }
    std::vector<Notice> held() const;      // by alert, then by person
    std::vector<WeekCount> weeks() const;      // by person
    std::uint64_t last_message() const { return last_message_; }

private:
    void send_now(Notice notice, Instant now, Sent& sent);
    template <class Goes, class Take>
    void take_out(const Open& open, Goes goes, Take take);

    std::set<std::string> machines_;
    std::unordered_map<SharedText, std::vector<Notice>> held_;  // by alert, in no order; then by person, never empty
    std::map<std::string, WeekCount> weeks_;
    std::uint64_t last_message_ = 0;
};

}  // namespace planwatch
