#include "daemon/ledger.hpp"

#include "daemon/ledger_event.hpp"
#include "tests/daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <set>
#include <stdexcept>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(Ledger, the_seal_is_the_documented_hash)
{
    // Computed apart, with Python's hashlib: 32 zeros, 1, 1690000000123, "p", 2, "zhang", "[]" as the header describes.
    EXPECT_EQ(to_hex(seal(Digest{}, 1, Instant{std::chrono::milliseconds{1'690'000'000'123}}, "p", LedgerKind::submission, "zhang", "[]")),
              "86d3b046ce8ab66c182df0f3762fe4a726112c645a0336832dc20f2fc60d522f");
}

TEST(Ledger, every_field_and_every_boundary_between_fields_counts)
{
    const Instant when = at("2023-09-01T00:00:00Z");
    Digest other{};
    other[31] = 1;
    const std::set<Digest> seals{
        seal({}, 1, when, "plan", LedgerKind::submission, "zhang", "[]"),
        seal(other, 1, when, "plan", LedgerKind::submission, "zhang", "[]"),
        seal({}, 2, when, "plan", LedgerKind::submission, "zhang", "[]"),
        seal({}, 1, when + std::chrono::milliseconds{1}, "plan", LedgerKind::submission, "zhang", "[]"),
        seal({}, 1, when, "plam", LedgerKind::submission, "zhang", "[]"),
        seal({}, 1, when, "plan", LedgerKind::filing, "zhang", "[]"),
        seal({}, 1, when, "plan", LedgerKind::submission, "zhang[", "]"),
        seal({}, 1, when, "plan", LedgerKind::submission, "", "zhang[]"),
    };
    EXPECT_THAT(seals, SizeIs(8));
}

TEST(Ledger, the_chain_goes_on_after_a_restart)
{
    const TempFolder folder;
    const ExamplePlan plan;
    for (const char* author : {"first", "second"}) {
        Store store{folder / "a.db"};
        const auto row = store.bind(*plan.policy);
        const auto transaction = store.begin();
        transaction->append(row, LedgerKind::submission, author, "[]", plan.now);
        transaction->commit();
    }
    const auto entries = StoreReader{folder / "a.db"}.ledger("", 1, 10);
    ASSERT_THAT(entries, SizeIs(2));
    EXPECT_EQ(entries[0].hash, seal({}, 1, plan.now, "example-2023", LedgerKind::submission, "first", "[]"));
    EXPECT_EQ(entries[1].hash, seal(entries[0].hash, 2, plan.now, "example-2023", LedgerKind::submission, "second", "[]"));
}

// ---- payloads

template <class Value>
Value read_back(LedgerKind kind, const std::string& payload)
{
    const auto event = parse_payload(kind, payload);
    if (!event) throw std::runtime_error{payload + "\n" + to_text(event.error())};
    return std::get<Value>(*event);
}

TEST(LedgerEvent, submissions_are_read_back_equal)
{
    const std::vector<RawSubmission> submissions{
        {"p", "samr", "2023-09", {{"batches", Decimal{412}, {}, {}}, {"disposal", {}, Decimal{37}, Decimal{38}}}, "说明 \"引号\""},
        {"p", "agri", "2023-09", {{"batches", Decimal::from_micros(6'500'000), {}, {}}}, ""}};
    EXPECT_EQ(read_back<std::vector<RawSubmission>>(LedgerKind::submission, to_payload(submissions)), submissions);
}

TEST(LedgerEvent, filings_are_read_back_equal)
{
    const std::vector<RawFiling> filings{{"p", "samr", "annual", "2023", "年度总结", "津北食安〔2023〕1号", ""}};
    EXPECT_EQ(read_back<std::vector<RawFiling>>(LedgerKind::filing, to_payload(filings)), filings);
}

TEST(LedgerEvent, sources_are_read_back_equal)
{
    EXPECT_EQ(read_back<Sources>(LedgerKind::adopt, to_payload(sources())), sources());
}

TEST(LedgerEvent, an_acknowledgement_is_read_back_equal)
{
    const Acknowledgement ack{"p:overdue:monthly:samr:2023-08", "李\\四", at("2023-09-08T00:00:00.250Z"), "已联系"};
    const auto back = read_back<Acknowledgement>(LedgerKind::acknowledgement, to_payload(ack));
    EXPECT_EQ(back.alert, ack.alert);
    EXPECT_EQ(back.by, ack.by);
    EXPECT_EQ(back.until, ack.until);
    EXPECT_EQ(back.comment, ack.comment);
}

TEST(LedgerEvent, a_delivery_is_read_back_equal)
{
    const Delivery delivery{17, {"zhang", "张三", "mail", "zhang@example.org"}, false, "mail", "550 5.1.1 \"no such user\""};
    const auto back = read_back<Delivery>(LedgerKind::delivery, to_payload(delivery));
    EXPECT_EQ(back.message, 17U);
    EXPECT_EQ(back.recipient, delivery.recipient);
    EXPECT_FALSE(back.delivered);
    EXPECT_EQ(back.answer, delivery.answer);
}

TEST(LedgerEvent, what_people_settle_is_read_back_equal)
{
    const Silence silence{"s1", {{AlertKind::overdue}, {"monthly"}, {"samr"}, Severity::warning}, at("2023-09-08T00:00:00.250Z"), at("2023-09-09T00:00:00Z"), "李四", "检修"};
    EXPECT_EQ(read_back<Silence>(LedgerKind::silence, to_payload(silence)), silence);
    EXPECT_EQ(read_back<SilenceEnd>(LedgerKind::silence_end, to_payload(SilenceEnd{"s1", "李四"})).id, "s1");
    const auto extension = read_back<RawExtension>(LedgerKind::extension, to_payload(RawExtension{"monthly", "samr", "2023-08", Day{std::chrono::days{19'600}}, "王五", "台风"}));
    EXPECT_EQ(std::tie(extension.duty, extension.unit, extension.period, extension.by, extension.reason), std::tuple("monthly", "samr", "2023-08", "王五", "台风"));
    EXPECT_EQ(extension.until, Day{std::chrono::days{19'600}});
    const auto waiver = read_back<RawWaiver>(LedgerKind::waiver, to_payload(RawWaiver{"annual", "agri", "2023", "王五", "撤并"}));
    EXPECT_EQ(std::tie(waiver.duty, waiver.unit, waiver.period, waiver.by, waiver.reason), std::tuple("annual", "agri", "2023", "王五", "撤并"));
}

TEST(LedgerEvent, a_report_is_read_back_equal)
{
    const ReportSent report{ReportKind::reminder, period("2023-09"), "agri", "index", at("2023-10-09T01:00:00Z"), "催办单 \"九月\"", std::string(64, 'a'),
                            {{"zhang", "张三", "mail", "zhang@example.org"}, {"office", "食安办", "mail", ""}}};
    EXPECT_EQ(read_back<ReportSent>(LedgerKind::report, to_payload(report)), report);
    EXPECT_EQ(parse_ledger_kind(10), LedgerKind::report);
    EXPECT_EQ(to_string(LedgerKind::report), "report");
}

TEST(LedgerEvent, a_damaged_payload_names_every_member_that_is_wrong)
{
    const struct {
        LedgerKind kind;
        const char* payload;
        Problems want;
    } cases[] = {
        {LedgerKind::delivery, R"({"message":-1,"delivered":"yes","channel":"mail","answer":"","recipient":{"id":"a","name":"b","channel":"mail"}})",
         {{"/message", "a whole number was expected"}, {"/delivered", "true or false was expected"}, {"/recipient/address", "a text was expected"}}},
        {LedgerKind::delivery, "[]", {{"", "an object was expected"}, {"/recipient", "an object was expected"}}},
        {LedgerKind::report, R"({"kind":"hourly","period":"soon","unit":"","composite":"","as_of":"2023-10-09T01:00:00Z","title":"","sha256":"","recipients":{}})",
         {{"/kind", "a kind of report was expected"}, {"/period", "a period was expected"}, {"/recipients", "a list of recipients was expected"}}},
        {LedgerKind::acknowledgement, R"({"alert":"a","by":"b","until":"tomorrow","comment":""})", {{"/until", "'tomorrow' is no instant; expected RFC 3339 with an offset"}}},
    };
    for (const auto& c : cases) {
        const auto event = parse_payload(c.kind, c.payload);
        ASSERT_FALSE(event) << c.payload;
        EXPECT_EQ(event.error(), c.want) << c.payload << "\n" << to_text(event.error());
    }
}

}  // namespace
}  // namespace planwatch::testing
