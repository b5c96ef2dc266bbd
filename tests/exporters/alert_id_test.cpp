#include "exporters/alert_id.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

TEST(AlertId, reads_back_what_was_written)
{
    const AlertKey keys[] = {
        {AlertKind::overdue, "quarterly_progress", "agri", "2023-Q3"},
        {AlertKind::behind_pace, "sampling_batches", "", ""},
        {AlertKind::undeliverable, "unit:agri", "", ""},
    };
    for (const AlertKey& key : keys) EXPECT_EQ(parse_alert_id(key.id("demo-2023")), key) << key.id("demo-2023");
}

TEST(AlertId, refuses_what_is_none)
{
    for (const char* text : {"", "demo-2023", "demo-2023:overdue", "demo-2023:overdue:x:y", "demo-2023:unheard_of:x:y:z"}) {
        EXPECT_EQ(parse_alert_id(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace planwatch
