#include "rules/directory.hpp"

#include <gtest/gtest.h>

namespace planwatch {
namespace {

using enum Audience;

const Unit agri{.id = "agri", .name = "区农业农村委"};
const Unit samr{.id = "samr", .name = "区市场监管局"};

Plan plan(std::string id)
{
    Plan plan;
    plan.id = std::move(id);
    return plan;
}

Directory directory()
{
    return Directory{{
        {"zhang", "张三", {}, {"agri"}, {reporter}, {{"mail", "zhang@example.org"}, {"chat", "zhang"}}},
        {"li", "李四", {"beichen-2023"}, {"agri", "samr"}, {reporter, unit_head}, {{"mail", "li@example.org"}}},
        {"wang", "王五", {}, {"agri"}, {lead_unit}, {}},
        {"fso", "食安办值班", {}, {}, {office}, {{"mail", "fso@example.org"}}},
    }};
}

std::vector<std::string> ids(const std::vector<Recipient>& recipients)
{
    std::vector<std::string> found;
    for (const Recipient& recipient : recipients) found.push_back(recipient.id);
    return found;
}

TEST(Directories, ReachThePeopleOfAnAudience)
{
    using Ids = std::vector<std::string>;
    const struct { const char* name; const char* plan; Audience audience; const Unit* unit; Ids want; } cases[] = {
        {"all who report for a unit, in order", "beichen-2023", reporter, &agri, {"zhang", "li"}},
        {"contacts of other plans are left out", "jincheng-2023", reporter, &agri, {"zhang"}},
        {"a unit without a contact stands in for itself", "jincheng-2023", reporter, &samr, {"unit:samr"}},
        {"a unit's head", "beichen-2023", unit_head, &samr, {"li"}},
        {"a unit without a head stands in for it", "jincheng-2023", unit_head, &agri, {"unit:agri"}},
        {"a lead unit's own people and its reporters", "beichen-2023", lead_unit, &agri, {"zhang", "li", "wang"}},
        {"the office", "beichen-2023", office, &agri, {"fso"}},
        {"leaders without a contact are told by the office", "beichen-2023", leaders, nullptr, {"fso"}},
        {"where no unit reports the office is told", "beichen-2023", reporter, nullptr, {"fso"}},
    };
    for (const auto& c : cases) EXPECT_EQ(ids(directory().reach(plan(c.plan), c.audience, c.unit)), c.want) << c.name;
}

TEST(Directories, UseTheFirstAddress)
{
    const auto found = directory().reach(plan("beichen-2023"), lead_unit, &agri);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0], (Recipient{"zhang", "张三", "mail", "zhang@example.org"}));
    EXPECT_EQ(found[2], (Recipient{"wang", "王五", "mail", ""}));
}

TEST(Directories, ThatAreEmptyStillReachSomebody)
{
    const Directory empty;
    EXPECT_EQ(empty.reach(plan("p"), reporter, &agri), (std::vector<Recipient>{{"unit:agri", "区农业农村委", "mail", ""}}));
    for (const Audience audience : {office, leaders})
        EXPECT_EQ(empty.reach(plan("p"), audience, &agri), (std::vector<Recipient>{{"office", "食安办", "mail", ""}}));
    EXPECT_EQ(empty.reach(plan("p"), unit_head, nullptr), (std::vector<Recipient>{{"office", "食安办", "mail", ""}}));
}

TEST(Directories, NameAPersonOnceWhoIsListedTwice)
{
    const Contact twice{"zhang", "张三", {}, {"agri"}, {reporter}, {{"mail", "zhang@example.org"}}};
    EXPECT_EQ(ids(Directory{{twice, twice}}.reach(plan("p"), reporter, &agri)), (std::vector<std::string>{"zhang"}));
}

TEST(Audiences, AreReadAsTheyAreWritten)
{
    for (const Audience audience : {reporter, unit_head, lead_unit, office, leaders}) EXPECT_EQ(parse_audience(to_string(audience)), audience);
    EXPECT_EQ(to_string(unit_head), "unit_head");
    EXPECT_EQ(parse_audience("boss"), std::nullopt);
}

}  // namespace
}  // namespace planwatch
