#include "rules/alert.hpp"

#include "tests/rules/values.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using namespace planwatch::testing;
using namespace std::chrono_literals;

TEST(AlertSteps, FireOnceTheBreachHasLasted)
{
    const Instant noon = instant("2023-11-01T12:00:00Z");
    const AlertState calm{};
    const AlertState waiting{Phase::pending, noon};
    const AlertState burning{Phase::firing, noon};
    const struct { const char* name; AlertState from; bool breached; std::chrono::seconds later; std::chrono::seconds hold; Step want; } cases[] = {
        {"calm stays calm", calm, false, 0s, 60s, {calm}},
        {"a breach begins to wait", calm, true, 0s, 60s, {waiting, AlertEvent::pending}},
        {"without a hold it fires at once", calm, true, 0s, 0s, {burning, AlertEvent::fired}},
        {"a short breach waits on", waiting, true, 59s, 60s, {waiting}},
        {"a long breach fires, from now", waiting, true, 60s, 60s, {{Phase::firing, noon + 60s}, AlertEvent::fired}},
        {"a breach that ends in time lapses", waiting, false, 59s, 60s, {calm, AlertEvent::lapsed}},
        {"a firing alert goes on since it fired", burning, true, 3600s, 60s, {burning}},
        {"and is resolved once", burning, false, 3600s, 60s, {calm, AlertEvent::resolved}},
    };
    for (const auto& c : cases) EXPECT_EQ(step(c.from, c.breached, noon + c.later, c.hold), c.want) << c.name;
}

TEST(AlertKeys, AreSpelledWithADashForWhatDoesNotApply)
{
    EXPECT_EQ((AlertKey{AlertKind::overdue, "quarterly_progress", "agri", "2023-Q4"}).id("beichen-2023"),
              "beichen-2023:overdue:quarterly_progress:agri:2023-Q4");
    EXPECT_EQ((AlertKey{AlertKind::behind_pace, "samr_sampling_batches", "", ""}).id("beichen-2023"),
              "beichen-2023:behind_pace:samr_sampling_batches:-:-");
}

TEST(AlertKeys, AreReadBackFromTheirId)
{
    const AlertKey keys[] = {
        {AlertKind::overdue, "quarterly_progress", "agri", "2023-Q4"},
        {AlertKind::behind_pace, "samr_sampling_batches", "", ""},
        {AlertKind::undeliverable, "unit:agri", "", ""},
    };
    for (const AlertKey& key : keys) EXPECT_EQ(AlertKey::parse(key.id("beichen-2023"), "beichen-2023"), key);
}

TEST(AlertKeys, OfAnotherPlanOrShapeAreNone)
{
    for (const char* id : {"", "beichen-2023", "beichen-2023:", "beichen-2023:overdue", "beichen-2023:overdue:a:b", "beichen-2023:late:a:b:2023",
                           "beichen-2022:overdue:a:b:2023", "beichen-20233:overdue:a:b:2023"})
        EXPECT_FALSE(AlertKey::parse(id, "beichen-2023")) << id;
}

TEST(AlertKinds, AreReadAsTheyAreWritten)
{
    const struct { AlertKind kind; const char* text; const char* name; } cases[] = {
        {AlertKind::due_soon, "due_soon", "即将到期"},        {AlertKind::overdue, "overdue", "逾期未报"},
        {AlertKind::behind_pace, "behind_pace", "落后序时"},  {AlertKind::target_missed, "target_missed", "目标未达"},
        {AlertKind::below_hold, "below_hold", "未能保持"},    {AlertKind::implausible, "implausible", "数据存疑"},
        {AlertKind::undeliverable, "undeliverable", "通知未达"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(to_string(c.kind), c.text);
        EXPECT_EQ(kind_name(c.kind), c.name);
        EXPECT_EQ(parse_alert_kind(c.text), c.kind);
    }
    EXPECT_EQ(parse_alert_kind("late"), std::nullopt);
    EXPECT_EQ(to_string(Phase::inactive), "inactive");
    EXPECT_EQ(to_string(Phase::firing), "firing");
}

TEST(AlertId, reads_back_what_was_written)
{
    const AlertKey keys[] = {
        {AlertKind::overdue, "quarterly_progress", "agri", "2023-Q3"},
        {AlertKind::behind_pace, "sampling_batches", "", ""},
        {AlertKind::undeliverable, "unit:agri", "", ""},
    };
    for (const AlertKey& key : keys) EXPECT_EQ(AlertKey::parse(key.id("demo-2023"), "demo-2023"), key) << key.id("demo-2023");
}

TEST(AlertId, refuses_what_is_none)
{
    for (const char* text : {"", "demo-2023", "demo-2023:overdue", "demo-2023:overdue:x:y", "demo-2023:unheard_of:x:y:z"}) {
        EXPECT_EQ(AlertKey::parse(text, "demo-2023"), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace planwatch
