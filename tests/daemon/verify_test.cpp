#include "daemon/verify.hpp"

#include "daemon/ledger_event.hpp"
#include "daemon/paper.hpp"
#include "exporters/report_paper.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <array>

namespace planwatch::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// A plan's autumn, written as the service writes it.
class VerifyTest : public ::testing::Test {
protected:
    VerifyTest()
    {
        adopt(sources(), at("2023-09-01T00:00:00Z"));
        submit("samr", "2023-08", "batches", 40, at("2023-09-05T02:00:00Z"));
        advance(at("2023-09-20T00:00:00Z"));
        submit("samr", "2023-08", "batches", 42, at("2023-09-21T02:00:00Z"));
        submit("agri", "2023-08", "batches", 7, at("2023-09-21T02:00:00Z"));
        deliver(1, true, at("2023-09-21T02:00:05Z"));
        deliver(2, false, at("2023-09-21T02:00:06Z"));
        file("samr", "annual", "2023", at("2023-10-09T02:00:00Z"));
        adopt(sources_with("11-20", "11-11"), at("2023-10-10T00:00:00Z"));
        advance(at("2023-11-15T00:00:00Z"));
        acknowledge(at("2023-11-15T01:00:00Z"));
        settle(Silence{"s1", {.kinds = {AlertKind::overdue}}, at("2023-11-15T01:00:00Z"), at("2023-11-20T00:00:00Z"), "li", "检修"}, LedgerKind::silence,
               at("2023-11-15T01:00:00Z"));
        settle_slot(RawExtension{"monthly", "samr", "2023-11", parse_day("2023-12-20").value(), "wang", "台风"}, LedgerKind::extension, at("2023-11-16T01:00:00Z"));
        settle(SilenceEnd{"s1", "wang"}, LedgerKind::silence_end, at("2023-11-17T01:00:00Z"));
        settle_slot(RawWaiver{"annual", "agri", "2023", "wang", "机构撤并"}, LedgerKind::waiver, at("2023-11-18T01:00:00Z"));
        send_report(at("2023-11-19T01:00:00Z"));
        advance(at("2023-12-01T00:00:00Z"));
        store_.reset();
    }

    void write(Transaction& transaction, const Changes& changes, std::uint64_t entry) { transaction.write(row_, *engine_, changes, entry); }
    void adopt(const Sources& what, Instant when)
    {
        const auto policy = compiled(what);
        const auto transaction = store_->begin();
        Changes changes;
        if (engine_) {
            write(*transaction, engine_->advance(when), 0);
            changes = engine_->adopt(policy, when);
        } else {
            engine_ = std::make_unique<Engine>(policy, when);
            changes = engine_->advance(when);
        }
        row_ = transaction->bind(*policy);
        write(*transaction, changes, transaction->append(row_, LedgerKind::adopt, "settings", to_payload(what), engine_->now()));
        transaction->commit();
    }
    void submit(const char* unit, const char* when, const char* indicator, int value, Instant now)
    {
        const std::array raw{RawSubmission{"example-2023", unit, when, {{indicator, Decimal{value}, {}, {}}}, ""}};
        auto admitted = engine_->admit(raw, now);
        ASSERT_TRUE(admitted) << to_text(admitted.error());
        const auto transaction = store_->begin();
        const auto entry = transaction->append(row_, LedgerKind::submission, "zhang", to_payload(raw), now);
        for (Submission& submission : *admitted) write(*transaction, engine_->apply(std::move(submission), now), entry);
        transaction->commit();
    }
    void file(const char* unit, const char* duty, const char* when, Instant now)
    {
        const std::array raw{RawFiling{"example-2023", unit, duty, when, "年度总结", "", ""}};
        auto admitted = engine_->admit(raw[0], now);
        ASSERT_TRUE(admitted) << to_text(admitted.error());
        const auto transaction = store_->begin();
        const auto entry = transaction->append(row_, LedgerKind::filing, "zhang", to_payload(raw), now);
        write(*transaction, engine_->apply(std::move(*admitted), now), entry);
        transaction->commit();
    }
    void deliver(std::uint64_t number, bool delivered, Instant now)
    {
        const Delivery delivery{number, {"unit:samr", "区市场监管局", "mail", ""}, delivered, "mail", delivered ? "250 ok" : "550 no such user"};
        const auto transaction = store_->begin();
        const auto entry = transaction->append(row_, LedgerKind::delivery, "courier", to_payload(delivery), now);
        write(*transaction, engine_->apply(delivery, now), entry);
        transaction->close_message(row_, delivery, now);
        transaction->commit();
    }
    template <class What>
    void settle(const What& event, LedgerKind kind, Instant now)
    {
        const auto transaction = store_->begin();
        const auto entry = transaction->append(row_, kind, "li", to_payload(event), now);
        write(*transaction, engine_->apply(event, now), entry);
        transaction->commit();
    }
    template <class Raw>
    void settle_slot(const Raw& raw, LedgerKind kind, Instant now)
    {
        const auto admitted = engine_->admit(raw, now);
        ASSERT_TRUE(admitted) << to_text(admitted.error());
        const auto transaction = store_->begin();
        const auto entry = transaction->append(row_, kind, "wang", to_payload(raw), now);
        write(*transaction, engine_->apply(*admitted, now), entry);
        transaction->commit();
    }
    void send_report(Instant now)
    {
        const ReportPaper paper{"主题", "文字", "<p>文字</p>", {{"pace", "PNG", "进度", 320, 40}}, "PK", "报告.xlsx"};
        const ReportSent report{ReportKind::monthly, period("2023-10"), "", "", at("2023-11-03T01:00:00Z"), "10月指标报告", to_hex(digest_of(paper)),
                                {{"zhang", "张三", "mail", "zhang@example.org"}, {"office", "食安办", "mail", ""}}};
        const auto transaction = store_->begin();
        const Changes changes = engine_->apply(report, now);
        const auto entry = transaction->append(row_, LedgerKind::report, "planwatch", to_payload(report), now);
        transaction->write_report(row_, report, entry, now);
        transaction->write_paper(entry, paper);
        write(*transaction, changes, entry);
        transaction->commit();
    }
    void acknowledge(Instant now)
    {
        ASSERT_FALSE(engine_->alerts().empty());
        const Acknowledgement ack{engine_->alerts().begin()->first.id("example-2023"), "li", now + 72h, "已联系"};
        const auto transaction = store_->begin();
        const auto entry = transaction->append(row_, LedgerKind::acknowledgement, "li", to_payload(ack), now);
        write(*transaction, engine_->apply(ack, now), entry);
        transaction->commit();
    }
    void advance(Instant now)
    {
        const auto transaction = store_->begin();
        write(*transaction, engine_->advance(now), 0);
        transaction->commit();
    }
    VerifyReport report()
    {
        StoreReader reader{path_};
        return verify(reader);
    }

    TempFolder folder_;
    std::string path_ = folder_ / "planwatch.db";
    std::unique_ptr<Store> store_ = std::make_unique<Store>(path_);
    std::unique_ptr<Engine> engine_;
    std::int64_t row_ = 0;
};

TEST_F(VerifyTest, an_untouched_database_is_sound)
{
    const VerifyReport result = report();
    EXPECT_TRUE(result.sound()) << to_text(result.problems);
    EXPECT_EQ(result.entries, 14U);
    Database database{path_, Database::Mode::read};
    std::int64_t rows = 0;
    for (const char* table : {"plan", "series", "figure", "slot", "alert", "transition", "notice", "message", "silence", "decision", "report"}) {
        EXPECT_GT(count(database, table), 0) << table << " is empty: nothing of it was compared";
        rows += count(database, table);
    }
    EXPECT_EQ(result.rows, static_cast<std::uint64_t>(rows));
}

TEST_F(VerifyTest, tells_its_progress_to_the_end)
{
    StoreReader reader{path_};
    std::uint64_t last = 0;
    verify(reader, [&](std::uint64_t done, std::uint64_t all) {
        EXPECT_EQ(all, 14U);
        last = done;
    });
    EXPECT_EQ(last, 14U);
}

TEST_F(VerifyTest, every_change_by_another_hand_is_found_and_named)
{
    const struct {
        const char* name;
        const char* sql;
        const char* path;
        const char* says;
    } cases[] = {
        {"a changed payload", "UPDATE ledger SET payload = replace(payload, '40', '90') WHERE seq = 2", "ledger/2", "the hash does not fit"},
        {"a changed author", "UPDATE ledger SET author = 'wang' WHERE seq = 2", "ledger/2", "the hash does not fit"},
        {"a changed hash", "UPDATE ledger SET hash = zeroblob(32) WHERE seq = 3", "ledger/3", "the hash does not fit"},
        {"a hash that is none", "UPDATE ledger SET hash = 'x' WHERE seq = 3", "ledger/3", "no valid hash"},
        {"an entry that is gone", "DELETE FROM ledger WHERE seq = 4", "ledger/5", "entries 4 to 4 are missing"},
        {"the newest entry gone", "DELETE FROM ledger WHERE seq = 14", "report", "nothing in the ledger gives this row"},
        {"a changed figure", "UPDATE figure SET numerator = 90000000 WHERE id = 1", "figure",
         "numerator is \"90000000\", and the ledger gives \"40000000\""},
        {"a figure that is gone", "DELETE FROM figure WHERE id = 3", "figure", "is missing, and the ledger gives it"},
        {"a figure too many", "INSERT INTO figure SELECT 99, series, period, 7, 1, 0, at, entry FROM figure WHERE id = 1", "figure",
         "nothing in the ledger gives this row"},
        {"a verdict", "UPDATE slot SET verdict = 1 - verdict WHERE duty = (SELECT id FROM word WHERE text = 'monthly') AND unit = (SELECT id FROM word WHERE text = 'agri') AND verdict IS NOT NULL", "slot", "verdict is"},
        {"the arithmetic of a verdict", "UPDATE slot SET verdict_why = verdict_version WHERE verdict IS NOT NULL", "slot", "verdict_why is"},
        {"an alert's state", "UPDATE alert SET state = 'resolved'", "alert", "state is"},
        {"a transition's moment", "UPDATE transition SET at = at + 1 WHERE id = 1", "transition", "at is"},
        {"a notice's recipient", "UPDATE notice SET recipient = 'nobody' WHERE number = 1", "notice", "recipient is \"nobody\""},
        {"a silence that never ended", "UPDATE silence SET ended = NULL, ended_by = NULL", "silence", "ended is nothing"},
        {"an extension's reason", "UPDATE decision SET reason = '' WHERE id = 1", "decision", "reason is \"\""},
        {"a message that was never delivered", "UPDATE message SET state = 'delivered', closed_at = 1 WHERE number = 3", "message",
         "state is \"delivered\", and the ledger gives \"waiting\""},
        {"a series renamed", "UPDATE series SET unit = 'town' WHERE id = 1", "series", "unit samr): is missing"},
        {"a report's title", "UPDATE report SET title = ''", "report", "title is \"\""},
        {"a message that carries no report any more", "UPDATE message SET report = NULL", "message", "report is nothing"},
        {"a word of a paper", "UPDATE report_part SET bytes = x'00' WHERE part = 'text'", "report_part/14", "the paper is not the one that was sent: 10月指标报告"},
        {"a picture that is gone", "DELETE FROM report_part WHERE part = 'picture'", "report_part/14", "the paper is not the one that was sent: 10月指标报告"},
        {"a paper that is gone", "DELETE FROM report_part", "report_part/14", "the paper that was sent is missing: 10月指标报告"},
        {"the plan's version", "UPDATE plan SET version = 'f00'", "plan", "version is \"f00\""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const std::string copy = folder_ / "copy.db";
        std::filesystem::remove(copy);
        std::filesystem::copy_file(path_, copy);
        {
            Database database{copy, Database::Mode::write};
            for (const char* trigger : {"ledger_is_kept", "ledger_is_whole", "figure_is_kept", "figure_is_whole", "transition_is_kept",
                                        "transition_is_whole", "verdict_is_final", "slot_is_kept", "decision_is_kept", "decision_is_whole",
                                        "report_is_kept", "report_is_whole", "report_part_is_kept", "report_part_is_whole"})
                database.execute(("DROP TRIGGER " + std::string{trigger}).c_str());
            database.execute("PRAGMA foreign_keys = OFF");
            database.execute(c.sql);
        }
        StoreReader reader{copy};
        const VerifyReport result = verify(reader);
        const bool named = std::any_of(result.problems.begin(), result.problems.end(), [&](const Problem& problem) {
            return problem.path == c.path && problem.message.find(c.says) != std::string::npos;
        });
        EXPECT_TRUE(named) << to_text(result.problems);
    }
}

TEST_F(VerifyTest, a_partial_batch_that_corrects_itself_is_replayed_as_it_was_admitted)
{
    store_ = std::make_unique<Store>(path_);
    row_ = store_->bind(engine_->policy());
    const Instant now = at("2023-12-02T00:00:00Z");
    const std::array raw{RawSubmission{"example-2023", "samr", "2023-09", {{"batches", Decimal{5}, {}, {}}}, ""},
                         RawSubmission{"example-2023", "samr", "2023-09", {{"batches", Decimal{6}, {}, {}}}, ""}};
    ASSERT_FALSE(engine_->admit(raw, now)) << "together they are refused";
    {
        const auto transaction = store_->begin();
        const auto entry = transaction->append(row_, LedgerKind::submission, "zhang", to_payload(raw), now);
        for (const RawSubmission& one : raw)
            write(*transaction, engine_->apply(engine_->admit(std::span{&one, 1}, now).value().front(), now), entry);
        transaction->commit();
    }
    const VerifyReport result = report();
    EXPECT_TRUE(result.sound()) << to_text(result.problems);
    EXPECT_EQ(result.entries, 15U);
}

TEST_F(VerifyTest, how_often_a_message_was_tried_is_no_matter_of_the_ledger)
{
    Database{path_, Database::Mode::write}.execute("UPDATE message SET tries = 5, next_try = next_try + 60000, answer = '451' WHERE state = 'waiting'");
    const VerifyReport result = report();
    EXPECT_TRUE(result.sound()) << to_text(result.problems);
}

}  // namespace
}  // namespace planwatch::testing
