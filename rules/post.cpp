#include "rules/post.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace planwatch {
namespace {

const SharedText& person_of(const Notice& notice) { return notice.recipient.id; }

}  // namespace

Day monday_of(Day day)
{
    const std::chrono::weekday weekday{day};
    return day - (weekday - std::chrono::Monday);
}

bool graver(const Notice& a, const Notice& b) { return std::pair{b.severity, a.number} < std::pair{a.severity, b.number}; }

Severity Message::severity() const { return notices.empty() ? Severity::info : notices.front().severity; }

void Post::take(std::span<Notice> notices, Sent& sent)
{
    if (notices.empty()) return;
    const auto of_alert = held_.try_emplace(notices.front().alert).first;
    std::vector<Notice>& waiting = of_alert->second;
    waiting.reserve(waiting.size() + notices.size());
    for (Notice& notice : notices) {
        auto place = std::ranges::lower_bound(waiting, notice.recipient.id, {}, person_of);
        if (place != waiting.end() && place->recipient.id == notice.recipient.id) {
            sent.dropped.push_back({place->number, notice.at, true});
            notice.first = place->first;  // also where the alert ended and began anew before its end was told: who heard of it before still does
            place = waiting.erase(place);
        }
        if (notice.at_once && notice.open)
            send_now(notice, notice.at, sent);
        else
            waiting.insert(place, notice);
    }
    if (waiting.empty()) held_.erase(of_alert);
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

std::vector<SharedText> Post::ended(const SharedText& alert, Instant at, Sent& sent)
{
    std::vector<SharedText> unheard;
    const auto of_alert = held_.find(alert);
    if (of_alert == held_.end()) return unheard;
    std::vector<Notice>& waiting = of_alert->second;
    for (const Notice& notice : waiting) {
        if (notice.ends()) continue;
        if (notice.first) unheard.push_back(notice.recipient.id);
        sent.dropped.push_back({notice.number, at, false});
    }
    std::erase_if(waiting, [](const Notice& notice) { return !notice.ends(); });
    if (waiting.empty()) held_.erase(of_alert);
    return unheard;
}

// Of open alerts the notices that `goes` says: those of one alert in their order, the alerts in none.
template <class Goes, class Take>
void Post::take_out(const Open& open, Goes goes, Take take)
{
    for (auto of_alert = held_.begin(); of_alert != held_.end();) {
        std::vector<Notice>& waiting = of_alert->second;
        const auto stays = [&](const Notice& notice) { return !goes(notice); };
        const auto gone = open(of_alert->first) ? std::stable_partition(waiting.begin(), waiting.end(), stays) : waiting.end();
        std::for_each(gone, waiting.end(), [&](Notice& notice) { take(std::move(notice)); });
        waiting.erase(gone, waiting.end());
        of_alert = waiting.empty() ? held_.erase(of_alert) : std::next(of_alert);
    }
}

void Post::flush(Instant now, const PostRules& rules, const Zone& zone, const Open& open, Sent& sent)
{
    const Day monday = monday_of(zone.day_of(now));
    std::erase_if(weeks_, [&](const auto& week) { return week.second.monday != monday; });
    const auto goes = [&](const Notice& waiting) {
        const auto week = weeks_.find(waiting.recipient.id);
        const bool full = rules.weekly_maximum > 0 && week != weeks_.end() && week->second.messages >= rules.weekly_maximum;
        return !full && !waiting.at_once;
    };
    std::map<Recipient, std::vector<Notice>> ripe;
    take_out(open, goes, [&](Notice notice) { ripe[notice.recipient].push_back(std::move(notice)); });
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
    std::vector<Notice> urgent;
    take_out(open, std::mem_fn(&Notice::at_once), [&](Notice notice) { urgent.push_back(std::move(notice)); });
    std::ranges::stable_sort(urgent, {}, &Notice::alert);
    for (Notice& notice : urgent) send_now(std::move(notice), now, sent);
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
    std::vector<Notice>& waiting = held_[held.alert];
    const auto place = std::ranges::lower_bound(waiting, held.recipient.id, {}, person_of);
    if (place != waiting.end() && place->recipient.id == held.recipient.id)
        *place = std::move(held);
    else
        waiting.insert(place, std::move(held));
}

std::vector<Notice> Post::held() const
{
    std::vector<Notice> all;
    for (const auto& [alert, waiting] : held_) all.insert(all.end(), waiting.begin(), waiting.end());
    std::ranges::stable_sort(all, {}, &Notice::alert);
    return all;
}

std::vector<WeekCount> Post::weeks() const
{
    std::vector<WeekCount> all;
    for (const auto& [person, week] : weeks_) all.push_back(week);
    return all;
}

}  // namespace planwatch
