#include "daemon/verify.hpp"
#include "tests/daemon/api_fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace planwatch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ApiSubmissionsTest : public ApiTest {};

std::string figures(int batches, std::string_view period = "2023-09", std::string_view unit = "samr")
{
    return fmt::format(R"({{"plan": "example-2023", "unit": "{}", "period": "{}", "values": {{"batches": {}}}}})", unit, period, batches);
}

TEST_F(ApiSubmissionsTest, stores_then_recognises_then_corrects)
{
    const Response first = submit(figures(12));
    EXPECT_EQ(first.status, 201);
    EXPECT_EQ(first.body, R"({"plan":"example-2023","unit":"samr","period":"2023-09","status":"stored","revision":1,"follows":null})");
    const std::uint64_t written = entries();

    const Response again = submit(figures(12));
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, R"({"plan":"example-2023","unit":"samr","period":"2023-09","status":"repeated","revision":1,"follows":null})");
    EXPECT_EQ(entries(), written) << "nothing was written";

    const Response corrected = submit(figures(13));
    EXPECT_EQ(corrected.status, 201);
    EXPECT_EQ(corrected.body, R"({"plan":"example-2023","unit":"samr","period":"2023-09","status":"stored","revision":2,"follows":1})");
    EXPECT_EQ(reader_.ledger("", 1, 100).back().author, "head (token 1)");
}

TEST_F(ApiSubmissionsTest, takes_arrays_lines_and_tables_alike)
{
    const struct {
        const char* name;
        std::string type;
        std::string body;
    } cases[] = {
        {"array", "application/json", "[" + figures(1, "2023-07") + "," + figures(2, "2023-07", "agri") + "]"},
        {"lines", "application/x-ndjson; charset=utf-8", figures(1, "2023-08") + "\n" + figures(2, "2023-08", "agri") + "\n"},
        {"table", "Text/CSV", "plan,unit,period,indicator,value\nexample-2023,samr,2023-09,batches,1\nexample-2023,agri,2023-09,batches,2\n"},
    };
    for (const auto& [name, type, body] : cases) {
        const Response response = submit(body, type);
        EXPECT_EQ(response.status, 201) << name << response.body;
        EXPECT_EQ(items(json(response)).size(), 2U) << name;
        EXPECT_EQ(items(json(response)).at(1).at("unit").as_string(), "agri") << name;
        EXPECT_EQ(items(json(response)).at(1).at("status").as_string(), "stored") << name;
        EXPECT_EQ(submit(body, type).status, 200) << name << ": all repeated";
    }
}

TEST_F(ApiSubmissionsTest, stores_a_batch_whole_or_not_at_all)
{
    const std::uint64_t before = entries();
    const Response response = submit("[" + figures(1) + "," + figures(2, "2023-09", "nobody") + "," + figures(3, "2024-09") + "]");
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_THAT(errors(response), HasSubstr("/1/unit: unknown unit 'nobody'"));
    EXPECT_THAT(errors(response), HasSubstr("/2/period: "));
    EXPECT_EQ(entries(), before);
}

TEST_F(ApiSubmissionsTest, stores_what_is_right_of_a_partial_batch_and_says_what_is_wrong_with_the_rest)
{
    const Response mixed = post("/api/v1/submissions?partial=true", "[" + figures(1) + "," + figures(2, "2023-09", "nobody") + "]");
    EXPECT_EQ(mixed.status, 201);
    const auto list = json(mixed);
    EXPECT_EQ(items(list).at(0).at("status").as_string(), "stored");
    EXPECT_EQ(items(list).at(1).at("status").as_string(), "refused");
    EXPECT_EQ(items(list).at(1).at("errors").at(0).at("path").as_string(), "/unit");

    const Response repeated = post("/api/v1/submissions?partial=true", "[" + figures(1) + "," + figures(2, "2023-09", "nobody") + "]");
    EXPECT_EQ(repeated.status, 200);
    const Response none = post("/api/v1/submissions?partial=true", "[" + figures(2, "2023-09", "nobody") + "]");
    EXPECT_EQ(none.status, 422);
    EXPECT_THAT(errors(none), StartsWith("/0/unit: "));
}

TEST_F(ApiSubmissionsTest, leaves_a_ledger_that_can_be_replayed_when_a_partial_batch_says_one_figure_twice)
{
    const Response response = post("/api/v1/submissions?partial=true", "[" + figures(1) + "," + figures(2) + "]");
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(to_text(verify(reader_).problems), "");
}

TEST_F(ApiSubmissionsTest, refuses_figures_of_a_locked_period)
{
    const Response response = submit(figures(1, "2023-07"));
    EXPECT_EQ(response.status, 201) << "120 days after July have not passed";
    clock_.time = at("2023-12-20T09:00:00+08:00");
    const Response late = submit(figures(2, "2023-07"));
    EXPECT_EQ(late.status, 409);
    EXPECT_THAT(errors(late), StartsWith("/period: 2023-07 is locked"));
}

TEST_F(ApiSubmissionsTest, answers_hostile_bodies_with_every_problem_and_stores_nothing)
{
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    const std::string head = R"({"plan":"example-2023","unit":"samr","period":"2023-09","values":)";
    const struct {
        const char* name;
        std::string body;
        int status;
        const char* says;
    } cases[] = {
        {"empty", "", 400, ":"},
        {"truncated", R"({"plan":"example-2023","unit":)", 400, ":"},
        {"nested deeply", deep, 400, ":"},
        {"two documents", figures(1) + figures(2), 400, ":"},
        {"not a number", head + R"({"batches":NaN}})", 400, ":"},
        {"infinite", head + R"({"batches":1e999}})", 400, ": a number beyond all bounds"},
        {"invalid UTF-8", head + "{\"batches\":1},\"note\":\"\xff\xfe\"}", 400, ":"},
        {"bidi control", head + "{\"batches\":1},\"note\":\"a\xe2\x80\xae b\"}", 422, "/note: "},
        {"a key twice", head + R"({"batches":1,"batches":2}})", 422, "/values/batches: "},
        {"negative", head + R"({"batches":-1}})", 422, "/values/batches: "},
        {"too many places", head + R"({"batches":1.1234567}})", 422, "/values/batches: "},
        {"text for a number", head + R"({"batches":"12"}})", 422, "/values/batches: "},
        {"unknown member", head + R"({"batches":1},"valuse":1})", 422, "/valuse: "},
        {"unknown plan", R"({"plan":"nowhere","unit":"samr","period":"2023-09","values":{"batches":1}})", 422, "/plan: unknown plan 'nowhere'"},
        {"unknown unit", figures(1, "2023-09", "nobody"), 422, "/unit: unknown unit 'nobody'"},
        {"unknown indicator", head + R"({"nothing":1}})", 422, "/values/nothing: unknown indicator"},
        {"unknown period", figures(1, "2023-13"), 422, "/period: "},
        {"a period to come", figures(1, "2023-11"), 422, "/period: 2023-11 has not begun"},
        {"an indicator of another unit", R"({"plan":"example-2023","unit":"agri","period":"2023-09","values":{"disposal":{"numerator":1,"denominator":1}}})",
         422, "/values/disposal: unit agri does not report disposal"},
        {"no figures", head + "{}}", 422, "/values"},
        {"an empty list", "[]", 422, ""},
        {"a list in a list", "[[]]", 422, "/0"},
    };
    const std::uint64_t before = entries();
    for (const auto& [name, body, status, says] : cases) {
        const Response response = submit(body);
        EXPECT_EQ(response.status, status) << name << ": " << response.body;
        EXPECT_EQ(response.content_type, "application/problem+json") << name;
        EXPECT_THAT(errors(response), HasSubstr(says)) << name;
    }
    EXPECT_EQ(entries(), before);
    EXPECT_EQ(submit(figures(1)).status, 201) << "the daemon is unmoved";
}

TEST_F(ApiSubmissionsTest, lists_every_problem_at_once)
{
    const Response response = submit(R"({"plan":"example-2023","unit":"nobody","period":"2024-01","values":{"nothing":1,"batches":{"numerator":1,"denominator":2}}})");
    EXPECT_EQ(response.status, 422);
    EXPECT_THAT(errors(response), HasSubstr("/unit: "));
    EXPECT_THAT(errors(response), HasSubstr("/period: "));
    EXPECT_THAT(errors(response), HasSubstr("/values/nothing: "));
    EXPECT_THAT(errors(response), HasSubstr("/values/batches: "));
}

TEST_F(ApiSubmissionsTest, of_an_unknown_plan_among_several_the_period_is_told_too)
{
    const Sources here = sources(), there = sources_with("example-2023", "other-2023");
    service_.adopt({{here, compiled(here)}, {there, compiled(there)}});
    const Response response = post("/api/v1/submissions", R"({"plan":"third-2023","unit":"sarm","period":"2023-13","values":{"batches":1}})");
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(errors(response), "/plan: unknown plan 'third-2023'; did you mean 'other-2023'?\n"
                                "/period: '2023-13' is not a period; expected 2023-09-14, 2023-W36, 2023-09, 2023-Q3, 2023-H2 or 2023\n");
}

TEST_F(ApiSubmissionsTest, tells_form_and_names_in_one_round)
{
    const struct {
        const char* name;
        std::string type;
        std::string body;
        std::string says;
    } cases[] = {
        {"an object", "application/json", R"({"plan":"example-2023","unit":"sarm","period":"2023-13","values":{"batches":-1,"nothing":-2},"colour":1})",
         "/unit: unknown unit 'sarm' in plan example-2023; did you mean 'samr'?\n"
         "/period: '2023-13' is not a period; expected 2023-09-14, 2023-W36, 2023-09, 2023-Q3, 2023-H2 or 2023\n"
         "/values/batches: is negative; expected a number from 0 on\n/values/nothing: is negative; expected a number from 0 on\n"
         "/values/nothing: unknown indicator 'nothing' in plan example-2023\n/colour: unknown key; known: plan, unit, period, values, note"},
        {"an array", "application/json", "[" + figures(1) + ",7," + R"({"plan":"exampel-2023","values":{"batches":"1"}})" + "," + figures(2) + "]",
         "/1: is a number; expected an object\n/2/plan: unknown plan 'exampel-2023'; expected example-2023\n/2/unit: is missing\n/2/period: is missing\n"
         "/2/values/batches: is a string; expected a number, or an object with numerator and denominator\n"
         "/3/values/batches: batches of 2023-09 stands in this batch already"},
        {"lines", "application/x-ndjson", figures(1, "2023-11") + "\n{\n" + R"({"plan":"example-2023","unit":"agri","period":"2023-09","values":{}})",
         "line 1: /period: 2023-11 has not begun: it starts on 2023-11-01, today is 2023-10-20\n"
         "line 2: column 2: the text ends in the middle; expected the rest of a JSON document\n"
         "line 3: /values: is empty; expected at least one indicator with its number"},
        {"a table", "text/csv",
         "plan,unit,period,indicator,value\nexample-2023,sarm,2023-09,batches,1\nexample-2023,samr,2023-09,batches,many\n"
         "example-2023,samr,2023-09,nothing,1\nexample-2023,samr\nexample-2023,agri,2023-11,batches,1\n",
         "line 2, column unit: unknown unit 'sarm' in plan example-2023; did you mean 'samr'?\n"
         "line 3, column value: is not a number; expected plain digits, as 412 or 6.5\n"
         "line 4: unknown indicator 'nothing' in plan example-2023\nline 5: has 2 columns; expected 5 as in the header\n"
         "line 6, column period: 2023-11 has not begun: it starts on 2023-11-01, today is 2023-10-20"},
    };
    const std::uint64_t before = entries();
    for (const auto& [name, type, body, says] : cases) {
        const Response response = submit(body, type);
        EXPECT_EQ(response.status, 422) << name;
        EXPECT_EQ(errors(response), says + "\n") << name;
    }
    EXPECT_EQ(entries(), before);
}

TEST_F(ApiSubmissionsTest, stores_what_is_right_of_a_partial_batch_beside_what_cannot_be_read)
{
    const Response json_list = post("/api/v1/submissions?partial=true", "[" + figures(1) + R"(,{"plan":"example-2023","unit":"agri"}])");
    EXPECT_EQ(json_list.status, 201) << json_list.body;
    const auto list = json(json_list);
    EXPECT_EQ(items(list).at(0).at("status").as_string(), "stored");
    EXPECT_EQ(items(list).at(1).at("status").as_string(), "refused");
    EXPECT_EQ(items(list).at(1).at("errors").at(0).at("path").as_string(), "/period");

    const Response table = post("/api/v1/submissions?partial=true",
                                "plan,unit,period,indicator,value\nexample-2023,samr,2023-08,batches,1\nexample-2023,agri,2023-08,batches,x\n", "text/csv");
    EXPECT_EQ(table.status, 201) << table.body;
    EXPECT_EQ(items(json(table)).at(1).at("errors").at(0).at("path").as_string(), "line 3, column value");
    EXPECT_EQ(to_text(verify(reader_).problems), "");
}

TEST_F(ApiSubmissionsTest, tells_a_locked_period_beside_what_else_is_wrong)
{
    clock_.time = at("2023-12-20T09:00:00+08:00");
    const Response both = submit("[" + figures(1, "2023-07") + "," + figures(1, "2023-09", "sarm") + "]");
    EXPECT_EQ(both.status, 422);
    EXPECT_THAT(errors(both), StartsWith("/0/period: 2023-07 is locked"));
    EXPECT_THAT(errors(both), HasSubstr("/1/unit: unknown unit 'sarm'"));
    const Response one = submit(R"({"plan":"example-2023","unit":"samr","period":"2023-07","values":{"batches":-1}})");
    EXPECT_EQ(one.status, 422) << "the period alone would be 409";
    EXPECT_THAT(errors(one), HasSubstr("/period: 2023-07 is locked"));
    EXPECT_THAT(errors(one), HasSubstr("/values/batches: is negative"));
}

TEST_F(ApiSubmissionsTest, tells_who_may_not_hand_in_only_where_plan_and_unit_could_be_read)
{
    const auto as = [&](const std::string& body) { return ask("POST", "/api/v1/submissions", {.body = body, .token = samr_}); };
    EXPECT_EQ(as(R"({"plan":"example-2023","period":"2023-09","values":{"batches":1}})").status, 422) << "whose it is, is what lacks";
    EXPECT_EQ(as(R"({"plan":"example-2023","unit":"agri","period":"2023-09","values":{"batches":-1}})").status, 403);
}

TEST_F(ApiSubmissionsTest, says_which_types_it_reads)
{
    for (const char* type : {"", "application/x-www-form-urlencoded", "text/plain", "application/jsonx"}) {
        const Response response = submit(figures(1), type);
        EXPECT_EQ(response.status, 415) << type;
        EXPECT_EQ(response.headers, "Accept-Post: application/json, text/csv, application/x-ndjson\r\n") << type;
    }
}

TEST_F(ApiSubmissionsTest, lets_a_submit_token_hand_in_for_its_own_units_only)
{
    const auto as = [&](const std::string& body, const std::string& token) { return ask("POST", "/api/v1/submissions", {.body = body, .token = token}); };
    EXPECT_EQ(as(figures(1), samr_).status, 201);
    const Response other = as(figures(1, "2023-09", "agri"), samr_);
    EXPECT_EQ(other.status, 403);
    EXPECT_THAT(other.body, HasSubstr("may not hand in for unit 'agri' of plan 'example-2023'"));
    EXPECT_EQ(as("[" + figures(2) + "," + figures(1, "2023-09", "agri") + "]", samr_).status, 403) << "one of a batch is enough";
    EXPECT_EQ(as(figures(1), reader_token_).status, 403);
    const std::string elsewhere = token({.role = TokenRole::admin, .plan = "other-2023"});
    EXPECT_EQ(as(figures(1), elsewhere).status, 403) << "an admin of another plan";
}

TEST_F(ApiSubmissionsTest, answers_503_when_the_disk_takes_nothing_and_stores_again_afterwards)
{
    store_.database().execute("PRAGMA query_only = ON");
    const Response response = submit(figures(1));
    EXPECT_EQ(response.status, 503) << response.body;
    EXPECT_THAT(response.headers, HasSubstr("Retry-After: "));
    EXPECT_THAT(response.body, HasSubstr("nothing of this request was stored, the database failed: "));
    EXPECT_EQ(get("/-/ready").status, 503);
    store_.database().execute("PRAGMA query_only = OFF");
    EXPECT_EQ(submit(figures(1)).status, 201);
    EXPECT_EQ(get("/-/ready").status, 200);
}

TEST_F(ApiSubmissionsTest, takes_a_document_for_a_slot)
{
    const std::string body = R"({"plan":"example-2023","unit":"samr","duty":"annual","title":"2023年度工作总结"})";
    const Response response = post("/api/v1/filings", body);
    EXPECT_EQ(response.status, 201) << response.body;
    EXPECT_EQ(response.body, R"({"plan":"example-2023","unit":"samr","duty":"annual","period":"2023","status":"stored",)"
                             R"("slot":"example-2023:annual:samr:2023","state":"on_time"})");
    EXPECT_EQ(ask("POST", "/api/v1/filings", {.body = body, .token = samr_}).status, 201) << "its own unit";

    const std::string other = R"({"plan":"example-2023","unit":"agri","duty":"annual","title":"总结"})";
    EXPECT_EQ(ask("POST", "/api/v1/filings", {.body = other, .token = samr_}).status, 403);
    const Response unknown = post("/api/v1/filings", R"({"plan":"example-2023","unit":"samr","duty":"nothing"})");
    EXPECT_EQ(unknown.status, 422);
    EXPECT_THAT(errors(unknown), HasSubstr("/duty: unknown duty 'nothing'"));
    EXPECT_EQ(post("/api/v1/filings", body, "text/plain").status, 415);
    EXPECT_EQ(post("/api/v1/filings", "{").status, 400);
}

TEST_F(ApiSubmissionsTest, tells_form_and_names_of_documents_in_one_round)
{
    const Response list = post("/api/v1/filings", R"([{"plan":"example-2023","unit":"sarm","duty":"annual","title":7},
        {"plan":"example-2023","unit":"samr","duty":"anual"}])");
    EXPECT_EQ(list.status, 422);
    EXPECT_EQ(errors(list), "/0/unit: unknown unit 'sarm' in plan example-2023; did you mean 'samr'?\n/0/title: is a number; expected a string\n"
                            "/1/duty: unknown duty 'anual' in plan example-2023; did you mean 'annual'?\n/1/title: a filing needs a title or a reference\n");
    const Response table = post("/api/v1/filings", "plan,unit,duty,period,title\nexample-2023,,annual,2023,总结\nexample-2023,samr,annual,2022,总结\n", "text/csv");
    EXPECT_EQ(table.status, 422);
    EXPECT_THAT(errors(table), StartsWith("line 2, column unit: is empty\nline 3, column period: '2022' is not a period of annual"));
}

TEST_F(ApiSubmissionsTest, takes_many_documents_whole_or_not_at_all)
{
    const std::string header = "plan,unit,duty,period,title\n";
    const std::string samr = "example-2023,samr,annual,2023,总结\n", agri = "example-2023,agri,annual,2023,总结\n";
    const auto state = [&](const char* unit) { return json(get(std::string{"/api/v1/slots?duty=annual&unit="} + unit)).at("items").at(0).at("state").as_string(); };

    const Response refused = post("/api/v1/filings", header + samr + "example-2023,edu,annual,2023,总结\n" + agri, "text/csv");
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(errors(refused), HasSubstr("line 3, column unit: unknown unit 'edu'"));
    EXPECT_NE(state("samr"), "on_time") << "nothing was stored";
    EXPECT_EQ(ask("POST", "/api/v1/filings", {.body = header + samr + agri, .type = "text/csv", .token = samr_}).status, 403);

    const Response both = post("/api/v1/filings", header + samr + agri, "text/csv");
    EXPECT_EQ(both.status, 201) << both.body;
    const auto answer = json(both);
    ASSERT_EQ(answer.at("items").as_array().size(), 2U);
    EXPECT_EQ(answer.at("items").at(1).at("slot").as_string(), "example-2023:annual:agri:2023");
    EXPECT_EQ(state("samr"), "on_time");
    EXPECT_EQ(state("agri"), "on_time");
}

}  // namespace
}  // namespace planwatch::testing
