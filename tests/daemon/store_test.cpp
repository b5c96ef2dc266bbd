#include "daemon/store.hpp"

#include "daemon/ledger_event.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

namespace planwatch::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class StoreTest : public ::testing::Test {
protected:
    void write(const Changes& changes, std::uint64_t entry = 0)
    {
        const auto transaction = store_->begin();
        transaction->write(row_, plan_.view(), changes, entry);
        transaction->commit();
    }
    void reopen()
    {
        store_.reset();
        store_ = std::make_unique<Store>(path_);
        row_ = store_->bind(*plan_.policy);
    }

    TempFolder folder_;
    std::string path_ = folder_ / "planwatch.db";
    ExamplePlan plan_;
    std::unique_ptr<Store> store_ = std::make_unique<Store>(path_);
    std::int64_t row_ = store_->bind(*plan_.policy);
};

// ---- transactions

TEST_F(StoreTest, a_transaction_that_is_not_committed_leaves_nothing)
{
    {
        const auto transaction = store_->begin();
        const auto entry = transaction->append(row_, LedgerKind::submission, "zhang", "[]", plan_.now);
        Changes changes;
        changes.figures = {figure(0, "2023-08", 1, 12)};
        changes.notices = {notice(1, "example-2023:overdue:monthly:samr:2023-08", plan_.now)};
        transaction->write(row_, plan_.view(), changes, entry);
    }
    for (const char* table : {"ledger", "figure", "notice", "plan WHERE now IS NOT NULL"}) EXPECT_EQ(count(store_->database(), table), 0) << table;

    const auto next = store_->begin();
    EXPECT_EQ(next->append(row_, LedgerKind::submission, "zhang", "[]", plan_.now), 1U) << "its number is given again";
}

TEST_F(StoreTest, a_process_that_dies_in_a_transaction_leaves_what_was_committed_and_nothing_else)
{
    store_.reset();
    const pid_t child = fork();
    if (child == 0) {
        Store store{path_};
        const auto row = store.bind(*plan_.policy);
        auto committed = store.begin();
        committed->append(row, LedgerKind::submission, "first", "[]", plan_.now);
        committed->write(row, plan_.view(), {}, 1);
        committed->commit();
        committed.reset();
        auto open = store.begin();
        for (int i = 0; i < 5'000; ++i) open->append(row, LedgerKind::submission, "second", std::string(1'000, 'x'), plan_.now);
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));

    StoreReader reader{path_};
    const auto entries = reader.ledger("", 1, 10);
    ASSERT_THAT(entries, SizeIs(1));
    EXPECT_EQ(entries[0].author, "first");
}

TEST_F(StoreTest, a_full_disk_is_said_plainly_and_work_goes_on_when_there_is_space_again)
{
    const std::string payload(2'000'000, 'x');
    store_->database().pragma(("max_page_count = " + std::to_string(store_->database().pragma("page_count") + 3)).c_str());
    EXPECT_THAT(error_of([&] {
                    const auto transaction = store_->begin();
                    transaction->append(row_, LedgerKind::submission, "zhang", payload, plan_.now);
                    transaction->commit();
                }),
                HasSubstr("the disk is full"));
    store_->database().pragma("max_page_count = 1000000");
    const auto transaction = store_->begin();
    EXPECT_EQ(transaction->append(row_, LedgerKind::submission, "zhang", payload, plan_.now), 1U);
    transaction->commit();
    EXPECT_EQ(count(store_->database(), "ledger"), 1);
}

TEST_F(StoreTest, many_plans_are_written_in_one_transaction)
{
    const ExamplePlan other{sources_with("example-2023", "other-2023")};
    const auto transaction = store_->begin();
    const auto other_row = transaction->bind(*other.policy);
    Changes changes;
    changes.figures = {figure(0, "2023-08", 1, 12)};
    transaction->write(row_, plan_.view(), changes, 1);
    changes.figures = {figure(0, "2023-08", 1, 34)};
    transaction->write(other_row, other.view(), changes, 2);
    transaction->commit();

    const PlanView views[] = {plan_.view(), other.view()};
    const auto snapshots = store_->snapshots(views);
    ASSERT_THAT(snapshots, SizeIs(2));
    EXPECT_EQ(snapshots[0].figures.at(0).figure.numerator, Decimal{12});
    EXPECT_EQ(snapshots[1].figures.at(0).figure.numerator, Decimal{34});
    EXPECT_THAT(store_->plans(), ElementsAre("example-2023", "other-2023"));
}

TEST_F(StoreTest, numbers_given_in_a_transaction_that_is_undone_are_not_used_after_it)
{
    const ExamplePlan more{sources_with(R"(units = ["samr"])", R"(units = ["samr", "agri"])")};
    { store_->begin()->bind(*more.policy); }
    EXPECT_EQ(count(store_->database(), "series"), 3);
    Changes changes;
    changes.figures = {figure(plan_.series("disposal", "samr"), "2023-08", 1, 1)};
    write(changes);
    EXPECT_EQ(store_->snapshot(plan_.view()).figures.at(0).series, plan_.series("disposal", "samr"));
}

// ---- what is kept for ever

TEST_F(StoreTest, what_happened_cannot_be_changed_or_removed)
{
    const auto transaction = store_->begin();
    const auto entry = transaction->append(row_, LedgerKind::submission, "zhang", "[]", plan_.now);
    Changes changes;
    changes.figures = {figure(0, "2023-08", 1, 12)};
    changes.transitions = {{plan_.now, AlertEvent::fired, alert(AlertKind::behind_pace, "batches", "", Phase::firing, plan_.now)}};
    transaction->write(row_, plan_.view(), changes, entry);
    transaction->commit();

    for (const char* sql : {"UPDATE ledger SET author = 'li'", "DELETE FROM ledger", "UPDATE figure SET numerator = 0", "DELETE FROM figure",
                            "UPDATE transition SET at = 0", "DELETE FROM transition"}) {
        EXPECT_THAT(error_of([&] { store_->database().execute(sql); }), HasSubstr("append-only")) << sql;
    }
}

TEST_F(StoreTest, a_verdict_stays_as_it_was_stamped)
{
    const auto deadline = plan_.deadline("monthly", period("2023-08"));
    const Instant due = plan_.deadlines[deadline].due.moment;
    Changes changes;
    changes.slots = {{deadline, plan_.unit("samr"), {0, SlotState::overdue, false}, due, Verdict{false, "到期未报"}}};
    write(changes);
    changes.slots = {{deadline, plan_.unit("samr"), {3'600, SlotState::late, false}, due + 1h, Verdict{true, "后来的说法"}}};
    write(changes);

    const auto slots = StoreReader{path_}.slots("example-2023");
    ASSERT_THAT(slots, SizeIs(1));
    EXPECT_EQ(slots[0].slot.state, SlotState::late);
    EXPECT_EQ(slots[0].slot.handed_in, 3'600);
    EXPECT_EQ(slots[0].changed, due + 1h);
    ASSERT_TRUE(slots[0].verdict);
    EXPECT_FALSE(slots[0].verdict->on_time);
    EXPECT_EQ(slots[0].verdict->why, "到期未报");
    EXPECT_EQ(slots[0].verdict_at, due);
    EXPECT_EQ(slots[0].verdict_version, plan_.policy->version);
    EXPECT_THAT(error_of([&] { store_->database().execute("UPDATE slot SET verdict = 1"); }), HasSubstr("a verdict is stamped once"));
    EXPECT_THAT(error_of([&] { store_->database().execute("DELETE FROM slot"); }), HasSubstr("a verdict is stamped once"));
}

// ---- plans and series

TEST_F(StoreTest, series_keep_their_numbers_when_the_plan_changes_and_come_back_in_the_plans_new_order)
{
    Changes changes;
    changes.figures = {figure(plan_.series("batches", "samr"), "2023-08", 1, 12), figure(plan_.series("disposal", "samr"), "2023-08", 1, 3)};
    write(changes);

    // The units change places, and a unit is new.
    plan_ = ExamplePlan{sources_with(R"(units = ["samr", "agri"])", R"(units = ["agri", "samr"])")};
    reopen();
    const auto snapshot = store_->snapshot(plan_.view());
    ASSERT_THAT(snapshot.figures, SizeIs(2));
    EXPECT_EQ(snapshot.figures[0].series, plan_.series("batches", "samr"));
    EXPECT_EQ(snapshot.figures[0].figure.numerator, Decimal{12});
    EXPECT_EQ(snapshot.figures[1].series, plan_.series("disposal", "samr"));
    EXPECT_EQ(count(store_->database(), "series"), 3);
}

TEST_F(StoreTest, the_newest_adoption_is_what_a_restart_begins_with)
{
    EXPECT_EQ(store_->adopted("example-2023"), std::nullopt);
    const auto adopt = [&](const char* payload, const char* when) {
        const auto transaction = store_->begin();
        const auto entry = transaction->append(row_, LedgerKind::adopt, "settings", payload, at(when));
        transaction->write(row_, plan_.view(), {}, entry);
        transaction->commit();
    };
    adopt("{\"first\":1}", "2023-09-01T00:00:00Z");
    adopt("{\"second\":2}", "2023-09-02T00:00:00Z");
    reopen();
    const auto adopted = store_->adopted("example-2023");
    ASSERT_TRUE(adopted);
    EXPECT_EQ(adopted->seq, 2U);
    EXPECT_EQ(adopted->at, at("2023-09-02T00:00:00Z"));
    EXPECT_EQ(adopted->payload, "{\"second\":2}");
    EXPECT_EQ(adopted->version, plan_.policy->version);
}

TEST_F(StoreTest, writing_under_a_plan_that_was_not_bound_is_a_bug_and_stores_nothing)
{
    const auto transaction = store_->begin();
    EXPECT_THROW(transaction->append(99, LedgerKind::submission, "zhang", "[]", plan_.now), std::logic_error);
}

// ---- the outbox

class OutboxTest : public StoreTest {
protected:
    OutboxTest()
    {
        Changes changes;
        for (const std::uint64_t number : {1, 2, 3, 4}) changes.notices.push_back(notice(number, id_, start_ + std::chrono::minutes{number}));
        for (const std::uint64_t number : {1, 2, 3}) {
            const Notice& packed = changes.notices[number - 1];
            changes.post.messages.push_back({number, packed.at, packed.recipient, {packed}});
        }
        write(changes);
    }
    void change(const std::function<void(Transaction&)>& act)
    {
        const auto transaction = store_->begin();
        act(*transaction);
        transaction->commit();
    }
    std::vector<std::uint64_t> ripe(Instant now, std::int64_t limit = 10)
    {
        std::vector<std::uint64_t> numbers;
        for (const MessageRow& row : store_->ripe("mail", now, limit)) numbers.push_back(row.message.number);
        return numbers;
    }
    const Instant start_ = at("2023-09-01T00:00:00Z");
    const std::string id_ = "example-2023:behind_pace:batches:-:-";
};

TEST_F(OutboxTest, messages_are_ripe_from_their_moment_on_the_longest_waiting_first)
{
    EXPECT_EQ(store_->next_try("mail"), start_ + 1min);
    EXPECT_THAT(ripe(start_), IsEmpty());
    EXPECT_THAT(ripe(start_ + 2min), ElementsAre(1, 2));
    EXPECT_THAT(ripe(start_ + 1h, 2), ElementsAre(1, 2));
}

TEST_F(OutboxTest, a_failed_try_makes_a_message_wait_and_keeps_its_message_id)
{
    const std::string message_id = store_->ripe("mail", start_ + 1h, 1).at(0).message_id;
    EXPECT_EQ(message_id, "<example-2023.1." + store_->instance() + "@planwatch>");
    change([&](Transaction& t) { t.record_try(row_, 1, {start_ + 2min, "mail", "retry", "451 try again later"}, start_ + 10min, "wecom"); });
    EXPECT_THAT(ripe(start_ + 9min), ElementsAre(2, 3));
    EXPECT_EQ(store_->next_try("mail"), start_ + 2min);
    EXPECT_EQ(store_->next_try("wecom"), start_ + 10min);
    reopen();
    const MessageRow row = store_->ripe("wecom", start_ + 1h, 10).at(0);
    EXPECT_EQ(row.message.number, 1U);
    EXPECT_EQ(row.channel, "wecom");
    EXPECT_EQ(row.channel_since, start_ + 2min);
    ASSERT_THAT(row.message.notices, SizeIs(1));
    EXPECT_EQ(row.message.notices[0].alert, id_);
    EXPECT_EQ(row.tries, 1U);
    EXPECT_EQ(row.answer, "451 try again later");
    EXPECT_EQ(row.message_id, message_id);
    EXPECT_EQ(row.message.recipient, (Recipient{"zhang", "张三", "mail", "zhang@example.org"}));
}

TEST_F(OutboxTest, a_closed_message_is_not_tried_again_and_stays_as_it_ended)
{
    change([&](Transaction& t) {
        t.close_message(row_, {1, {}, true, "mail", "250 ok"}, start_ + 5min);
        t.close_message(row_, {2, {}, false, "mail", "550 no such user"}, start_ + 6min);
    });
    EXPECT_THAT(ripe(start_ + 1h), ElementsAre(3));
    EXPECT_EQ(store_->waiting(), 1U);
    change([&](Transaction& t) {
        t.close_message(row_, {1, {}, false, "mail", "later"}, start_ + 9min);
        t.record_try(row_, 2, {start_, "mail", "retry", "later"}, start_, "mail");
    });
    StoreReader reader{path_};
    const auto first = reader.message("example-2023", 1);
    const auto second = reader.message("example-2023", 2);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->state, "delivered");
    EXPECT_EQ(first->answer, "250 ok");
    EXPECT_EQ(first->closed_at, start_ + 5min);
    EXPECT_EQ(second->state, "dead");
    EXPECT_EQ(second->tries, 1U);
    EXPECT_EQ(reader.message("example-2023", 3)->state, "waiting");
    EXPECT_EQ(reader.attempts("example-2023", 2).at(0).answer, "550 no such user");
}

TEST_F(OutboxTest, the_end_of_an_alert_does_not_overtake_its_beginning)
{
    Changes changes;
    Notice end = notice(5, id_, start_ + 5min);
    end.step = "resolved";
    changes.notices = {end};
    changes.post.messages = {{4, end.at, end.recipient, {end}}};
    write(changes);
    const auto message = [&](std::size_t place) { return store_->ripe("mail", start_ + 1h, 10).at(place); };
    EXPECT_EQ(store_->goes_first(message(1)), std::nullopt) << "one step of the ladder does not wait for another";
    change([&](Transaction& t) { t.put_off("example-2023", 3, start_ + 30min, "busy"); });
    EXPECT_EQ(store_->goes_first(message(2)), start_ + 30min);
    change([&](Transaction& t) {
        for (const std::uint64_t number : {1, 2, 3}) t.close_message(row_, {number, {}, true, "mail", "250 ok"}, start_ + 40min);
    });
    EXPECT_EQ(store_->goes_first(message(0)), std::nullopt);
}

TEST_F(OutboxTest, a_notice_that_waits_comes_back_and_one_that_was_dropped_does_not)
{
    ASSERT_THAT(store_->snapshot(plan_.view()).held, SizeIs(1));
    EXPECT_EQ(store_->snapshot(plan_.view()).held[0].number, 4U);
    Changes over;
    over.post.dropped = {{4, start_ + 1h, false}};
    write(over);
    EXPECT_THAT(store_->snapshot(plan_.view()).held, IsEmpty());
    StoreReader reader{path_};
    const auto notices = reader.notices("example-2023", id_);
    ASSERT_THAT(notices, SizeIs(4));
    EXPECT_EQ(notices[0].message, 1U);
    EXPECT_EQ(notices[3].message, std::nullopt);
    EXPECT_EQ(notices[3].dropped, "over");
    EXPECT_EQ(notices[3].dropped_at, start_ + 1h);
}

TEST_F(OutboxTest, a_message_put_off_is_not_tried)
{
    change([&](Transaction& t) { t.put_off("example-2023", 1, start_ + 10min, "the plan is not loaded"); });
    const MessageRow row = store_->ripe("mail", start_ + 1h, 10).at(2);
    EXPECT_EQ(row.message.number, 1U);
    EXPECT_EQ(row.tries, 0U);
    EXPECT_THAT(StoreReader{path_}.attempts("example-2023", 1), IsEmpty());
}

TEST_F(OutboxTest, the_last_number_given_is_remembered_across_a_restart)
{
    change([&](Transaction& t) { t.close_message(row_, {3, {}, true, "mail", "250 ok"}, start_ + 5min); });
    reopen();
    EXPECT_EQ(store_->snapshot(plan_.view()).last_notice, 4U);
    EXPECT_EQ(store_->snapshot(plan_.view()).last_message, 3U);
}

}  // namespace
}  // namespace planwatch::testing
