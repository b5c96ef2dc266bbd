#include "rules/post.hpp"

#include <algorithm>
#include <utility>

namespace planwatch {

namespace {

Day monday_of(Day day)
{
    const std::chrono::weekday weekday{day};
    return day - (weekday - std::chrono::Monday);
}

bool graver(const Notice& a, const Notice& b) { return std::pair{b.severity, a.number} < std::pair{a.severity, b.number}; }

}  // namespace

Severity Message::severity() const { return notices.front().severity; }

void Post::take(Notice notice, bool first, bool at_once, bool open, Sent& sent)
{
    Key key{notice.alert, notice.recipient.id};
    if (const auto waiting = held_.find(key); waiting != held_.end()) {
        sent.dropped.push_back({waiting->second.notice.number, notice.at, true});
        first = first || waiting->second.first;
        held_.erase(waiting);
    }
    at_once = at_once || notice.severity == Severity::critical;
    if (!at_once || !open) {
        held_.emplace(std::move(key), HeldNotice{std::move(notice), first, at_once});
        return;
    }
    const Instant at = notice.at;
    Recipient to = notice.recipient;
    sent.messages.push_back({++last_message_, at, std::move(to), {std::move(notice)}});
}

bool Post::ended(const std::string& alert, const std::string& person, Instant at, Sent& sent)
{
    const auto waiting = held_.find(Key{alert, person});
    if (waiting == held_.end()) return true;
    const bool heard = !waiting->second.first;
    sent.dropped.push_back({waiting->second.notice.number, at, false});
    held_.erase(waiting);
    return heard;
}

void Post::flush(Instant now, const PostRules& rules, const Zone& zone, const Open& open, Sent& sent)
{
    const Day monday = monday_of(zone.day_of(now));
    std::erase_if(weeks_, [&](const auto& week) { return week.second.monday != monday; });
    // What was held back though it is urgent goes by itself; of the rest a message a person and channel.
    std::map<Recipient, std::vector<Notice>> ripe;
    for (auto it = held_.begin(); it != held_.end();) {
        HeldNotice& waiting = it->second;
        const auto week = weeks_.find(waiting.notice.recipient.id);
        const bool full = rules.weekly_maximum > 0 && week != weeks_.end() && week->second.messages >= rules.weekly_maximum;
        if ((full && !waiting.at_once) || !open(waiting.notice.alert)) {
            ++it;
            continue;
        }
        if (waiting.at_once)
            sent.messages.push_back({++last_message_, now, waiting.notice.recipient, {std::move(waiting.notice)}});
        else
            ripe[waiting.notice.recipient].push_back(std::move(waiting.notice));
        it = held_.erase(it);
    }
    for (auto& [person, notices] : ripe) {
        std::sort(notices.begin(), notices.end(), graver);
        WeekCount& week = weeks_.try_emplace(person.id, WeekCount{person.id, monday, 0}).first->second;
        ++week.messages;
        sent.messages.push_back({++last_message_, now, person, std::move(notices)});
    }
}

std::optional<Instant> Post::next_hour(Instant after, const PostRules& rules, const Calendar& calendar, const Zone& zone) const
{
    if (held_.empty()) return std::nullopt;
    if (rules.hours.empty()) return after;
    for (Day day = calendar.next_working_day(zone.day_of(after)).day;; day = calendar.add_working_days(day, 1).day)
        for (const std::chrono::minutes hour : rules.hours)
            if (const Instant strikes = zone.to_instant(day + hour); strikes > after) return strikes;
}

void Post::restore(HeldNotice held)
{
    Key key{held.notice.alert, held.notice.recipient.id};
    held_.insert_or_assign(std::move(key), std::move(held));
}

std::vector<HeldNotice> Post::held() const
{
    std::vector<HeldNotice> all;
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
