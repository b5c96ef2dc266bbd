// What comes back: snapshots for a restart, and the past for whoever asks.
#include "daemon/store.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace planwatch::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreReadTest : public ::testing::Test {
protected:
    void write(const Changes& changes, std::uint64_t entry = 0) { write(plan_, changes, entry); }
    void write(const ExamplePlan& plan, const Changes& changes, std::uint64_t entry = 0)
    {
        const auto transaction = store_.begin();
        transaction->write(row_, plan.view(), changes, entry);
        transaction->commit();
    }
    void write_transition(AlertEvent event, const Alert& what, Instant when)
    {
        Changes changes;
        changes.transitions = {{when, event, what}};
        write(changes);
    }

    TempFolder folder_;
    std::string path_ = folder_ / "planwatch.db";
    Store store_{path_};
    ExamplePlan plan_;
    std::int64_t row_ = store_.bind(*plan_.policy);
    const Instant start_ = at("2023-09-01T00:00:00Z");
};

// ---- snapshots

TEST_F(StoreReadTest, a_snapshot_gives_back_all_that_was_written)
{
    const auto deadline = plan_.deadline("monthly", period("2023-08"));
    Changes changes;
    changes.figures = {{plan_.series("disposal", "samr"), period("2023-08"), 1, {Decimal{37}, Decimal{38}}, start_ + 1h}};
    changes.slots = {{deadline, plan_.unit("agri"), {-7'200, SlotState::on_time, true}, start_ + 1h, Verdict{true, "按时"}}};
    Alert told = alert(AlertKind::behind_pace, "batches", "agri", Phase::firing, start_);
    told.told = {{"zhang", "张\"三\"", "mail", "zhang@example.org"}, {"unit:agri", "区农业农村局", "mail", ""}};
    told.acknowledged_until = start_ + 48h;
    told.acknowledged_by = "li";
    changes.transitions = {{start_, AlertEvent::fired, alert(AlertKind::behind_pace, "batches", "agri", Phase::firing, start_)},
                           {start_ + 1h, AlertEvent::none, told}};
    changes.notices = {notice(4, "example-2023:behind_pace:batches:agri:-", start_)};
    plan_.now = start_ + 2h;
    write(changes, 1);

    const Snapshot snapshot = store_.snapshot(plan_.view());
    EXPECT_EQ(snapshot.now, start_ + 2h);
    EXPECT_EQ(snapshot.last_notice, 4U);
    ASSERT_THAT(snapshot.figures, SizeIs(1));
    EXPECT_EQ(snapshot.figures[0].series, plan_.series("disposal", "samr"));
    EXPECT_EQ(snapshot.figures[0].period, period("2023-08"));
    EXPECT_EQ(snapshot.figures[0].revision, 1U);
    EXPECT_EQ(snapshot.figures[0].figure, (Figure{Decimal{37}, Decimal{38}}));
    EXPECT_EQ(snapshot.figures[0].at, start_ + 1h);
    ASSERT_THAT(snapshot.slots, SizeIs(1));
    EXPECT_EQ(snapshot.slots[0].deadline, deadline);
    EXPECT_EQ(snapshot.slots[0].unit, plan_.unit("agri"));
    EXPECT_EQ(snapshot.slots[0].slot, (Slot{-7'200, SlotState::on_time, true}));
    ASSERT_THAT(snapshot.alerts, SizeIs(1));
    const Alert& back = snapshot.alerts[0];
    EXPECT_EQ(back.key, told.key);
    EXPECT_EQ(back.state, told.state);
    EXPECT_EQ(back.severity, told.severity);
    EXPECT_EQ(back.why, told.why);
    EXPECT_EQ(back.facts, told.facts);
    EXPECT_EQ(back.told, told.told);
    EXPECT_EQ(back.acknowledged_until, told.acknowledged_until);
    EXPECT_EQ(back.acknowledged_by, "li");
}

TEST_F(StoreReadTest, a_snapshot_holds_the_newest_revision_alone)
{
    Changes changes;
    changes.figures = {figure(0, "2023-07", 1, 1), figure(0, "2023-08", 1, 2), figure(1, "2023-08", 1, 3)};
    write(changes);
    changes.figures = {figure(0, "2023-08", 2, 20), figure(0, "2023-08", 3, 30)};
    write(changes);

    auto figures = store_.snapshot(plan_.view()).figures;
    std::sort(figures.begin(), figures.end(), [](const auto& a, const auto& b) { return a.figure.numerator < b.figure.numerator; });
    ASSERT_THAT(figures, SizeIs(3));
    EXPECT_EQ(figures[0].figure.numerator, Decimal{1});
    EXPECT_EQ(figures[1].figure.numerator, Decimal{3});
    EXPECT_EQ(figures[2].figure.numerator, Decimal{30});
    EXPECT_EQ(figures[2].revision, 3U);
}

TEST_F(StoreReadTest, what_the_plan_no_longer_has_is_set_aside)
{
    Changes changes;
    changes.figures = {figure(plan_.series("batches", "agri"), "2023-08", 1, 1), figure(plan_.series("batches", "samr"), "2023-08", 1, 2)};
    for (const char* unit : {"agri", "samr"})
        changes.slots.push_back({plan_.deadline("monthly", period("2023-08")), plan_.unit(unit), {0, SlotState::overdue, false}, start_, {}});
    changes.slots.push_back({plan_.deadline("annual", period("2023")), plan_.unit("samr"), {0, SlotState::due_soon, false}, start_, {}});
    write(changes);
    Changes corrected;
    corrected.figures = {figure(plan_.series("batches", "agri"), "2023-08", 2, 10)};
    write(corrected);

    const ExamplePlan smaller{sources_with(R"(units = ["samr", "agri"])", R"(units = ["samr"])")};
    store_.bind(*smaller.policy);
    const Snapshot snapshot = store_.snapshot(smaller.view());
    ASSERT_THAT(snapshot.figures, SizeIs(1));
    EXPECT_EQ(snapshot.figures[0].figure.numerator, Decimal{2});
    ASSERT_THAT(snapshot.slots, SizeIs(2));
    for (const KeptSlot& slot : snapshot.slots) EXPECT_EQ(slot.unit, smaller.unit("samr"));
    ASSERT_THAT(snapshot.aside.figures, SizeIs(1));
    const auto& [place, figures] = *snapshot.aside.figures.begin();
    EXPECT_EQ(place, (SetAside::Place{"batches", "agri"}));
    ASSERT_THAT(figures, SizeIs(1));
    EXPECT_EQ(figures[0].period, period("2023-08"));
    EXPECT_EQ(figures[0].revision, 2U);
    EXPECT_EQ(figures[0].figure.numerator, Decimal{10});
    ASSERT_THAT(snapshot.aside.slots, SizeIs(1));
    const auto& [owed, slots] = *snapshot.aside.slots.begin();
    EXPECT_EQ(owed, (SetAside::Place{"monthly", "agri"}));
    ASSERT_THAT(slots, SizeIs(1));
    EXPECT_EQ(slots[0].period, period("2023-08"));
    EXPECT_EQ(slots[0].due, plan_.policy->zone.start_of(Day{std::chrono::year{2023} / 9 / 11}));
    EXPECT_EQ(slots[0].slot, (Slot{0, SlotState::overdue, false}));
}

TEST_F(StoreReadTest, how_early_something_came_in_is_counted_from_the_deadline_that_holds_today)
{
    Changes changes;
    changes.slots = {{plan_.deadline("monthly", period("2023-08")), plan_.unit("samr"), {-3'600, SlotState::on_time, false}, start_, {}}};
    write(changes);
    const ExamplePlan later{sources_with("period_end + 10d", "period_end + 12d")};
    store_.bind(*later.policy);
    EXPECT_EQ(store_.snapshot(later.view()).slots.at(0).slot.handed_in, -3'600 - 2 * 86'400);
}

// ---- alerts

TEST_F(StoreReadTest, an_alerts_row_follows_its_life)
{
    const Alert pending = alert(AlertKind::behind_pace, "batches", "", Phase::pending, start_);
    const Alert firing = alert(AlertKind::behind_pace, "batches", "", Phase::firing, start_ + 1h);
    const auto row = [&] { return StoreReader{path_}.alert("example-2023", firing.key.id("example-2023")); };

    write_transition(AlertEvent::pending, pending, start_);
    EXPECT_EQ(row()->state, "pending");
    EXPECT_EQ(row()->fired_at, std::nullopt);
    write_transition(AlertEvent::lapsed, pending, start_ + 30min);
    EXPECT_EQ(row(), std::nullopt) << "what never fired leaves no alert";
    write_transition(AlertEvent::fired, firing, start_ + 1h);
    EXPECT_EQ(row()->state, "firing");
    EXPECT_EQ(row()->fired_at, start_ + 1h);
    write_transition(AlertEvent::resolved, firing, start_ + 2h);
    EXPECT_EQ(row()->state, "resolved");
    EXPECT_EQ(row()->resolved_at, start_ + 2h);
    EXPECT_THAT(store_.snapshot(plan_.view()).alerts, IsEmpty());
    write_transition(AlertEvent::pending, pending, start_ + 3h);
    EXPECT_THAT(store_.snapshot(plan_.view()).alerts, SizeIs(1));
    write_transition(AlertEvent::lapsed, pending, start_ + 4h);
    EXPECT_EQ(row()->state, "resolved") << "as the episode before it ended";
    EXPECT_EQ(row()->resolved_at, start_ + 2h);
    write_transition(AlertEvent::fired, firing, start_ + 5h);
    EXPECT_EQ(row()->fired_at, start_ + 5h);
    EXPECT_EQ(row()->resolved_at, std::nullopt);

    std::vector<std::string> events;
    for (const TransitionRow& transition : StoreReader{path_}.history("example-2023", firing.key.id("example-2023"))) events.push_back(transition.event);
    EXPECT_THAT(events, ElementsAre("pending", "lapsed", "fired", "resolved", "pending", "lapsed", "fired"));
}

TEST_F(StoreReadTest, alerts_are_found_by_each_of_their_marks)
{
    const Alert overdue = alert(AlertKind::overdue, "monthly", "agri", Phase::firing, start_);
    const Alert behind = alert(AlertKind::behind_pace, "batches", "samr", Phase::firing, start_ + 1h);
    write_transition(AlertEvent::fired, overdue, start_);
    write_transition(AlertEvent::fired, behind, start_ + 1h);
    write_transition(AlertEvent::resolved, overdue, start_ + 2h);

    const struct {
        const char* name;
        AlertFilter filter;
        std::vector<std::string> want;
    } cases[] = {
        {"all", {}, {behind.key.id("example-2023"), overdue.key.id("example-2023")}},
        {"by plan", {.plan = "other"}, {}},
        {"by unit", {.unit = "agri"}, {overdue.key.id("example-2023")}},
        {"by kind", {.kind = AlertKind::behind_pace}, {behind.key.id("example-2023")}},
        {"by state", {.plan = "example-2023", .state = "resolved"}, {overdue.key.id("example-2023")}},
        {"since, by firing", {.state = "firing", .since = start_ + 1h}, {behind.key.id("example-2023")}},
        {"since, by resolving", {.since = start_ + 2h}, {overdue.key.id("example-2023")}},
        {"no more than asked for", {.limit = 1}, {behind.key.id("example-2023")}},
    };
    StoreReader reader{path_};
    for (const auto& c : cases) {
        std::vector<std::string> ids;
        for (const AlertRow& row : reader.alerts(c.filter)) ids.push_back(row.id);
        EXPECT_EQ(ids, c.want) << c.name;
    }
}

// ---- figures and the ledger

TEST_F(StoreReadTest, figures_tell_what_was_known_at_a_past_instant_and_who_said_it)
{
    const auto submit = [&](const char* author, const StoredFigure& what) {
        const auto transaction = store_.begin();
        const auto entry = transaction->append(row_, LedgerKind::submission, author, "[]", what.at);
        Changes changes;
        changes.figures = {what};
        transaction->write(row_, plan_.view(), changes, entry);
        transaction->commit();
    };
    submit("zhang", figure(plan_.series("batches", "samr"), "2023-08", 1, 40, start_));
    submit("wang", figure(plan_.series("batches", "agri"), "2023-08", 1, 7, start_ + 1h));
    submit("li", figure(plan_.series("batches", "samr"), "2023-08", 2, 42, start_ + 24h));
    submit("li", figure(plan_.series("disposal", "samr"), "2023-09", 1, 1, start_ + 48h));

    const struct {
        const char* name;
        FigureFilter filter;
        std::vector<std::string> want;  // author:revision:numerator
    } cases[] = {
        {"all, in order", {}, {"zhang:1:40", "wang:1:7", "li:2:42", "li:1:1"}},
        {"of a unit and an indicator", {.plan = "example-2023", .unit = "samr", .indicator = "batches"}, {"zhang:1:40", "li:2:42"}},
        {"of a period", {.period = period("2023-09")}, {"li:1:1"}},
        {"as of the first evening", {.unit = "samr", .as_of = start_ + 12h}, {"zhang:1:40"}},
        {"as of the very instant", {.as_of = start_ + 24h, .after = 2}, {"li:2:42"}},
        {"of another plan", {.plan = "other"}, {}},
        {"a page", {.after = 1, .limit = 2}, {"wang:1:7", "li:2:42"}},
    };
    StoreReader reader{path_};
    for (const auto& c : cases) {
        std::vector<std::string> found;
        for (const FigureRow& row : reader.figures(c.filter))
            found.push_back(row.author + ":" + std::to_string(row.revision) + ":" + row.figure.numerator.to_string());
        EXPECT_EQ(found, c.want) << c.name;
    }
    const FigureRow row = reader.figures({.after = 1, .limit = 1}).at(0);
    EXPECT_EQ(row.plan, "example-2023");
    EXPECT_EQ(row.unit, "agri");
    EXPECT_EQ(row.indicator, "batches");
    EXPECT_EQ(row.period, period("2023-08"));
    EXPECT_EQ(row.at, start_ + 1h);
    EXPECT_EQ(row.seq, 2U);
}

TEST_F(StoreReadTest, a_reader_that_holds_sees_one_state_until_it_releases)
{
    StoreReader reader{path_};
    reader.hold();
    Changes changes;
    changes.figures = {figure(0, "2023-08", 1, 12)};
    write(changes);
    EXPECT_THAT(reader.figures({}), IsEmpty());
    reader.release();
    EXPECT_THAT(reader.figures({}), SizeIs(1));
}

TEST_F(StoreReadTest, the_ledger_is_read_by_plan_and_in_pages)
{
    const ExamplePlan other{sources_with("example-2023", "other-2023")};
    const auto other_row = store_.bind(*other.policy);
    const auto transaction = store_.begin();
    for (const auto row : {row_, other_row, row_}) transaction->append(row, LedgerKind::filing, "zhang", "[1]", start_);
    transaction->commit();
    StoreReader reader{path_};
    const auto numbers = [&](std::string_view plan, std::uint64_t from, std::int64_t limit) {
        std::vector<std::uint64_t> all;
        for (const LedgerEntry& entry : reader.ledger(plan, from, limit)) all.push_back(entry.seq);
        return all;
    };
    EXPECT_THAT(numbers("", 1, 10), ElementsAre(1, 2, 3));
    EXPECT_THAT(numbers("example-2023", 1, 10), ElementsAre(1, 3));
    EXPECT_THAT(numbers("", 2, 1), ElementsAre(2));
}

// ---- size

TEST_F(StoreReadTest, a_large_store_is_read_back_whole)
{
#if defined(__SANITIZE_ADDRESS__)
    constexpr std::uint32_t rows = 100'000;
#else
    constexpr std::uint32_t rows = 1'000'000;
#endif
    constexpr std::uint32_t series = 3;
    {
        const auto transaction = store_.begin();
        Changes changes;
        Period when = period("2023-01-01");
        for (std::uint32_t i = 0; i < rows; ++i) {
            changes.figures.push_back({i % series, when, 1, {Decimal{i}, Decimal{}}, start_});
            if (i % series == series - 1) when = when.next();
        }
        changes.figures.push_back({0, period("2023-01-01"), 2, {Decimal{7}, Decimal{}}, start_});
        transaction->write(row_, plan_.view(), changes, 1);
        transaction->commit();
    }
    const auto start = std::chrono::steady_clock::now();
    const Snapshot snapshot = store_.snapshot(plan_.view());
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    std::cout << rows << " figures read back in " << took.count() << " ms\n";
    EXPECT_EQ(snapshot.figures.size(), rows);
}

}  // namespace
}  // namespace planwatch::testing
