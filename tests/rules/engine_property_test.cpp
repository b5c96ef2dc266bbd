// What holds of the engine whatever happens: a seeded year of random figures, documents, acknowledgements and deliveries at
// random times, held against what every step must keep. PLANWATCH_SEED=n runs that year too.
#include "tests/rules/engine_plan.hpp"

#include <array>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

namespace planwatch {
namespace {

using namespace planwatch::testing;
using std::chrono::milliseconds;

// ---- everything that changed, as text

std::string describe(const Alert& a)
{
    std::string text = fmt::format("{} phase {} since {} severity {} ack {} {} why {}", a.key.id("p"), to_string(a.state.phase),
                                   a.state.since.time_since_epoch().count(), to_string(a.severity),
                                   a.acknowledged_until ? a.acknowledged_until->time_since_epoch().count() : -1, a.acknowledged_by, a.why);
    for (const auto& [name, value] : a.facts) text += fmt::format(" {}={}", name, value);
    for (const Recipient& r : a.told) text += fmt::format(" told {} {} {} {}", r.id, r.name, r.channel, r.address);
    return text;
}

std::string describe(const StoredFigure& f)
{
    return fmt::format("figure {} {} r{} {}/{} at {}", f.series, f.period.to_string(), f.revision, f.figure.numerator.to_string(),
                       f.figure.denominator.to_string(), f.at.time_since_epoch().count());
}

std::string describe(const Slot& s) { return fmt::format("{} handed in {} filed {}", to_string(s.state), s.handed_in, s.filed); }

std::string describe(const SlotChange& c)
{
    const std::string verdict = c.verdict ? fmt::format("on time {}: {}", c.verdict->on_time, c.verdict->why) : "none";
    return fmt::format("slot {} {} {} at {} verdict {}", c.deadline, c.unit, describe(c.slot), c.at.time_since_epoch().count(), verdict);
}

std::string describe(const Notice& n)
{
    return fmt::format("notice {} at {} {} {} {} to {} {} {} {}: {}", n.number, n.at.time_since_epoch().count(), n.alert, n.step, to_string(n.severity),
                       n.recipient.id, n.recipient.name, n.recipient.channel, n.recipient.address, n.why) +
           (n.open ? "" : " closed");
}

std::string describe(const Message& m)
{
    std::string text = fmt::format("message {} at {} to {}{}:", m.number, m.at.time_since_epoch().count(), m.recipient.id, m.packed ? " packed" : "");
    for (const Notice& n : m.notices) text += fmt::format(" {}", n.number);
    return text;
}

std::string describe(const Decision& d)
{
    return fmt::format("decision {} {} {} {} {}", d.deadline, d.unit, d.until ? format_day(*d.until) : "waived", d.by, d.at.time_since_epoch().count());
}

std::vector<std::string> describe(const Changes& changes)
{
    std::vector<std::string> lines;
    for (const auto& f : changes.figures) lines.push_back(describe(f));
    for (const auto& s : changes.slots) lines.push_back(describe(s));
    for (const auto& t : changes.transitions) lines.push_back(fmt::format("{} {} {}", t.at.time_since_epoch().count(), to_text(t.event), describe(t.alert)));
    for (const auto& n : changes.notices) lines.push_back(describe(n));
    for (const auto& m : changes.post.messages) lines.push_back(describe(m));
    for (const auto& d : changes.post.dropped) lines.push_back(fmt::format("dropped {} at {} {}", d.number, d.at.time_since_epoch().count(), d.superseded));
    for (const auto& d : changes.decisions) lines.push_back(describe(d));
    if (changes.repeated) lines.push_back("repeated");
    return lines;
}

std::vector<std::string> describe(const Snapshot& rows)
{
    std::vector<std::string> lines{fmt::format("now {} notices {} begins {}", rows.now.time_since_epoch().count(), rows.last_notice,
                                               rows.begins.time_since_epoch().count())};
    for (const auto& f : rows.figures) lines.push_back(describe(f));
    for (const auto& s : rows.slots) lines.push_back(fmt::format("{} {} {}", s.deadline, s.unit, describe(s.slot)));
    for (const auto& a : rows.alerts) lines.push_back(describe(a));
    for (const auto& h : rows.held) lines.push_back(fmt::format("held {} {} {}", describe(h), h.first, h.at_once));
    for (const auto& w : rows.weeks) lines.push_back(fmt::format("week {} {} {}", w.person, format_day(w.monday), w.messages));
    for (const auto& s : rows.silences) lines.push_back(fmt::format("silence {} until {}", s.id, s.until.time_since_epoch().count()));
    for (const auto& d : rows.extensions) lines.push_back(describe(d));
    lines.push_back(fmt::format("messages {}", rows.last_message));
    return lines;
}

// The first line in which they differ; empty where they are the same.
std::string difference(const std::vector<std::string>& a, const std::vector<std::string>& b)
{
    const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    const auto line = [](const auto& at, const auto& end) { return at == end ? std::string{"nothing more"} : *at; };
    if (in_a == a.end() && in_b == b.end()) return {};
    return fmt::format("line {} of {} and {}\n  {}\n  {}", in_a - a.begin(), a.size(), b.size(), line(in_a, a.end()), line(in_b, b.end()));
}

void expect_same(const std::vector<std::string>& a, const std::vector<std::string>& b, const char* what)
{
    const std::string found = difference(a, b);
    EXPECT_TRUE(found.empty()) << what << ": " << found;
}

Changes joined(Changes first, Changes second)
{
    const auto append = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(first.figures, second.figures);
    append(first.slots, second.slots);
    append(first.transitions, second.transitions);
    append(first.notices, second.notices);
    append(first.post.messages, second.post.messages);
    append(first.post.dropped, second.post.dropped);
    append(first.decisions, second.decisions);
    first.repeated = second.repeated;
    return first;
}

// ---- a plan with something of everything

void add_indicators(PlanBuilder& plan)
{
    const auto add = [&](const char* id, std::initializer_list<const char*> who, Measure measure, Reported reported) -> Indicator& {
        Indicator& made = plan.indicator(id, who);
        made.measure = measure;
        made.reported = reported;
        return made;
    };
    const auto paced = [](Indicator& it, Target target, int grace = 0) {
        it.target = std::move(target);
        it.pace = linear();
        it.pace.grace = std::chrono::days{grace};
    };
    paced(add("a_batches", {"a"}, Measure::count, Reported::increment), at_least(300, "批次"));
    paced(add("b_batches", {"b"}, Measure::count, Reported::increment), at_least(300, "批次"), 5);
    Indicator& total = add("batches", {"office"}, Measure::count, Reported::derived);
    paced(total, at_least(600, "批次"), 3);
    total.parts = {0, 1};
    paced(add("shops", {"a", "b", "c", "d"}, Measure::count, Reported::cumulative), at_least(800, "家"), 10);
    Indicator& towns = add("towns", {"c", "d", "e"}, Measure::count, Reported::increment);
    paced(towns, at_least(100, "次"), 4);
    towns.each = true;
    add("kitchens", {"c", "d"}, Measure::ratio, Reported::level).target = held_at_least(90, "%");
    Indicator& schools = add("schools", {"d", "e"}, Measure::ratio, Reported::level);
    schools.target = held_at_least(90, "%");
    schools.each = true;
    paced(add("disposal", {"a", "b", "c"}, Measure::ratio, Reported::increment), at_least(80, "%", "2023-10-31"));
    add("hours", {"a", "e"}, Measure::average, Reported::increment).target = at_least(40, "学时");
    add("scheme", {"a", "b", "c"}, Measure::done, Reported::level).target = at_least(100, "%");
    Indicator& people = add("people", {"a"}, Measure::per_thousand, Reported::cumulative);
    people.population = Decimal{50'000};
    people.target = at_least(4, "批次/千人");
    people.pace.kind = Pace::Kind::milestones;
    people.pace.milestones = {{day("2023-06-30"), 2}, {day("2023-09-30"), 3}};
    add("incidents", {"b"}, Measure::count, Reported::increment).target = Target{Comparator::at_most, 3, "起", false, day("2023-12-31")};
}

PlanBuilder random_plan()
{
    PlanBuilder plan;
    plan.units({"a", "b", "c", "d", "e", "office"});
    add_indicators(plan);
    plan.duty("daily", Cadence::daily, "period_end + 1d 10:00", {"a"}, {"a_batches"});
    plan.plan().duties.back().periods.erase(plan.plan().duties.back().periods.begin(), plan.plan().duties.back().periods.begin() + 270);
    plan.duty("weekly", Cadence::weekly, "period_end + 2wd", {"b"}, {"b_batches"});
    plan.duty("monthly", Cadence::monthly, "next day 15 roll forward", {"a", "b", "c", "d"}, {"shops", "disposal", "people"}).filing = true;
    plan.duty("quarterly", Cadence::quarterly, "period_end + 10d", {"c", "d", "e"}, {"kitchens", "schools", "towns"});
    plan.duty("half", Cadence::half_yearly, "period_end - 10d", {"a", "b", "c", "d", "e"});
    plan.duty("yearly", Cadence::yearly, "11-01", {"a", "b", "c", "office"}, {"hours", "scheme", "incidents"});
    plan.duty("once", Cadence::once, "issued + 30d", {"a", "b", "c", "d", "e"});
    const auto contact = [](const char* id, Audience audience, std::vector<std::string> units) {
        return Contact{.id = id, .name = id, .units = std::move(units), .audiences = {audience}, .addresses = {{"mail", std::string{id} + "@example.org"}}};
    };
    Contact machine = contact("machine", Audience::office, {});
    machine.at_once = true;
    plan.policy().directory = Directory{{contact("li", Audience::reporter, {"a", "b"}), contact("wang", Audience::unit_head, {"a", "c"}),
                                         contact("zhao", Audience::office, {}), contact("qian", Audience::leaders, {}), machine}};
    plan.policy().post = {.hours = {std::chrono::hours{9}, std::chrono::hours{14}}, .weekly_maximum = 6};
    return plan;
}

// ---- what every step must keep

class Invariants {
public:
    void check(const Engine& engine, const Changes& changes)
    {
        for (const SlotChange& change : changes.slots) check_verdict(change);
        for (const Notice& notice : changes.notices) EXPECT_EQ(notice.number, ++last_notice_);
        for (const Transition& t : changes.transitions) live(t.alert.key.id("here-2023"), t.event);
        check_post(engine, changes);
        EXPECT_GT(engine.next_wake().value_or(Instant::max()), engine.now());
    }

    static void check_state(const Engine& engine)
    {
        std::size_t slots = 0, owed = 0, due_soon = 0, overdue = 0;
        for (std::uint32_t d = 0; d < engine.deadlines().size(); ++d) {
            owed += engine.policy().plan.duties[engine.deadlines()[d].duty].units.size();
            const auto& units = engine.policy().plan.duties[engine.deadlines()[d].duty].units;
            const std::vector<Slot> all = engine.slots_of(d);
            for (std::size_t i = 0; i < all.size(); ++i) {
                const Slot& slot = all[i];
                ++slots;
                due_soon += slot.state == SlotState::due_soon;
                overdue += slot.state == SlotState::overdue;
                const bool open = slot.state == SlotState::upcoming || slot.state == SlotState::due_soon;
                const bool judged_late = slot.state == SlotState::overdue || slot.state == SlotState::late;
                const bool past = engine.now() >= engine.due_of(d, units[i]).moment;
                EXPECT_FALSE(past ? open : judged_late) << describe(slot);
            }
        }
        EXPECT_EQ(slots, owed);
        std::map<AlertKind, std::size_t> alerts;
        for (const auto& [key, alert] : engine.alerts()) ++alerts[key.kind];
        EXPECT_EQ(alerts[AlertKind::due_soon], due_soon);
        EXPECT_EQ(alerts[AlertKind::overdue], overdue);
        for (IndicatorIndex i = 0; i < engine.policy().plan.indicators.size(); ++i) check_sum(engine, i);
    }

private:
    // The sums that are kept against those added up anew.
    static void check_sum(const Engine& engine, IndicatorIndex index)
    {
        const Indicator& what = engine.policy().plan.indicators[index];
        if (what.reported == Reported::derived || (what.target && what.target->hold)) return;
        Figure sum;
        for (const UnitIndex unit : what.units) {
            const auto figures = engine.figures_of(*engine.series_of(index, unit));
            if (figures.empty()) continue;
            if (what.reported != Reported::increment) sum += figures.back().figure;
            if (what.reported == Reported::increment)
                for (const StoredFigure& stored : figures) sum += stored.figure;
        }
        EXPECT_EQ(engine.assessment(index).figure, sum) << what.id;
    }

    void check_verdict(const SlotChange& change)
    {
        const bool first = !change.verdict || judged_.insert({change.deadline, change.unit}).second;
        EXPECT_TRUE(first) << describe(change);
    }

    // Every notice goes out once, or is dropped once, or waits. Who hears of an end heard of its beginning, and who heard of a
    // beginning hears of its end.
    void check_post(const Engine& engine, const Changes& changes)
    {
        for (const Notice& notice : changes.notices) waiting_.emplace(notice.number, notice);
        for (const Message& message : changes.post.messages) check_message(engine, message);
        for (const DroppedNotice& dropped : changes.post.dropped) EXPECT_EQ(waiting_.erase(dropped.number), 1U) << "dropped " << dropped.number;
        EXPECT_EQ(waiting_.size(), engine.post().held().size());
        for (const Transition& t : changes.transitions) {
            if (t.event != AlertEvent::resolved || t.alert.key.kind == AlertKind::due_soon || t.alert.key.kind == AlertKind::silence_ending) continue;
            if (!changes.post.messages.empty()) continue;  // which came first is not told
            for (const Recipient& person : t.alert.told) {
                const std::pair key{t.alert.key.id("here-2023"), person.id};
                const auto resolved = std::any_of(changes.notices.begin(), changes.notices.end(), [&](const Notice& n) {
                    return n.step == "resolved" && n.alert == key.first && n.recipient == person;
                });
                EXPECT_EQ(heard_.contains(key), resolved) << key.first << " to " << key.second.text();
            }
        }
    }

    void check_message(const Engine& engine, const Message& message)
    {
        EXPECT_EQ(message.number, ++last_message_);
        ASSERT_FALSE(message.notices.empty());
        const Policy& policy = engine.policy();
        const bool critical = message.severity() == Severity::critical;
        EXPECT_TRUE(message.packed || critical || message.recipient.id == "machine") << describe(message);
        if (message.packed) {
            EXPECT_EQ(next_hour(message.at - milliseconds{1}, policy.post, policy.calendar, policy.zone), message.at) << describe(message);
            EXPECT_TRUE(packed_.insert({message.at, message.recipient.id}).second) << "two mails to one person: " << describe(message);
            const Day day = policy.zone.day_of(message.at);
            const Day monday = day - (std::chrono::weekday{day} - std::chrono::Monday);
            const std::uint32_t count = ++weeks_[std::pair{monday, message.recipient.id}];
            EXPECT_LE(count, policy.post.weekly_maximum) << describe(message);
        }
        for (const Notice& notice : message.notices) {
            EXPECT_EQ(waiting_.erase(notice.number), 1U) << "sent twice, or never decided: " << describe(notice);
            EXPECT_EQ(notice.recipient, message.recipient);
            const std::pair key{notice.alert, notice.recipient.id};
            const bool is_end = notice.step == "resolved";
            if (!is_end) heard_.insert(key);
            EXPECT_TRUE(!is_end || heard_.erase(key) == 1) << "told of an end without its beginning: " << describe(notice);
        }
    }

    void live(const std::string& id, AlertEvent event)
    {
        AlertEvent& life = life_[id];
        const bool fits = event == AlertEvent::pending    ? life == AlertEvent::none
                          : event == AlertEvent::fired    ? life != AlertEvent::fired
                          : event == AlertEvent::resolved ? life == AlertEvent::fired
                          : event == AlertEvent::lapsed   ? life == AlertEvent::pending
                                                          : life != AlertEvent::none;
        EXPECT_TRUE(fits) << id << ' ' << to_text(event) << " after " << to_text(life);
        if (event == AlertEvent::pending || event == AlertEvent::fired) life = event;
        if (event == AlertEvent::resolved || event == AlertEvent::lapsed) life = AlertEvent::none;
    }

    std::set<std::pair<std::uint32_t, UnitIndex>> judged_;
    std::uint64_t last_notice_ = 0;
    std::map<std::string, AlertEvent> life_;
    std::uint64_t last_message_ = 0;
    std::map<std::uint64_t, Notice> waiting_;
    std::set<std::pair<std::string, std::string>> heard_;  // alert, person: of a beginning whose end is to come
    std::set<std::pair<Instant, std::string>> packed_;
    std::map<std::pair<Day, std::string>, std::uint32_t> weeks_;
};

// ---- the run

class RandomYear {
public:
    explicit RandomYear(std::uint64_t seed)
        : random_{seed}, policy_{random_plan().build()}, engine_{policy_, begins(seed)}, in_two_{engine_}, in_steps_{engine_}, restarted_{engine_}
    {
    }

    std::vector<std::string> run()
    {
        while (engine_.now() < at("2024-02-15 00:00") && !::testing::Test::HasFailure()) {
            const Instant now = next_instant();
            const auto event = next_event(now);
            const Changes changes = event ? engine_.apply(*event, now) : engine_.advance(now);
            const auto lines = describe(changes);
            told_.insert(told_.end(), changes.post.messages.begin(), changes.post.messages.end());
            invariants_.check(engine_, changes);
            follow(event, now, lines);
            if (chance(20)) Invariants::check_state(engine_);
            if (chance(30)) check_adopt();
            if (chance(15)) restarted_ = Engine{policy_, engine_.snapshot()};
            log_.insert(log_.end(), lines.begin(), lines.end());
        }
        expect_same(describe(restarted_.snapshot()), describe(engine_.snapshot()), "at the end");
        return log_;
    }

private:
    static std::optional<Instant> begins(std::uint64_t seed)
    {
        if (seed % 3 == 0) return at("2023-07-19 13:37");
        return std::nullopt;
    }
    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_); }
    bool chance(std::size_t one_in) { return below(one_in) == 0; }

    // Often where something happens by itself, a millisecond before it, or the same instant again.
    Instant next_instant()
    {
        const auto wake = engine_.next_wake();
        switch (below(6)) {
            case 0: return wake.value_or(engine_.now() + std::chrono::hours{1});
            case 1: return wake.value_or(engine_.now()) - milliseconds{1};
            case 2: return engine_.now();
            default: break;
        }
        return engine_.now() + milliseconds{static_cast<std::int64_t>(below(std::size_t{2} * 86'400'000))};
    }

    std::optional<Event> next_event(Instant now)
    {
        switch (below(14)) {
            case 0: return std::nullopt;
            case 1: return next_acknowledgement(now);
            case 2: return next_delivery();
            case 10: return next_silence(now);
            case 11: return next_decision(now);
            case 3:
            case 4: return next_filing(now);
            default: break;
        }
        return next_submission(now);
    }

    std::optional<Event> next_acknowledgement(Instant now)
    {
        if (engine_.alerts().empty()) return std::nullopt;
        const auto alert = std::next(engine_.alerts().begin(), static_cast<std::ptrdiff_t>(below(engine_.alerts().size())));
        return Acknowledgement{alert->first.id("here-2023"), "zhang", now + std::chrono::hours{below(300)}, ""};
    }

    std::optional<Event> next_delivery()
    {
        if (told_.empty()) return std::nullopt;
        const Message& message = told_[below(told_.size())];
        return Delivery{message.number, message.recipient, chance(2), message.recipient.channel, "250 or 550"};
    }

    std::optional<Event> next_silence(Instant now)
    {
        if (!engine_.silences().empty() && chance(2)) return SilenceEnd{engine_.silences().begin()->first, "zhao"};
        const Instant from = now + std::chrono::hours{below(50)};
        Silence silence{fmt::format("s{}", ++silences_), {}, from, from + std::chrono::minutes{1 + below(20'000)}, chance(2) ? "zhao" : "nobody", "检修"};
        if (chance(2)) silence.matchers.kinds = {static_cast<AlertKind>(below(7))};
        if (chance(2)) silence.matchers.units = {policy_->plan.units[below(policy_->plan.units.size())].id};
        if (chance(3)) silence.matchers.most = Severity::warning;
        if (!engine_.examine(silence, now).empty()) return std::nullopt;
        return silence;
    }

    std::optional<Event> next_decision(Instant now)
    {
        const Plan& plan = policy_->plan;
        const Deadline& deadline = engine_.deadlines()[below(engine_.deadlines().size())];
        const Duty& duty = plan.duties[deadline.duty];
        const std::string& unit = plan.units[duty.units[below(duty.units.size())]].id;
        if (chance(4)) {
            const auto waiver = engine_.admit(RawWaiver{duty.id, unit, deadline.period.to_string(), "wang", "撤并"}, now);
            return waiver ? std::optional<Event>{*waiver} : std::nullopt;
        }
        const Day until = policy_->zone.day_of(now) + std::chrono::days{below(40)};
        const auto extension = engine_.admit(RawExtension{duty.id, unit, deadline.period.to_string(), until, "wang", "台风"}, now);
        return extension ? std::optional<Event>{*extension} : std::nullopt;
    }

    std::optional<Event> next_filing(Instant now)
    {
        const Plan& plan = policy_->plan;
        const Deadline& deadline = engine_.deadlines()[below(engine_.deadlines().size())];
        const Duty& duty = plan.duties[deadline.duty];
        RawFiling filing = raw_filing(plan.units[duty.units[below(duty.units.size())]].id.c_str(), duty.id.c_str(), "");
        filing.period = deadline.period.to_string();
        const auto admitted = engine_.admit(filing, now);
        if (!admitted) return std::nullopt;
        return *admitted;
    }

    std::optional<Event> next_submission(Instant now)
    {
        const Plan& plan = policy_->plan;
        const UnitIndex unit = static_cast<UnitIndex>(below(plan.units.size()));
        using Kind = Period::Kind;
        const Kind kinds[] = {Kind::day, Kind::week, Kind::month, Kind::month, Kind::month, Kind::quarter, Kind::year};
        const Day day = policy_->zone.day_of(now) - std::chrono::days{below(60)};
        RawSubmission submission{.plan = plan.id, .unit = plan.units[unit].id, .period = Period::containing(kinds[below(7)], day).to_string()};
        for (const Indicator& indicator : plan.indicators) {
            if (std::find(indicator.units.begin(), indicator.units.end(), unit) == indicator.units.end() || chance(2)) continue;
            submission.values.push_back(next_value(indicator));
        }
        auto admitted = engine_.admit({&submission, 1}, now);
        if (!admitted) return std::nullopt;
        return std::move(admitted->front());
    }

    RawValue next_value(const Indicator& indicator)
    {
        const auto number = [this](std::size_t n) { return Decimal{static_cast<std::int64_t>(below(n))}; };
        if (indicator.measure == Measure::done) return {indicator.id, number(2), {}, {}};
        if (indicator.measure == Measure::average) return {indicator.id, {}, number(1'000), number(20)};
        if (indicator.measure == Measure::ratio) return {indicator.id, {}, number(12), number(11)};
        return {indicator.id, number(chance(3) ? 300 : 4), {}, {}};
    }

    // Others on the same way: time and event apart, time in small steps, and started anew in between.
    void follow(const std::optional<Event>& event, Instant now, const std::vector<std::string>& lines)
    {
        const auto apply = [&](Engine& engine) { return event ? engine.apply(*event, now) : engine.advance(now); };
        expect_same(describe(apply(restarted_)), lines, "after a restart");

        Changes before = in_two_.advance(now);
        expect_same(describe(joined(std::move(before), apply(in_two_))), lines, "advanced first, then applied");

        Changes steps;
        for (Instant t = in_steps_.now(); t < now; t += milliseconds{1 + static_cast<std::int64_t>(below(20'000'000))})
            steps = joined(std::move(steps), in_steps_.advance(t));
        expect_same(describe(joined(std::move(steps), apply(in_steps_))), lines, "in small steps");
    }

    void check_adopt()
    {
        Engine adopted = engine_;
        expect_same(describe(adopted.adopt(policy_, engine_.now())), {}, "the same policy");
        expect_same(describe(adopted.snapshot()), describe(engine_.snapshot()), "what the same policy left");
        EXPECT_EQ(adopted.next_wake(), engine_.next_wake());
        restarted_ = std::move(adopted);
    }

    std::mt19937_64 random_;
    std::shared_ptr<const Policy> policy_;
    Engine engine_, in_two_, in_steps_, restarted_;
    Invariants invariants_;
    std::vector<Message> told_;
    std::size_t silences_ = 0;
    std::vector<std::string> log_;
};

std::vector<std::uint64_t> seeds()
{
    std::vector<std::uint64_t> all{1, 2, 3, 4, 5, 6};
    if (const char* more = std::getenv("PLANWATCH_SEED")) all.push_back(std::strtoull(more, nullptr, 10));
    return all;
}

TEST(RandomYears, KeepEveryPromiseOfTheEngine)
{
    for (const std::uint64_t seed : seeds()) {
        SCOPED_TRACE(fmt::format("PLANWATCH_SEED={}", seed));
        const auto log = RandomYear{seed}.run();
        EXPECT_GT(log.size(), 1'000U) << "a year in which little happens shows little";
        if (HasFailure()) return;
    }
}

TEST(RandomYears, OfTheSameEventsAreTheSame)
{
    expect_same(RandomYear{7}.run(), RandomYear{7}.run(), "the same seed");
}

}  // namespace
}  // namespace planwatch
