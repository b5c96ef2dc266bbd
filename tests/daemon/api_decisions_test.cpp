// What people settle over the API: silences, extensions, waivers, and how slots show them.
#include "tests/daemon/api_fixture.hpp"

#include <gmock/gmock.h>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* annual = "/api/v1/slots/example-2023:annual:samr:2023";
constexpr const char* overdue_report = "/api/v1/slots/example-2023:monthly:samr:2023-09";  // overdue since 10-11

class ApiDecisionsTest : public ApiTest {
protected:
    boost::json::value slot(const char* duty, const char* unit, const char* period)
    {
        const boost::json::value list = json(get(std::string{"/api/v1/slots?plan=example-2023&unit="} + unit + "&duty=" + duty + "&period=" + period));
        return items(list).at(0);
    }
    std::string silence(std::string body)
    {
        const Response response = post("/api/v1/silences", std::move(body));
        EXPECT_EQ(response.status, 201) << response.body;
        return std::string{json(response).at("id").as_string()};
    }
};

TEST_F(ApiDecisionsTest, a_silence_is_made_listed_and_ended_by_whom_the_token_names)
{
    const std::string id = silence(R"({"plan": "example-2023", "kinds": ["overdue"], "subjects": ["monthly"], "units": ["samr"], "for": "3d", "comment": "系统切换"})");
    EXPECT_THAT(id, ::testing::StartsWith("example-2023:"));
    boost::json::value list = json(get("/api/v1/silences?state=active"));
    ASSERT_EQ(items(list).size(), 1U);
    const boost::json::value& made = items(list)[0];
    EXPECT_EQ(made.at("by").as_string(), "head (token 1)");
    EXPECT_EQ(made.at("until").as_string(), "2023-10-23T09:00:00+08:00");
    EXPECT_EQ(made.at("most").as_string(), "critical");
    EXPECT_EQ(service_.engine("example-2023")->silences().size(), 1U);

    EXPECT_EQ(ask("DELETE", "/api/v1/silences/" + id, {.token = reader_token_}).status, 403);
    const Response ended = ask("DELETE", "/api/v1/silences/" + id);
    EXPECT_EQ(ended.status, 200) << ended.body;
    EXPECT_EQ(json(ended).at("ended_by").as_string(), "head (token 1)");
    EXPECT_EQ(json(ended).at("state").as_string(), "ended");
    EXPECT_EQ(ask("DELETE", "/api/v1/silences/" + id).status, 409) << "it has ended";
    EXPECT_EQ(ask("DELETE", "/api/v1/silences/example-2023:none").status, 404);
    EXPECT_EQ(ask("DELETE", "/api/v1/silences/none").status, 404);
    EXPECT_TRUE(items(json(get("/api/v1/silences?state=active"))).empty());
    EXPECT_EQ(items(json(get("/api/v1/silences?plan=example-2023&state=ended"))).size(), 1U);
    EXPECT_EQ(get("/api/v1/silences?state=over").status, 400);
}

TEST_F(ApiDecisionsTest, a_silence_that_is_still_to_begin_is_pending_and_its_length_counts_from_there)
{
    silence(R"({"plan": "example-2023", "from": "2023-10-25T00:00:00+08:00", "for": "1d", "comment": "盘点"})");
    const boost::json::value list = json(get("/api/v1/silences?state=pending"));
    ASSERT_EQ(items(list).size(), 1U);
    EXPECT_EQ(items(list)[0].at("until").as_string(), "2023-10-26T00:00:00+08:00");
}

TEST_F(ApiDecisionsTest, every_problem_of_a_silence_is_told_and_nothing_is_stored)
{
    const std::uint64_t before = entries();
    const struct {
        const char* body;
        int status;
        const char* says;
    } cases[] = {
        {"{", 400, ":"},
        {"[]", 422, "an object was expected"},
        {R"({"plan": "exmple-2023", "for": "3d", "comment": "x"})", 422, "/plan: unknown plan 'exmple-2023'; did you mean 'example-2023'?"},
        {R"({"plan": "example-2023", "comment": "x"})", 422, R"(/until: expected "until")"},
        {R"({"plan": "example-2023", "for": "3d"})", 422, "/comment: a text was expected"},
        {R"({"plan": "example-2023", "for": "3d", "comment": " "})", 422, "/comment: is empty"},
        {R"({"plan": "example-2023", "for": "3d", "comment": "x", "by": "somebody else"})", 422, "/by: unknown"},
        {R"({"plan": "example-2023", "for": "3d", "comment": "x", "kinds": ["overdu"]})", 422, "/kinds: unknown kind 'overdu'; did you mean 'overdue'?"},
        {R"({"plan": "example-2023", "for": "3d", "comment": "x", "units": ["agri", "smar"]})", 422, "/units/1: unknown unit 'smar' in plan example-2023; did you mean 'samr'?"},
        {R"({"plan": "example-2023", "for": "3d", "comment": "x", "subjects": ["anual"], "most": "grave"})", 422, "/subjects/0: unknown duty or indicator 'anual'"},
        {R"({"plan": "example-2023", "until": "2023-10-01T00:00:00Z", "comment": "x"})", 422, "/until: lies in the past"},
        {R"({"plan": "example-2023", "from": "2023-10-25T00:00:00Z", "until": "2023-10-24T00:00:00Z", "comment": "x"})", 422, "/until: does not lie after"},
    };
    for (const auto& [body, status, says] : cases) {
        const Response refused = post("/api/v1/silences", body);
        EXPECT_EQ(refused.status, status) << body << refused.body;
        EXPECT_THAT(errors(refused), HasSubstr(says)) << body;
    }
    EXPECT_EQ(post("/api/v1/silences", "{}", "text/plain").status, 415);
    EXPECT_EQ(ask("POST", "/api/v1/silences", {.body = "{}", .token = samr_}).status, 403);
    EXPECT_EQ(entries(), before);
}

TEST_F(ApiDecisionsTest, an_extension_moves_the_day_and_keeps_the_first)
{
    const Response response = post(std::string{annual} + "/extension", R"({"until": "2023-11-30", "reason": "数据核对"})");
    EXPECT_EQ(response.status, 200) << response.body;
    const boost::json::value shown = slot("annual", "samr", "2023");
    EXPECT_EQ(json(response), shown);
    EXPECT_EQ(shown.at("id").as_string(), "example-2023:annual:samr:2023");
    EXPECT_EQ(shown.at("due_date").as_string(), "2023-11-30");
    EXPECT_EQ(shown.at("due").as_string(), "2023-12-01T00:00:00+08:00");
    EXPECT_EQ(shown.at("first_due").as_string(), "2023-11-21T00:00:00+08:00");
    EXPECT_EQ(shown.at("extended"), (boost::json::value{{"until", "2023-11-30"}, {"by", "head (token 1)"}, {"reason", "数据核对"}}));
    EXPECT_TRUE(slot("annual", "agri", "2023").at("extended").is_null()) << "another unit's stays";
    EXPECT_EQ(slot("annual", "agri", "2023").at("due_date").as_string(), "2023-11-20");

    EXPECT_EQ(items(json(get("/api/v1/slots?unit=samr&duty=annual&from=2023-11-30&to=2023-11-30"))).size(), 1U) << "found by its new day";
    EXPECT_TRUE(items(json(get("/api/v1/slots?unit=samr&duty=annual&to=2023-11-20"))).empty()) << "and not by the old one";
    EXPECT_THAT(get("/api/v1/calendar.ics?unit=samr").body, HasSubstr("DTSTART;VALUE=DATE:20231130"));
    const boost::json::value decided = json(get("/api/v1/decisions?plan=example-2023"));
    ASSERT_EQ(items(decided).size(), 1U);
    EXPECT_EQ(items(decided)[0].at("kind").as_string(), "extension");
    EXPECT_EQ(items(decided)[0].at("slot").as_string(), "example-2023:annual:samr:2023");
    EXPECT_EQ(items(decided)[0].at("first_due").as_string(), "2023-11-21T00:00:00+08:00");
}

TEST_F(ApiDecisionsTest, a_waiver_ends_what_is_overdue_and_says_by_whom)
{
    EXPECT_EQ(slot("monthly", "samr", "2023-09").at("state").as_string(), "overdue");
    const Response response = post(std::string{overdue_report} + "/waiver", R"({"reason": "机构改革"})");
    EXPECT_EQ(response.status, 200) << response.body;
    const boost::json::value shown = slot("monthly", "samr", "2023-09");
    EXPECT_EQ(shown.at("state").as_string(), "waived");
    EXPECT_EQ(shown.at("waived"), (boost::json::value{{"by", "head (token 1)"}, {"reason", "机构改革"}}));
    EXPECT_EQ(get("/api/v1/alerts/example-2023:overdue:monthly:samr:2023-09").body.find(R"("state":"firing")"), std::string::npos);
    const Response again = post(std::string{overdue_report} + "/waiver", R"({"reason": "机构改革"})");
    EXPECT_EQ(again.status, 409);
    EXPECT_THAT(errors(again), HasSubstr("waived already"));
}

TEST_F(ApiDecisionsTest, what_cannot_be_extended_or_waived_is_refused_with_the_reason)
{
    const std::uint64_t before = entries();
    const struct {
        std::string target;
        const char* body;
        int status;
        const char* says;
    } cases[] = {
        {std::string{overdue_report} + "/extension", R"({"until": "2023-11-30", "reason": "x"})", 409, "fallen due"},
        {std::string{annual} + "/extension", R"({"until": "2023-11-01", "reason": "x"})", 422, "/until"},
        {std::string{annual} + "/extension", R"({"until": "soon", "reason": "x"})", 422, "/until: 'soon' is no day"},
        {std::string{annual} + "/extension", R"({"until": "2023-11-30"})", 422, "/reason"},
        {std::string{annual} + "/extension", R"({"until": "2023-11-30", "reason": "x", "by": "me", "unit": "agri"})", 422, "/by: unknown"},
        {std::string{annual} + "/waiver", R"({})", 422, "/reason"},
        {std::string{annual} + "/waiver", "", 400, ":"},
        {"/api/v1/slots/example-2023:anual:samr:2023/waiver", R"({"reason": "x"})", 404, "did you mean 'annual'?"},
        {"/api/v1/slots/example-2023:annual:smar:2023/waiver", R"({"reason": "x"})", 404, "did you mean 'samr'?"},
        {"/api/v1/slots/example-2023:annual:samr:2024/waiver", R"({"reason": "x"})", 404, "GET /api/v1/slots"},
        {"/api/v1/slots/other-2023:annual:samr:2023/waiver", R"({"reason": "x"})", 404, "no slot"},
        {"/api/v1/slots/annual/waiver", R"({"reason": "x"})", 404, "no slot"},
    };
    for (const auto& [target, body, status, says] : cases) {
        const Response refused = post(target, body);
        EXPECT_EQ(refused.status, status) << target << body << refused.body;
        EXPECT_THAT(errors(refused) + refused.body, HasSubstr(says)) << target << body;
    }
    EXPECT_EQ(ask("POST", std::string{annual} + "/waiver", {.body = R"({"reason": "x"})", .token = samr_}).status, 403);
    EXPECT_EQ(entries(), before);
}

// ---- what happened

TEST_F(ApiDecisionsTest, history_is_asked_for_by_unit_kind_and_time_and_comes_in_pages_that_end_with_an_instant)
{
    clock_.time += std::chrono::hours{24 * 40};
    silence(R"({"plan": "example-2023", "units": ["samr"], "for": "3d", "comment": "系统切换"})");  // brings the plan to now
    const boost::json::value all = json(get("/api/v1/history?plan=example-2023"));
    const auto& rows = items(all);
    ASSERT_GT(rows.size(), 5U);
    EXPECT_FALSE(all.as_object().contains("next"));
    for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_LE(rows[i - 1].at("at").as_string(), rows[i].at("at").as_string());

    const boost::json::value of_samr = json(get("/api/v1/history?unit=samr&kind=overdue"));
    EXPECT_FALSE(items(of_samr).empty());
    for (const boost::json::value& row : items(of_samr)) {
        EXPECT_EQ(row.at("unit").as_string(), "samr");
        EXPECT_EQ(row.at("kind").as_string(), "overdue");
    }

    std::size_t paged = 0, pages = 0;
    for (std::string from; pages <= rows.size(); ++pages) {
        const boost::json::value page = json(get("/api/v1/history?limit=1" + (from.empty() ? from : "&from=" + from)));
        paged += items(page).size();
        if (!page.as_object().contains("next")) break;
        const std::string next{page.at("next").as_string()};
        ASSERT_GT(next, from) << "a page that does not lead on";
        from = next;
    }
    EXPECT_GT(pages, 1U);
    EXPECT_EQ(paged, rows.size()) << "nothing is lost or shown twice between pages";

    const Response table = get("/api/v1/history?format=csv");
    EXPECT_EQ(table.content_type, "text/csv; charset=utf-8");
    EXPECT_THAT(table.body, ::testing::StartsWith("at,plan,event,alert,kind,subject,unit,period,severity,step,recipient,name,channel,message,answer,why\r\n"));
    const boost::json::value before_all = json(get("/api/v1/history?to=2023-01-01T00:00:00Z"));
    EXPECT_TRUE(items(before_all).empty());
    EXPECT_EQ(get("/api/v1/history?kind=late&format=xls&limit=0").status, 400);
    EXPECT_EQ(ask("GET", "/api/v1/history", {.token = ""}).status, 401);
}

TEST_F(ApiDecisionsTest, a_units_moment_is_explained_by_what_held_then)
{
    const auto texts = [&](const char* at) {
        std::string all;
        const boost::json::value document = json(get(std::string{"/api/v1/explain?plan=example-2023&unit=samr&at="} + at));
        for (const boost::json::value& fact : document.at("facts").as_array()) all += std::string{fact.at("text").as_string()} + "\n";
        return all;
    };
    silence(R"({"plan": "example-2023", "units": ["samr"], "for": "3d", "comment": "系统切换"})");
    post(std::string{annual} + "/extension", R"({"until": "2023-11-30", "reason": "数据核对"})");
    clock_.time += std::chrono::hours{1};
    const std::string now = texts("2023-10-20 10:00");
    EXPECT_THAT(now, HasSubstr("系统切换"));
    EXPECT_THAT(now, HasSubstr("同意 annual 2023 延期至 2023-11-30：数据核对"));
    EXPECT_THAT(now, HasSubstr("预警“逾期未报”"));

    EXPECT_EQ(get("/api/v1/explain?unit=samr").status, 400) << "no moment";
    EXPECT_EQ(get("/api/v1/explain?at=2023-10-20").status, 400) << "no unit";
    EXPECT_EQ(get("/api/v1/explain?unit=samr&at=2024-10-20").status, 400) << "to come";
    EXPECT_EQ(get("/api/v1/explain?unit=samr&at=2023-01-01").status, 404) << "before the plan";
}

TEST_F(ApiDecisionsTest, an_alert_that_ended_before_anybody_was_told_is_explained_as_that)
{
    clock_.time = at("2023-11-21T01:00:00+08:00");  // overdue at midnight; told of at nine
    post("/api/v1/filings", R"({"plan": "example-2023", "unit": "samr", "duty": "annual", "period": "2023", "title": "总结"})");
    clock_.time = at("2023-11-21T10:00:00+08:00");
    const boost::json::value document = json(get("/api/v1/explain?plan=example-2023&unit=samr&at=2023-11-21 10:00"));
    std::string all;
    for (const boost::json::value& fact : document.at("facts").as_array())
        if (fact.at("alert") == "example-2023:overdue:annual:samr:2023") all += std::string{fact.at("text").as_string()} + "\n";
    EXPECT_THAT(all, HasSubstr("预警“逾期未报”解除"));
    EXPECT_THAT(all, HasSubstr("发出之前事情已经了结，没有发出"));
    EXPECT_THAT(all, ::testing::Not(HasSubstr("还没有")));
}

TEST_F(ApiDecisionsTest, an_id_that_is_no_slots_is_told_its_form)
{
    const Response refused = post("/api/v1/slots/example-2023:annual/waiver", R"({"reason": "x"})");
    EXPECT_EQ(refused.status, 404);
    EXPECT_THAT(refused.body, HasSubstr("a slot's id is plan:duty:unit:period"));
}

}  // namespace
}  // namespace planwatch::testing
