#include "tests/daemon/random_year.hpp"

#include "config/calendar.hpp"
#include "config/policy.hpp"
#include "daemon/courier.hpp"
#include "daemon/service.hpp"
#include "daemon/verify.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <tuple>

namespace planwatch::testing {
namespace {

using namespace std::chrono_literals;

constexpr const char* plan_id_of_year = "year-2023";
constexpr const char* steady_duty = "monthly";  // no reload changes it: its ladder's steps are counted

// ---- the plan, and what a reload makes of it

constexpr const char* plan_of_year = R"(
[plan]
id = "year-2023"
name = "随机的一年"
issued = 2023-01-10
year = 2023
time_zone = "Asia/Shanghai"
[[unit]]
id = "fso"
name = "食安办"
kind = "office"
[[unit]]
id = "east"
name = "东镇"
kind = "town"
[[unit]]
id = "west"
name = "西镇"
kind = "town"
[[unit]]
id = "north"
name = "北镇"
kind = "town"
[[clause]]
id = "一"
title = "抽检"
units = [ { unit = "east", role = "responsible" }, { unit = "west", role = "responsible" }, { unit = "north", role = "responsible" } ]
[[indicator]]
id = "batches"
name = "抽检批次"
clause = "一"
measure = "count"
target = "at_least 600 批次"
pace = "linear"
units = ["east", "west"]
[[indicator]]
id = "kitchens"
name = "明厨亮灶"
clause = "一"
measure = "ratio"
reported = "level"
target = "at_least 90 %"
hold = true
units = ["east", "west", "north"]
[[duty]]
id = "monthly"
name = "月报"
clause = "一"
cadence = "monthly"
due = "period_end + 10d"
units = ["east", "west", "north"]
indicators = ["batches", "kitchens"]
[[duty]]
id = "quarterly"
name = "季度进展"
clause = "一"
cadence = "quarterly"
due = "period_end + 10d"
units = ["@towns"]
filing = true
[[duty]]
id = "annual"
name = "年度报告"
clause = "一"
cadence = "yearly"
due = "11-20"
units = ["@towns"]
filing = true
)";

Contact person(const char* id, std::vector<Audience> audiences, std::vector<std::string> units, std::vector<Address> addresses)
{
    return {.id = id, .name = id, .units = std::move(units), .audiences = std::move(audiences), .addresses = std::move(addresses)};
}

Sources sources_of_year()
{
    using enum Audience;
    Sources all{.plan = {"year-2023.toml", plan_of_year}, .calendar = builtin_calendar()};
    Contact machine = person("machine", {office}, {}, {{"webhook", "hook"}});
    machine.at_once = true;
    Contact li = person("li", {reporter, unit_head}, {"east"}, {{"mail", "li@example.org"}, {"dingtalk", "group"}});
    li.deputy = "wang";
    li.absences = {{parse_day("2023-05-01").value(), parse_day("2023-05-20").value()}};
    all.office.contacts = {std::move(li), person("wang", {reporter, unit_head}, {"west"}, {{"dingtalk", "group"}, {"mail", "wang@example.org"}}),
                           person("sun", {reporter, unit_head}, {"north"}, {{"mail", "sun@example.org"}}),
                           person("zhao", {office}, {}, {{"mail", "zhao@example.org"}, {"wecom", "team"}}),
                           person("qian", {leaders}, {}, {{"mail", "qian@example.org"}}), std::move(machine)};
    all.office.post = {.hours = {9h, 14h}, .weekly_maximum = 5};
    return all;
}

constexpr std::uint32_t highest_weekly_maximum = 7;

void replace(std::string& text, std::string_view from, std::string_view to) { text.replace(text.find(from), from.size(), to); }

// The first is what the year begins with.
std::vector<Service::Candidate> make_candidates()
{
    std::vector<Sources> all(6, sources_of_year());
    all[1].office.post = {.hours = {10h}, .weekly_maximum = highest_weekly_maximum};
    all[2].office.contacts[1] = person("zhou", {Audience::reporter, Audience::unit_head}, {"west"}, {{"mail", "zhou@example.org"}});
    replace(all[3].plan.text, "cadence = \"quarterly\"\ndue = \"period_end + 10d\"", "cadence = \"quarterly\"\ndue = \"period_end + 5d\"");
    replace(all[3].plan.text, "at_least 600", "at_least 900");
    all[4].office.routes = {{.kinds = {AlertKind::overdue}, .contacts = {"qian"}}};
    replace(all[4].plan.text, "due = \"11-20\"", "due = \"11-10\"");
    // Ids that somebody mistyped, and will put right.
    replace(all[5].plan.text, "id = \"batches\"", "id = \"batch\"");
    replace(all[5].plan.text, "[\"batches\", \"kitchens\"]", "[\"batch\", \"kitchens\"]");
    replace(all[5].plan.text, "id = \"quarterly\"", "id = \"quarter\"");
    std::vector<Service::Candidate> candidates;
    for (const Sources& sources : all) candidates.push_back({sources, compile(sources).value()});
    return candidates;
}

// ---- the world outside, which no crash touches

// Turned by hand. Who sleeps wakes when it is turned past their moment.
class TurnedClock final : public Clock {
public:
    Instant now() const override { return now_; }
    asio::awaitable<void> sleep_until(Instant moment) override
    {
        if (now_ >= moment) co_return;
        asio::steady_timer timer{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
        const Bed bed{sleepers_, sleepers_.emplace(moment, &timer)};
        boost::system::error_code ignored;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }

    std::optional<Instant> next() const { return sleepers_.empty() ? std::nullopt : std::optional{sleepers_.begin()->first}; }
    void turn(Instant to)
    {
        now_ = to;
        for (auto& [moment, timer] : sleepers_)
            if (moment <= now_) timer->cancel();
    }

private:
    using Sleepers = std::multimap<Instant, asio::steady_timer*>;
    struct Bed {
        Sleepers& all;
        Sleepers::iterator place;
        ~Bed() { all.erase(place); }
    };

    Instant now_ = parse_instant("2023-01-12T08:00:00+08:00").value();
    Sleepers sleepers_;
};

// The servers, and what the people behind them have read.
class World {
public:
    explicit World(std::uint64_t seed) : random_{seed} {}

    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_); }
    bool chance(std::size_t one_in) { return below(one_in) == 0; }

    enum class State : std::uint8_t { up, down, busy, refusing };
    void change_channels()
    {
        constexpr std::array<const char*, 4> channels{"mail", "dingtalk", "wecom", "webhook"};
        constexpr std::array states{State::up, State::up, State::up, State::down, State::down, State::busy, State::refusing};
        states_[channels[below(channels.size())]] = states[below(states.size())];
    }
    void mend_channels() { states_.clear(); }

    SendResult hand_over(const MessageRow& row, const Recipient& way)
    {
        using enum SendResult::Outcome;
        ++report.handed_over;
        check_identity(row);
        switch (states_[way.channel]) {
            case State::down: ++report.failures; return {retry, "421 not now"};
            case State::busy: ++report.failures; return {later, "rate limited", std::chrono::seconds{1 + below(7'200)}};
            case State::refusing: ++report.failures; if (chance(3)) return {refused, "550 no such user"}; break;
            case State::up: break;
        }
        read(row);
        if (!chance(40)) return {delivered, "250 ok"};
        ++report.failures;
        return {retry, "the answer was lost"};
    }

    void promise(bool kept, const std::function<std::string()>& otherwise)
    {
        constexpr std::size_t enough = 10;
        if (!kept && report.broken.size() < enough) report.broken.push_back(otherwise());
    }

    struct EndAlone {
        std::string alert, person;
        std::uint64_t message = 0;
    };
    const std::vector<EndAlone>& ends_alone() const { return ends_alone_; }
    bool was_taken(const std::string& message_id) const { return taken_.contains(message_id); }
    const std::map<std::pair<std::string, std::string>, std::string>& heard() const { return heard_; }

    YearReport report;
    TurnedClock clock;

private:
    void check_identity(const MessageRow& row)
    {
        std::string content = row.message.recipient.id + ":";
        for (const Notice& notice : row.message.notices) {
            content += fmt::format(" {} {} {}", notice.number, notice.alert, notice.step);
            const auto [known, is_new] = ids_.try_emplace(notice.number, row.message_id);
            promise(is_new || known->second == row.message_id, [&, known = known] { return fmt::format("notice {} under two ids, {} and {}", notice.number, known->second, row.message_id); });
        }
        const auto [known, is_new] = contents_.try_emplace(row.message_id, content);
        report.tries_again += !is_new;
        promise(is_new || known->second == content, [&, known = known] { return fmt::format("{} was '{}', now '{}'", row.message_id, known->second, content); });
    }

    // A copy of what was read already says nothing new.
    void read(const MessageRow& row)
    {
        if (!taken_.insert(row.message_id).second) return;
        for (const Notice& notice : row.message.notices) {
            const std::pair key{notice.alert, row.message.recipient.id};
            if (notice.step != "resolved") {
                heard_[key] = notice.step;
                continue;
            }
            ++report.ends;
            if (heard_.erase(key) == 0) ends_alone_.push_back({key.first, key.second, row.message.number});
        }
    }

    std::mt19937_64 random_;
    std::map<std::string, State> states_;
    std::map<std::uint64_t, std::string> ids_;       // notice → message
    std::map<std::string, std::string> contents_;    // message → what it says
    std::set<std::string> taken_;
    std::vector<EndAlone> ends_alone_;
    std::map<std::pair<std::string, std::string>, std::string> heard_;  // alert, person: the last step of what has not ended
};

// A courier whose messages take their time, there and back.
class WorldsCourier final : public Courier {
public:
    WorldsCourier(const asio::any_io_executor& executor, Service& service, Store& store, Channels& channels, const Settings& settings, World& world)
        : Courier{executor, service, store, channels, settings, ""}, world_{world}
    {
    }

protected:
    asio::awaitable<SendResult> hand_over(const MessageRow& row, const Way& way, const Policy&) override
    {
        const Instant arrives = world_.clock.now() + std::chrono::milliseconds{world_.below(20'000)};
        co_await world_.clock.sleep_until(arrives);
        SendResult result = world_.hand_over(row, way);
        const Instant back = world_.clock.now() + std::chrono::milliseconds{world_.below(5'000)};
        co_await world_.clock.sleep_until(back);
        co_return result;
    }

private:
    World& world_;
};

// ---- the daemon's inside, from a start to a crash

class Life {
public:
    Life(const std::string& database, World& world, const Service::Candidate& candidate) : world_{world}, store_{database}
    {
        store_.database().execute("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -2000");
        service_.on_messages([this] { courier_.wake(); });
        service_.open({candidate});
        const auto rethrow = [](const std::exception_ptr& error) {
            if (error) std::rethrow_exception(error);
        };
        asio::co_spawn(io_, service_.run_schedule(), rethrow);
        courier_.start([] {});
    }

    Service& service() { return service_; }
    Store& store() { return store_; }
    const Engine& engine() const { return *service_.engine(plan_id_of_year); }
    void reload(const Service::Candidate& candidate) { service_.adopt({candidate}); }

    // Everything that is ready, or (`steps`) so much of it. False where it died in the midst of it.
    void work(std::size_t steps = ~std::size_t{0})
    {
        io_.restart();
        while (steps-- > 0 && io_.poll_one() > 0) {}
    }
    template <class Answer>
    void ask(asio::awaitable<Answer> work, std::function<void(const Answer&)> answered)
    {
        asio::co_spawn(io_, std::move(work), [answered = std::move(answered)](const std::exception_ptr& error, const Answer& answer) {
            if (error) std::rethrow_exception(error);
            answered(answer);
        });
    }

private:
    static Settings settings()
    {
        Settings all;
        all.mail.server = "smtp://nowhere.invalid";
        return all;
    }

    World& world_;
    asio::io_context io_{1};
    Store store_;
    Service service_{io_.get_executor(), world_.clock, store_};
    Channels channels_{world_.clock};
    WorldsCourier courier_{io_.get_executor(), service_, store_, channels_, settings(), world_};
};

// ---- the year

class Year {
public:
    Year(std::uint64_t seed, const std::filesystem::path& folder)
        : world_{seed}, database_{(folder / fmt::format("year-{}.db", seed)).string()}
    {
        remove_database();
        start();
    }
    ~Year()
    {
        life_.reset();
        remove_database();
    }
    Year(const Year&) = delete;
    Year& operator=(const Year&) = delete;

    YearReport live()
    {
        const Instant new_year = parse_instant("2024-01-25T00:00:00+08:00").value();
        while (world_.clock.now() < new_year && world_.report.broken.empty()) {
            pass(world_.clock.now() + std::chrono::minutes{1 + world_.below(1'200)});
            act();
            // Any number of steps into the work that this has set off.
            if (world_.chance(25)) crash(world_.below(12));
        }
        settle_down();
        life_.reset();
        judge();
        return std::move(world_.report);
    }

private:
    static const std::vector<Service::Candidate>& candidates()
    {
        static const std::vector<Service::Candidate> all = make_candidates();
        return all;
    }

    void remove_database() const
    {
        for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(database_ + end);
    }

    void start()
    {
        life_ = std::make_unique<Life>(database_, world_, candidates()[loaded_]);
        world_.promise(life_->store().ledger_entries() >= answered_entry_, [&] {
            return fmt::format("entry {} was answered, the ledger ends with {}", answered_entry_, life_->store().ledger_entries());
        });
    }

    // Torn down in the midst of it, and started again, at once or hours later.
    void crash(std::size_t steps)
    {
        ++world_.report.crashes;
        life_->work(steps);
        life_.reset();
        if (world_.chance(3)) world_.clock.turn(world_.clock.now() + std::chrono::minutes{world_.below(4'320)});
        if (world_.chance(4)) loaded_ = world_.below(candidates().size());
        start();
    }

    void pass(Instant until)
    {
        life_->work();
        for (std::optional<Instant> next; (next = world_.clock.next()) && *next < until;) {
            world_.clock.turn(std::max(*next, world_.clock.now()));
            life_->work();
        }
        world_.clock.turn(until);
        life_->work();
    }

    void act()
    {
        switch (world_.below(20)) {
            case 0: world_.change_channels(); break;
            case 1: reload(); break;
            case 2: step_clock(); break;
            case 3: acknowledge(); break;
            case 4: silence(); break;
            case 5: end_silence(); break;
            case 6: extend(); break;
            case 7: waive(); break;
            case 8:
            case 9:
            case 10: file(); break;
            case 11:
            case 12:
            case 13: world_.mend_channels(); break;
            default: submit(); break;
        }
    }

    void reload()
    {
        ++world_.report.reloads;
        loaded_ = world_.below(candidates().size());
        life_->reload(candidates()[loaded_]);
    }

    void step_clock()
    {
        ++world_.report.clock_steps;
        const auto step = std::chrono::minutes{world_.below(240)};
        world_.clock.turn(world_.chance(2) ? world_.clock.now() + step : world_.clock.now() - step);
    }

    const std::string& any_unit()
    {
        const Plan& plan = life_->engine().policy().plan;
        return plan.units[1 + world_.below(plan.units.size() - 1)].id;
    }
    Period month_before(int months_back)
    {
        const Zone& zone = life_->engine().policy().zone;
        return Period::containing(Period::Kind::month, zone.day_of(world_.clock.now()) - std::chrono::days{30 * months_back});
    }

    void submit()
    {
        const std::string& unit = any_unit();
        RawSubmission raw{.plan = plan_id_of_year, .unit = unit, .period = month_before(1 + static_cast<int>(world_.below(2))).to_string()};
        const auto number = [this](std::size_t n) { return Decimal{static_cast<std::int64_t>(world_.below(n))}; };
        if (unit != "north") raw.values.push_back({life_->engine().policy().plan.indicators[0].id, number(80), {}, {}});
        raw.values.push_back({"kitchens", {}, number(12), Decimal{11}});
        life_->ask<SubmitResult>(life_->service().submit({raw}, "clerk", false), [this](const SubmitResult& result) { note_answer(result.entry); });
    }

    void file()
    {
        const auto slot = any_slot();
        const std::string duty = slot.duty == steady_duty ? life_->engine().policy().plan.duties[1].id : slot.duty;
        RawFiling raw{.plan = plan_id_of_year, .unit = slot.unit, .duty = duty, .period = duty == slot.duty ? slot.period : "", .title = "报告"};
        life_->ask<std::vector<FilingAnswer>>(life_->service().file({raw}, "clerk"), [this](const auto& answers) {
            if (answers.front().outcome == Outcome::stored) note_answer(0);
        });
    }

    struct NamedSlot {
        std::string duty, unit, period;
    };
    NamedSlot any_slot()
    {
        const Engine& engine = life_->engine();
        const Deadline& deadline = engine.deadlines()[world_.below(engine.deadlines().size())];
        const Duty& duty = engine.policy().plan.duties[deadline.duty];
        return {duty.id, engine.policy().plan.units[duty.units[world_.below(duty.units.size())]].id, deadline.period.to_string()};
    }

    void acknowledge()
    {
        const auto& alerts = life_->engine().alerts();
        if (alerts.empty()) return;
        const auto alert = std::next(alerts.begin(), static_cast<std::ptrdiff_t>(world_.below(alerts.size())));
        const Acknowledgement ack{alert->first.id(plan_id_of_year), "head", world_.clock.now() + std::chrono::hours{1 + world_.below(300)}, ""};
        settle(life_->service().acknowledge(plan_id_of_year, ack));
    }

    void silence()
    {
        const Instant from = world_.clock.now() + std::chrono::hours{world_.below(30)};
        Silence made{fmt::format("s{}", ++silences_), {}, from, from + std::chrono::minutes{30 + world_.below(12'000)}, world_.chance(2) ? "zhao" : "nobody", "检修"};
        if (world_.chance(2)) made.matchers.units = {any_unit()};
        if (world_.chance(2)) made.matchers.kinds = {static_cast<AlertKind>(world_.below(5))};
        if (world_.chance(2)) made.matchers.most = Severity::warning;
        settle(life_->service().silence(plan_id_of_year, made));
    }

    void end_silence()
    {
        const auto& silences = life_->engine().silences();
        if (!silences.empty()) settle(life_->service().end_silence(plan_id_of_year, {silences.begin()->first, "zhao"}));
    }

    void extend()
    {
        const NamedSlot slot = any_slot();
        const Day until = life_->engine().policy().zone.day_of(world_.clock.now()) + std::chrono::days{world_.below(40)};
        settle(life_->service().extend(plan_id_of_year, {slot.duty, slot.unit, slot.period, until, "head", "台风"}));
    }

    void waive()
    {
        const NamedSlot slot = any_slot();
        if (world_.chance(3)) settle(life_->service().waive(plan_id_of_year, {slot.duty, slot.unit, slot.period, "head", "撤并"}));
    }

    void settle(asio::awaitable<SettleAnswer> work)
    {
        life_->ask<SettleAnswer>(std::move(work), [this](const SettleAnswer& answer) {
            if (answer.found && answer.problems.empty()) note_answer(0);
        });
    }

    // Entry 0: it is in the ledger, as all before it is.
    void note_answer(std::uint64_t entry)
    {
        ++world_.report.answered;
        answered_entry_ = std::max({answered_entry_, entry, life_->store().ledger_entries()});
    }

    // Channels work again, nothing rests or is silenced any more: what is still to be said is said.
    void settle_down()
    {
        world_.mend_channels();
        for (int day = 0; day < 45; ++day) {
            for (const auto& [id, silence] : life_->engine().silences())
                if (world_.report.broken.empty()) settle(life_->service().end_silence(plan_id_of_year, {id, "zhao"}));
            pass(world_.clock.now() + 24h);
        }
        for (const auto& [key, alert] : life_->engine().alerts()) active_.insert(key.id(plan_id_of_year));
        held_ = life_->engine().post().held().size();
        for (const Deadline& deadline : life_->engine().deadlines())
            if (life_->engine().policy().plan.duties[deadline.duty].id == steady_duty) deadlines_.emplace(deadline.period, deadline);
        ladder_ = life_->engine().policy().ladder_of(life_->engine().policy().plan.duties[0]);
    }

    // ---- what the database holds in the end

    void judge()
    {
        if (!world_.report.broken.empty()) return;
        StoreReader reader{database_};
        const VerifyReport report = verify(reader);
        world_.promise(report.sound(), [&] { return "the ledger does not give the database: " + to_text(report.problems); });
        judge_messages(reader);
        judge_notices(reader.database());
        judge_ends(reader);
        judge_ends_alone(reader);
        judge_steps(reader);
    }

    // The beginning was given up: whether one of its tries arrived is not always known, so that the end is told all the same.
    void judge_ends_alone(StoreReader& reader)
    {
        for (const World::EndAlone& end : world_.ends_alone())
            world_.promise(any_given_up(reader, end.alert, end.person, false, end.message),
                           [&] { return fmt::format("message {}: {} hears of the end of {} without its beginning", end.message, end.person, end.alert); });
    }

    void judge_messages(StoreReader& reader)
    {
        std::map<std::pair<std::string, Day>, std::uint32_t> weeks;
        std::set<std::pair<std::string, Instant>> hours;
        const Zone& zone = candidates().front().policy->zone;
        for (std::uint64_t number = 1;; ++number) {
            const auto row = reader.message(plan_id_of_year, number);
            if (!row) break;
            ++world_.report.messages;
            world_.report.dead += row->state == "dead";
            world_.promise(row->state != "waiting", [&] { return fmt::format("message {} was never brought to its end: {}", number, row->answer); });
            world_.promise(row->state != "delivered" || world_.was_taken(row->message_id), [&] { return fmt::format("message {} counts as delivered, and nobody has it", number); });
            if (!row->message.packed) continue;
            const std::string& who = row->message.recipient.id;
            world_.promise(hours.insert({who, row->message.at}).second, [&] { return fmt::format("two messages to {} at one hour, {}", who, format_instant(row->message.at, zone)); });
            const auto sent = ++weeks[{who, monday_of(zone.day_of(row->message.at))}];
            world_.promise(sent <= highest_weekly_maximum, [&] { return fmt::format("{} got {} messages in the week of {}", who, sent, format_instant(row->message.at, zone)); });
        }
    }

    void judge_notices(Database& database)
    {
        Statement select{database, "SELECT number, message IS NOT NULL, dropped IS NOT NULL FROM notice ORDER BY number"};
        std::uint64_t last = 0;
        std::size_t held = 0;
        for (Rows rows = select.query(); rows.next();) {
            const auto number = static_cast<std::uint64_t>(rows.integer(0));
            world_.promise(number == last + 1, [&] { return fmt::format("notice {} follows {}", number, last); });
            last = number;
            const auto fates = rows.integer(1) + rows.integer(2);
            held += fates == 0;
            world_.promise(fates <= 1, [&] { return fmt::format("notice {} was sent and dropped", number); });
        }
        world_.report.notices = last;
        world_.promise(held == held_, [&] { return fmt::format("{} notices went nowhere, {} wait", held, held_); });
    }

    // Reminders end without a word; so does what was given up.
    void judge_ends(StoreReader& reader)
    {
        for (const auto& [key, step] : world_.heard()) {
            const auto alert = AlertKey::parse(key.first, plan_id_of_year);
            if (!alert || alert->kind == AlertKind::due_soon || alert->kind == AlertKind::silence_ending || active_.contains(key.first)) continue;
            const bool given_up = any_given_up(reader, key.first, key.second, true, ~std::uint64_t{0});
            world_.promise(given_up, [&, key = key, step = step] { return fmt::format("{} heard of {} ({}) and never of its end", key.second, key.first, step); });
        }
    }

    // Whether a message before `before` that told the person of the alert's end, or of what came before it, was given up.
    static bool any_given_up(StoreReader& reader, const std::string& alert, const std::string& person, bool ends, std::uint64_t before)
    {
        for (const NoticeRow& row : reader.notices(plan_id_of_year, alert)) {
            if (row.notice.recipient.id != person || (row.notice.step == "resolved") != ends || !row.message || *row.message >= before) continue;
            if (reader.message(plan_id_of_year, *row.message)->state == "dead") return true;
        }
        return false;
    }

    void judge_steps(StoreReader& reader)
    {
        std::set<std::tuple<std::string, std::string, Period>> decided;
        for (const DecisionRow& row : reader.decisions(plan_id_of_year)) decided.insert({row.duty, row.unit, row.period});
        const Instant began = parse_instant("2023-01-12T09:00:00+08:00").value();
        for (const StoredSlot& slot : reader.slots(plan_id_of_year)) {
            if (slot.duty != steady_duty || decided.contains({slot.duty, slot.unit, slot.period})) continue;
            const Deadline& deadline = deadlines_.at(slot.period);
            const bool is_in = slot.slot.state == SlotState::on_time || slot.slot.state == SlotState::late;
            const Instant end = is_in ? deadline.due.moment + std::chrono::seconds{slot.slot.handed_in} : world_.clock.now();
            std::set<std::string> told;
            for (const AlertKind kind : {AlertKind::due_soon, AlertKind::overdue})
                for (const NoticeRow& row : reader.notices(plan_id_of_year, AlertKey{kind, slot.duty, slot.unit, slot.period.to_string()}.id(plan_id_of_year)))
                    told.insert(row.notice.step);
            for (std::size_t i = 0; i < ladder_.steps.size(); ++i) {
                if (deadline.steps[i] <= began || deadline.steps[i] >= end) continue;
                ++world_.report.steps;
                const std::string step = ladder_.steps[i].name();
                world_.promise(told.contains(step), [&] { return fmt::format("{} {} {}: the step {} was skipped", slot.duty, slot.unit, slot.period.to_string(), step); });
            }
        }
    }

    World world_;
    std::string database_;
    std::size_t loaded_ = 0;
    std::unique_ptr<Life> life_;
    std::uint64_t answered_entry_ = 0;
    std::size_t silences_ = 0;
    // At the end of the year:
    std::set<std::string> active_;
    std::size_t held_ = 0;
    std::map<Period, Deadline> deadlines_;
    Ladder ladder_;
};

}  // namespace

YearReport live_a_year(std::uint64_t seed, const std::filesystem::path& folder) { return Year{seed, folder}.live(); }

}  // namespace planwatch::testing
