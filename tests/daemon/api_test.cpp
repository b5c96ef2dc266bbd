// Who may ask what, what is asked of plans, and the answers to questions that cannot be answered.
#include "tests/daemon/api_fixture.hpp"

#include <gmock/gmock.h>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* september = R"({"plan":"example-2023","unit":"samr","period":"2023-09","values":{"batches":40,"disposal":{"numerator":37,"denominator":38}}})";

// ---- who may come in

TEST_F(ApiTest, asks_for_a_token_and_refuses_those_it_does_not_know)
{
    for (const std::string& wrong : {std::string{}, std::string{"pw_unknown"}, std::string{"x"}}) {
        const Response response = ask("GET", "/api/v1/plans", {.token = wrong});
        EXPECT_EQ(response.status, 401) << wrong;
        EXPECT_EQ(response.headers, "WWW-Authenticate: Bearer realm=\"planwatch\"\r\n") << wrong;
    }
    const std::string gone = token({.role = TokenRole::read});
    EXPECT_EQ(ask("GET", "/api/v1/plans", {.token = gone}).status, 200);
    tokens_.revoke(tokens_.list().back().id, clock_.now());
    EXPECT_EQ(ask("GET", "/api/v1/plans", {.token = gone}).status, 401) << "revoked";
}

TEST_F(ApiTest, lets_each_role_do_its_own_part)
{
    const struct {
        const char* method;
        const char* target;
        int read, submit, admin;
    } cases[] = {
        {"GET", "/api/v1/plans", 200, 200, 200},
        {"GET", "/api/v1/indicators", 200, 200, 200},
        {"GET", "/api/v1/submissions", 200, 200, 200},
        {"POST", "/api/v1/submissions", 403, 400, 400},  // an empty body
        {"POST", "/api/v1/filings", 403, 400, 400},
        {"POST", "/api/v1/alerts/example-2023:overdue:monthly:samr:2023-07/ack", 403, 403, 400},
        {"POST", "/-/reload", 403, 403, 200},
    };
    for (const auto& [method, target, read, submit, admin] : cases) {
        EXPECT_EQ(ask(method, target, {.token = reader_token_}).status, read) << target;
        EXPECT_EQ(ask(method, target, {.token = samr_}).status, submit) << target;
        EXPECT_EQ(ask(method, target, {.token = admin_}).status, admin) << target;
    }
}

TEST_F(ApiTest, shows_a_token_its_own_plan_only)
{
    const std::string elsewhere = token({.role = TokenRole::read, .plan = "other-2023"});
    const auto as = [&](const char* target) { return ask("GET", target, {.token = elsewhere}); };
    EXPECT_EQ(as("/api/v1/plans").body, R"({"items":[]})");
    EXPECT_EQ(as("/api/v1/plans/example-2023").status, 404);
    EXPECT_EQ(as("/api/v1/indicators?plan=example-2023").status, 400);
    EXPECT_EQ(as("/api/v1/alerts").body, R"({"items":[]})");
    submit(september);
    EXPECT_EQ(as("/api/v1/submissions").body, R"({"items":[]})");
    EXPECT_EQ(as("/api/v1/alerts/example-2023:overdue:monthly:samr:2023-07").status, 404);
}

TEST_F(ApiTest, needs_a_token_for_metrics_and_health_from_elsewhere_only)
{
    for (const char* target : {"/metrics", "/-/healthy", "/-/ready"}) {
        EXPECT_EQ(ask("GET", target, {.token = ""}).status, 200) << target;
        EXPECT_EQ(ask("GET", target, {.token = "", .from_loopback = false}).status, 401) << target;
        EXPECT_EQ(ask("GET", target, {.token = reader_token_, .from_loopback = false}).status, 200) << target;
        EXPECT_EQ(ask("GET", target, {.token = samr_, .from_loopback = false}).status, 403) << target;
    }
}

TEST_F(ApiTest, refuses_a_token_that_has_expired_and_says_when)
{
    const std::string ended = token({.role = TokenRole::read, .expires = at("2024-01-01T00:00:00Z")});
    const Response response = ask("GET", "/api/v1/plans", {.token = ended});
    EXPECT_EQ(response.status, 401);
    EXPECT_THAT(response.body, HasSubstr("the token expired at 2024-01-01T00:00:00Z"));
    EXPECT_THAT(response.headers, HasSubstr("WWW-Authenticate: Bearer"));
    const std::string good = token({.role = TokenRole::read, .expires = at("2999-01-01T00:00:00Z")});
    EXPECT_EQ(ask("GET", "/api/v1/plans", {.token = good}).status, 200);
}

// ---- paths, methods, parameters

TEST_F(ApiTest, says_what_it_does_not_have)
{
    EXPECT_EQ(get("/").status, 404);
    EXPECT_EQ(get("/api/v1/submissions/").status, 404);
    EXPECT_EQ(get("/api/v1/plans/").status, 404);
    EXPECT_EQ(get("/api/v1/plans/a/b").status, 404);
    EXPECT_EQ(get("/api/v1/plans/nowhere").status, 404);
    const Response wrong = ask("DELETE", "/api/v1/submissions");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.headers, "Allow: POST, GET, HEAD\r\n");
    EXPECT_EQ(ask("GET", "/-/reload").headers, "Allow: POST\r\n");
}

TEST_F(ApiTest, lists_every_problem_of_a_query)
{
    const struct {
        const char* target;
        const char* says;
    } cases[] = {
        {"/api/v1/plans?x=1", "?x: unknown parameter; this resource takes none\n"},
        {"/api/v1/indicators?plna=example-2023", "?plna: unknown parameter; known are plan, unit, as_of\n"},
        {"/api/v1/indicators?unit=samr&unit=samr", "?unit: stands twice; expected it once\n"},
        {"/api/v1/indicators?plan=nowhere", "?plan: unknown plan 'nowhere'\n"},
        {"/api/v1/indicators?plan=exampel-2023", "?plan: unknown plan 'exampel-2023'; did you mean 'example-2023'?\n"},
        {"/api/v1/indicators?unit=sarm", "?unit: unknown unit 'sarm'; did you mean 'samr'?\n"},
        {"/api/v1/indicators?as_of=yesterday", "?as_of: 'yesterday' is no instant; expected RFC 3339 with an offset"},
        {"/api/v1/indicators?as_of=2030-01-01T00:00:00Z", "?as_of: lies in the future"},
        {"/api/v1/slots?state=done&duty=none&period=2023-13", "?state: unknown state 'done'"},
        {"/api/v1/slots?state=done&duty=none&period=2023-13", "?duty: unknown duty 'none'\n"},
        {"/api/v1/slots?state=done&duty=none&period=2023-13", "?period: '2023-13' is no period"},
        {"/api/v1/slots?from=1", "?from: '1' is no day; expected YYYY-MM-DD\n"},
        {"/api/v1/alerts?state=on&kind=bad&unit=x", "?kind: unknown kind 'bad'\n"},
        {"/api/v1/submissions?indicator=x&limit=0", "?indicator: unknown indicator 'x'\n"},
        {"/api/v1/submissions?indicator=x&limit=0", "?limit: '0' is no whole number from 1 to 10000\n"},
        {"/api/v1/submissions?latest=yes", "?latest: 'yes' is neither true nor false\n"},
        {"/api/v1/submissions?latest=true&period=2023-09", "?period: does not go with latest=true"},
    };
    for (const auto& [target, says] : cases) {
        const Response response = get(target);
        EXPECT_EQ(response.status, 400) << target;
        EXPECT_THAT(errors(response), HasSubstr(says)) << target;
    }
    EXPECT_EQ(post("/api/v1/submissions?partial=1", september).status, 400);
}

// ---- plans, indicators, slots, figures

TEST_F(ApiTest, shows_plans)
{
    const Response list = get("/api/v1/plans");
    EXPECT_EQ(list.status, 200);
    EXPECT_EQ(items(json(list)).at(0).at("id").as_string(), "example-2023");
    const auto plan = json(get("/api/v1/plans/example-2023"));
    EXPECT_EQ(plan.at("units").as_array().size(), 2U);
    EXPECT_EQ(plan.at("indicators").at(0).at("target").at("comparator").as_string(), ">=");
}

TEST_F(ApiTest, shows_indicators_as_a_whole_and_by_unit)
{
    submit(september);
    submit(R"({"plan":"example-2023","unit":"agri","period":"2023-09","values":{"batches":20}})");
    const auto whole = json(get("/api/v1/indicators?plan=example-2023"));
    ASSERT_EQ(items(whole).size(), 2U);
    EXPECT_EQ(items(whole).at(0).at("indicator").as_string(), "batches");
    EXPECT_EQ(items(whole).at(0).at("value").to_number<double>(), 60);
    EXPECT_TRUE(items(whole).at(0).at("unit").is_null());
    const auto part = json(get("/api/v1/indicators?unit=agri"));
    ASSERT_EQ(items(part).size(), 1U) << "it reports no disposal";
    EXPECT_EQ(items(part).at(0).at("value").to_number<double>(), 20);
}

TEST_F(ApiTest, shows_indicators_as_they_were_known_at_a_past_instant)
{
    submit(september);
    clock_.time = at("2023-10-25T09:00:00+08:00");
    submit(R"({"plan":"example-2023","unit":"samr","period":"2023-09","values":{"batches":50}})");
    const auto value = [&](const char* target) { return json(get(target)).at("items").at(0).at("value"); };
    EXPECT_EQ(value("/api/v1/indicators").to_number<double>(), 50);
    EXPECT_EQ(value("/api/v1/indicators?as_of=2023-10-24T09:00:00+08:00").to_number<double>(), 40);
    EXPECT_EQ(get("/api/v1/indicators?as_of=2023-01-01T00:00:00Z").body, R"({"items":[]})") << "before the plan was adopted";
}

TEST_F(ApiTest, shows_slots_that_fit_the_question)
{
    const auto count = [&](const char* target) { return items(json(get(target))).size(); };
    EXPECT_EQ(count("/api/v1/slots?state=overdue&unit=samr"), 3U) << "July, August and September were due on the 10th of the month after";
    EXPECT_EQ(count("/api/v1/slots?duty=annual"), 2U);
    EXPECT_EQ(count("/api/v1/slots?duty=monthly&unit=agri&period=2023-09"), 1U);
    EXPECT_EQ(count("/api/v1/slots?from=2023-10-01&to=2023-10-31"), 2U);
    EXPECT_EQ(count("/api/v1/slots?state=waived"), 0U);
    submit(september);
    const auto late = json(get("/api/v1/slots?state=late"));
    ASSERT_EQ(items(late).size(), 1U);
    EXPECT_EQ(items(late).at(0).at("due").as_string(), "2023-10-11T00:00:00+08:00");
    EXPECT_EQ(items(late).at(0).at("handed_in").as_string(), "2023-10-20T09:00:00+08:00");
}

TEST_F(ApiTest, lists_every_revision_of_figures_page_by_page)
{
    submit(september);
    clock_.time = at("2023-10-21T09:00:00+08:00");
    submit(R"({"plan":"example-2023","unit":"samr","period":"2023-09","values":{"batches":41}})");
    const auto all = json(get("/api/v1/submissions?plan=example-2023&indicator=batches"));
    ASSERT_EQ(items(all).size(), 2U);
    EXPECT_EQ(items(all).at(0).at("revision").as_int64(), 1);
    EXPECT_EQ(items(all).at(0).at("value").to_number<int>(), 40);
    EXPECT_EQ(items(all).at(1).at("revision").as_int64(), 2);
    EXPECT_EQ(items(all).at(1).at("at").as_string(), "2023-10-21T09:00:00+08:00");
    EXPECT_EQ(items(all).at(1).at("author").as_string(), "head (token 1)");

    const auto ratio = json(get("/api/v1/submissions?indicator=disposal"));
    EXPECT_EQ(items(ratio).at(0).at("numerator").to_number<int>(), 37);
    EXPECT_EQ(items(ratio).at(0).at("denominator").to_number<int>(), 38);
    EXPECT_EQ(items(json(get("/api/v1/submissions?indicator=batches&as_of=2023-10-20T12:00:00Z"))).size(), 1U);
    EXPECT_EQ(items(json(get("/api/v1/submissions?period=2023-08"))).size(), 0U);

    const auto page = json(get("/api/v1/submissions?limit=2"));
    ASSERT_EQ(items(page).size(), 2U);
    const std::string next = "/api/v1/submissions?limit=2&after=" + std::to_string(page.at("next").as_int64());
    const auto rest = json(get(next));
    EXPECT_EQ(items(rest).size(), 1U);
    EXPECT_FALSE(rest.as_object().contains("next"));

    const auto latest = json(get("/api/v1/submissions?latest=true&unit=samr"));
    ASSERT_EQ(items(latest).size(), 2U);
    EXPECT_EQ(items(latest).at(0).at("value").to_number<int>(), 41);
}

TEST_F(ApiTest, offers_due_dates_as_a_calendar)
{
    const Response response = get("/api/v1/calendar.ics?unit=samr");
    EXPECT_EQ(response.content_type, "text/calendar; charset=utf-8");
    EXPECT_THAT(response.body, StartsWith("BEGIN:VCALENDAR\r\n"));
    EXPECT_THAT(response.body, HasSubstr("区市场监管局"));
}

// ---- alerts

constexpr const char* overdue = "/api/v1/alerts/example-2023:overdue:monthly:samr:2023-09";

TEST_F(ApiTest, lists_alerts_that_fit_the_question)
{
    const auto firing = json(get("/api/v1/alerts?state=firing&unit=samr&kind=overdue"));
    ASSERT_EQ(items(firing).size(), 3U);
    EXPECT_EQ(items(firing).at(2).at("id").as_string(), "example-2023:overdue:monthly:samr:2023-09");
    EXPECT_EQ(items(firing).at(2).at("state").as_string(), "firing");
    EXPECT_EQ(items(json(get("/api/v1/alerts?state=resolved&kind=overdue"))).size(), 0U);
    submit(september);
    const auto resolved = json(get("/api/v1/alerts?state=resolved&kind=overdue"));
    ASSERT_EQ(items(resolved).size(), 1U);
    EXPECT_EQ(items(resolved).at(0).at("resolved").as_string(), "2023-10-20T09:00:00+08:00");
    EXPECT_EQ(items(resolved).at(0).at("state").as_string(), "resolved");
}

TEST_F(ApiTest, explains_an_alert_with_its_history_and_who_was_told)
{
    EXPECT_EQ(json(get(overdue)).at("kind").as_string(), "overdue");
    submit(september);
    const auto history = json(get(std::string{overdue} + "/history"));
    ASSERT_EQ(items(history).size(), 2U);
    EXPECT_EQ(items(history).at(0).at("transition").as_string(), "firing");
    EXPECT_EQ(items(history).at(1).at("transition").as_string(), "resolved");

    const auto why = json(get(std::string{overdue} + "/explain"));
    EXPECT_EQ(why.at("alert").at("state").as_string(), "resolved");
    EXPECT_EQ(why.at("clause").at("title").as_string(), "食品抽检");
    EXPECT_EQ(why.at("slots").at(0).at("state").as_string(), "late");
    EXPECT_EQ(why.at("history").as_array().size(), 2U);
    ASSERT_FALSE(why.at("notices").as_array().empty());
    EXPECT_EQ(why.at("notices").at(0).at("state").as_string(), "waiting");
    EXPECT_THAT(get(std::string{overdue} + "/explain").body, Not(HasSubstr("\"address\"")));

    const auto pace = json(get("/api/v1/alerts/example-2023:overdue:monthly:agri:2023-08/explain"));
    EXPECT_EQ(pace.at("alert").at("state").as_string(), "firing");
    EXPECT_THAT(std::string{pace.at("alert").at("why").as_string()}, Not(::testing::IsEmpty()));
}

TEST_F(ApiTest, knows_no_alerts_that_never_were)
{
    for (const char* id : {"x", "example-2023", "example-2023:overdue:monthly:samr:2023-12", "nowhere:overdue:monthly:samr:2023-09", ":::::"}) {
        EXPECT_EQ(get(std::string{"/api/v1/alerts/"} + id).status, 404) << id;
        EXPECT_EQ(get(std::string{"/api/v1/alerts/"} + id + "/explain").status, 404) << id;
    }
}

TEST_F(ApiTest, records_that_somebody_has_taken_an_alert_in_hand)
{
    const std::string target = std::string{overdue} + "/ack";
    const Response response = post(target, R"({"for": "3d", "comment": "已电话催办"})");
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(json(response).at("acknowledged_until").as_string(), "2023-10-23T09:00:00+08:00");
    EXPECT_EQ(json(response).at("acknowledged_by").as_string(), "head (token 1)");
    EXPECT_EQ(json(post(target, R"({"until": "2023-11-01T00:00:00+08:00"})")).at("acknowledged_until").as_string(), "2023-11-01T00:00:00+08:00");

    const struct {
        const char* body;
        int status;
        const char* says;
    } cases[] = {
        {"", 400, ":"},
        {"{", 400, ":"},
        {"[]", 422, "an object was expected"},
        {"{}", 422, R"(expected "until")"},
        {R"({"until": "2023-10-21T00:00:00Z", "for": "3d"})", 422, "one of them"},
        {R"({"until": "2023-10-01T00:00:00Z"})", 422, "/until: lies in the past"},
        {R"({"until": "2033-10-01T00:00:00Z"})", 422, "/until: lies more than a year ahead"},
        {R"({"until": "tomorrow"})", 422, "/until: 'tomorrow' is no instant"},
        {R"({"for": "3 days"})", 422, "/for: '3 days' is no length of time"},
        {R"({"for": 3, "because": "x"})", 422, "/for: a text was expected\n/because: unknown"},
    };
    for (const auto& [body, status, says] : cases) {
        const Response refused = post(target, body);
        EXPECT_EQ(refused.status, status) << body;
        EXPECT_THAT(errors(refused), HasSubstr(says)) << body;
    }
    EXPECT_EQ(post("/api/v1/alerts/example-2023:overdue:monthly:samr:2023-12/ack", R"({"for": "3d"})").status, 404);
    EXPECT_EQ(ask("POST", target, {.body = R"({"for": "3d"})", .type = "text/plain"}).status, 415);
}

// ---- the daemon itself

TEST_F(ApiTest, exposes_metrics)
{
    submit(september);
    const Response response = get("/metrics");
    EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
    const std::string text = joined(response);
    EXPECT_THAT(text, HasSubstr("planwatch_indicator_value_count{plan=\"example-2023\",indicator=\"batches\"} 40\n"));
    EXPECT_THAT(text, HasSubstr("planwatch_unit_indicator_value_count{plan=\"example-2023\",indicator=\"batches\",unit=\"samr\"} 40\n"));
    EXPECT_THAT(text, HasSubstr("planwatch_build_info{version=\"1.2.3\""));
    EXPECT_THAT(text, HasSubstr("\nplanwatch_database_bytes "));
}

TEST_F(ApiTest, metrics_follow_every_change)
{
    get("/metrics");
    submit(september);
    EXPECT_THAT(joined(get("/metrics")), HasSubstr("indicator=\"batches\",unit=\"samr\"} 40\n"));
    clock_.time = at("2023-12-01T09:00:00+08:00");
    submit(R"({"plan":"example-2023","unit":"samr","period":"2023-11","values":{"batches":2}})");
    const std::string later = joined(get("/metrics"));
    EXPECT_THAT(later, HasSubstr("indicator=\"batches\",unit=\"samr\"} 42\n"));
    EXPECT_THAT(later, HasSubstr("planwatch_duty_slots{plan=\"example-2023\",duty=\"annual\",state=\"overdue\"} 2\n"));
}

TEST_F(ApiTest, metrics_follow_a_changed_plan)
{
    submit(september);
    const Sources changed = sources_with("at_least 120 批次", "at_least 80 批次");
    service_.adopt({{changed, compiled(changed)}});
    const std::string text = joined(get("/metrics"));
    EXPECT_THAT(text, HasSubstr("planwatch_indicator_target_count{plan=\"example-2023\",indicator=\"batches\"} 80\n"));
    EXPECT_THAT(text, HasSubstr("planwatch_indicator_attainment_ratio{plan=\"example-2023\",indicator=\"batches\"} 0.5\n"));
}

TEST_F(ApiTest, metrics_come_as_openmetrics_and_compressed_to_who_asks)
{
    const Response response = get("/metrics", {.accept = "application/openmetrics-text; version=1.0.0", .accept_encoding = "gzip"});
    EXPECT_EQ(response.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    EXPECT_EQ(response.headers, "Vary: Accept, Accept-Encoding\r\nContent-Encoding: gzip\r\n");
    EXPECT_TRUE(joined(response).starts_with("\x1f\x8b"));
}

TEST_F(ApiTest, a_token_of_one_plan_sees_no_metrics_of_others)
{
    const std::string one = token({.role = TokenRole::read, .plan = "another-2023"});
    const Response response = get("/metrics", {.token = one, .from_loopback = false});
    EXPECT_EQ(response.status, 200);
    EXPECT_THAT(joined(response), Not(HasSubstr("example-2023")));
}

TEST_F(ApiTest, reloads_and_tells_the_problems_of_a_reload)
{
    EXPECT_EQ(ask("POST", "/-/reload").status, 200);
    EXPECT_EQ(reloads_, 1);
    reload_problems_ = {{"plan.toml:3:1", "unknown key"}};
    const Response response = ask("POST", "/-/reload");
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(errors(response), "plan.toml:3:1: unknown key\n");
    const std::string one_plan = token({.role = TokenRole::admin, .plan = "example-2023"});
    EXPECT_EQ(ask("POST", "/-/reload", {.token = one_plan}).status, 403);
    EXPECT_EQ(reloads_, 2);
}

}  // namespace
}  // namespace planwatch::testing
