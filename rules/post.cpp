#include "rules/post.hpp"

#include <algorithm>
#include <utility>

namespace planwatch {

Day monday_of(Day day)
{
    const std::chrono::weekday weekday{day};
    return day - (weekday - std::chrono::Monday);
}

bool graver(const Notice& a, const Notice& b) { return std::pair{b.severity, a.number} < std::pair{a.severity, b.number}; }

Severity Message::severity() const { return notices.empty() ? Severity::info : notices.front().severity; }

void Post::take(Notice& notice, Sent& sent)
{
    const Key key{notice.alert, notice.recipient.id};
    if (const auto waiting = held_.find(key); waiting != held_.end()) {
        sent.dropped.push_back({waiting->second.number, notice.at, true});
        notice.first = notice.first || waiting->second.first;
        held_.erase(waiting);
    }
    if (notice.at_once && notice.open)
        send_now(notice, notice.at, sent);
    else
        held_.emplace(key, notice);
}

// Seventeen towns that are late for one thing are one message: it joins what the same moment tells the same person.
void Post::send_now(Notice notice, Instant now, Sent& sent)
{
    constexpr std::size_t most_together = 200;
    if (!is_machine(notice.recipient.id)) {
        const auto [person, is_first] = sent.urgent.try_emplace(notice.recipient.id, sent.messages.size());
        if (!is_first) {
            Message& message = sent.messages[person->second];
            std::vector<Notice>& all = message.notices;
            const bool joins = message.recipient == notice.recipient && all.size() < most_together && std::ranges::find(all, notice.alert, &Notice::alert) == all.end();
            if (joins) return void(all.insert(std::upper_bound(all.begin(), all.end(), notice, graver), std::move(notice)));
            person->second = sent.messages.size();
        }
    }
    Recipient to = notice.recipient;
    sent.messages.push_back({++last_message_, now, std::move(to), {std::move(notice)}});
}

bool Post::ended(const std::string& alert, const std::string& person, Instant at, Sent& sent)
{
    const auto waiting = held_.find(Key{alert, person});
    if (waiting == held_.end()) return true;
    const bool heard = !waiting->second.first;
    sent.dropped.push_back({waiting->second.number, at, false});
    held_.erase(waiting);
    return heard;
}

void Post::flush(Instant now, const PostRules& rules, const Zone& zone, const Open& open, Sent& sent)
{
    const Day monday = monday_of(zone.day_of(now));
    std::erase_if(weeks_, [&](const auto& week) { return week.second.monday != monday; });
    std::map<Recipient, std::vector<Notice>> ripe;
    for (auto it = held_.begin(); it != held_.end();) {
        Notice& waiting = it->second;
        const auto week = weeks_.find(waiting.recipient.id);
        const bool full = rules.weekly_maximum > 0 && week != weeks_.end() && week->second.messages >= rules.weekly_maximum;
        if (full || waiting.at_once || !open(waiting.alert)) {
            ++it;
            continue;
        }
        ripe[waiting.recipient].push_back(std::move(waiting));
        it = held_.erase(it);
    }
    for (auto& [person, notices] : ripe) {
        std::sort(notices.begin(), notices.end(), graver);
        WeekCount& week = weeks_.try_emplace(person.id, WeekCount{person.id, monday, 0}).first->second;
        ++week.messages;
        sent.messages.push_back({++last_message_, now, person, std::move(notices), true});
    }
    release(now, open, sent);
}

void Post::release(Instant now, const Open& open, Sent& sent)
{
    for (auto it = held_.begin(); it != held_.end();) {
        Notice& waiting = it->second;
        if (!waiting.at_once || !open(waiting.alert)) {
            ++it;
            continue;
        }
        send_now(std::move(waiting), now, sent);
        it = held_.erase(it);
    }
}

void Post::carry(const std::vector<Recipient>& recipients, Instant at, Sent& sent)
{
    for (const Recipient& person : recipients) sent.messages.push_back({.number = ++last_message_, .at = at, .recipient = person, .notices = {}, .report = true});
}

Instant next_hour(Instant after, const PostRules& rules, const Calendar& calendar, const Zone& zone)
{
    if (rules.hours.empty()) return after;
    for (Day day = calendar.next_working_day(zone.day_of(after)).day;; day = calendar.add_working_days(day, 1).day)
        for (const std::chrono::minutes hour : rules.hours)
            if (const Instant strikes = zone.to_instant(day + hour); strikes > after) return strikes;
}

void Post::restore(Notice held)
{
    Key key{held.alert, held.recipient.id};
    held_.insert_or_assign(std::move(key), std::move(held));
}

std::vector<Notice> Post::held() const
{
    std::vector<Notice> all;
    for (const auto& [key, waiting] : held_) all.push_back(waiting);
    return all;
}

std::vector<WeekCount> Post::weeks() const
{
    std::vector<WeekCount> all;
    for (const auto& [person, week] : weeks_) all.push_back(week);
    return all;
}

}  // namespace planwatch
