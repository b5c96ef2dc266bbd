// A link in a message, from its page to the acknowledgement.
#include "daemon/ledger_event.hpp"
#include "daemon/schema.hpp"
#include "tests/daemon/api_fixture.hpp"

#include <gmock/gmock.h>

namespace planwatch::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* of_august = "example-2023:overdue:monthly:samr:2023-08";

class LinkTest : public ApiTest {
protected:
    LinkTest() { clock_.time = at("2023-10-23T09:30:00+08:00"); }

    // The notice by which somebody was first told of the alert.
    Notice told(const char* alert)
    {
        const auto rows = reader_.notices("example-2023", alert);
        if (rows.empty()) throw std::runtime_error{"nobody was told"};
        return rows.front().notice;
    }
    Link link_to(const char* alert)
    {
        const Notice notice = told(alert);
        return {1, notice.number, notice.at + link_lasts};
    }
    std::string path(const Link& link) { return "/ack/" + LinkSigner{link_key_of(store_.database())}.sign(link); }
    std::string path() { return path(link_to(of_august)); }
    Response visit(const std::string& path) { return ask("GET", path, {.token = "", .from_loopback = false}); }
    Response press(const std::string& path, std::string body = "rest=3d&comment=a%26b", std::string type = "application/x-www-form-urlencoded")
    {
        return ask("POST", path, {.body = std::move(body), .type = std::move(type), .token = "", .from_loopback = false});
    }
    const Alert& alert() { return service_.engine("example-2023")->alerts().at(AlertKey::parse(of_august, "example-2023").value()); }
};

TEST_F(LinkTest, a_visit_shows_the_page_and_changes_nothing)
{
    const auto before = entries();
    const Response page = visit(path());
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_THAT(page.headers, AllOf(HasSubstr("Referrer-Policy: no-referrer\r\n"), HasSubstr("X-Robots-Tag: noindex, nofollow\r\n")));
    EXPECT_THAT(std::string{page.content_security_policy}, AllOf(HasSubstr("default-src 'none'"), HasSubstr("form-action 'self'"), Not(HasSubstr("unsafe"))));
    EXPECT_THAT(page.body, AllOf(HasSubstr("抽检月报"), HasSubstr("<form method=\"post\">"), HasSubstr("至10月26日（周四）09:30"), HasSubstr("至10月24日（周二）09:00")));
    EXPECT_EQ(entries(), before);
    EXPECT_FALSE(alert().acknowledged_until);
}

TEST_F(LinkTest, the_button_acknowledges_in_the_name_of_who_was_told)
{
    const auto before = entries();
    const Response done = press(path());
    EXPECT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(entries(), before + 1);
    EXPECT_EQ(alert().acknowledged_until, at("2023-10-26T09:30:00+08:00"));
    const Recipient who = told(of_august).recipient;
    EXPECT_EQ(alert().acknowledged_by, who.name.text() + " (" + who.id.text() + ")");
    EXPECT_THAT(reader_.ledger("", before + 1, 1).front().payload, HasSubstr(R"("comment":"a&b")"));
}

TEST_F(LinkTest, serves_once_and_then_says_by_whom_and_when)
{
    press(path());
    const auto before = entries();
    clock_.time += std::chrono::hours{1};
    for (const Response& again : {press(path(), "rest=7d"), visit(path())}) {
        EXPECT_EQ(again.status, 410);
        EXPECT_THAT(again.body, AllOf(HasSubstr("此链接已使用过"), HasSubstr(told(of_august).recipient.name), HasSubstr("10月23日（周一）09:30"), Not(HasSubstr("<form"))));
    }
    EXPECT_EQ(entries(), before);
    EXPECT_EQ(alert().acknowledged_until, at("2023-10-26T09:30:00+08:00"));
}

TEST_F(LinkTest, two_at_the_same_moment_are_one)
{
    const Notice notice = told(of_august);
    const auto before = entries();
    int acknowledged = 0, used = 0;
    for (int i = 0; i < 2; ++i) {
        Acknowledgement ack{of_august, "x", clock_.now() + std::chrono::hours{1}, ""};
        asio::co_spawn(io_, service_.acknowledge_once("example-2023", notice.number, notice.at, ack), [&](const std::exception_ptr& error, LinkOutcome outcome) {
            if (error) std::rethrow_exception(error);
            ++(outcome == LinkOutcome::acknowledged ? acknowledged : used);
        });
    }
    io_.restart();
    io_.run();
    EXPECT_EQ(acknowledged, 1);
    EXPECT_EQ(used, 1);
    EXPECT_EQ(entries(), before + 1);
}

TEST_F(LinkTest, a_use_survives_a_restart_and_one_that_was_not_stored_can_be_tried_again)
{
    const std::string link = path();
    store_.database().execute("CREATE TRIGGER disk_full BEFORE INSERT ON used_link BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    const auto before = entries();
    EXPECT_EQ(press(link).status, 503);
    EXPECT_EQ(entries(), before) << "neither half is there";
    EXPECT_FALSE(alert().acknowledged_until);
    store_.database().execute("DROP TRIGGER disk_full");
    EXPECT_EQ(press(link).status, 200);

    Store again{store_.path()};
    Service service{io_.get_executor(), clock_, again};
    const Sources all = sources_with("time_zone =", "lock_after = \"120d\"\ntime_zone =");
    service.open({{all, compiled(all)}});
    Api api{service, reader_, tokens_, press_, Metrics{}, {}};
    std::optional<Response> response;
    const std::string body = "rest=7d";
    const Request request{.method = "POST", .path = link, .content_type = "application/x-www-form-urlencoded", .body = body};
    asio::co_spawn(io_, api.handle(request), [&](const std::exception_ptr&, Response answer) { response = std::move(answer); });
    io_.restart();
    io_.run();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 410);
    EXPECT_THAT(response->body, HasSubstr("此链接已使用过"));
}

TEST_F(LinkTest, every_link_that_does_not_serve_has_a_page_and_changes_nothing)
{
    const Link good = link_to(of_august);
    const std::string resolved = path(link_to("example-2023:overdue:monthly:agri:2023-09"));
    submit(R"({"plan":"example-2023","unit":"agri","period":"2023-09","values":{"batches":20}})");
    store_.database().execute("INSERT INTO plan (id, name) VALUES (9, 'gone-2022')");
    store_.database().execute("INSERT INTO notice SELECT 9, number, at, alert, step, severity, recipient, recipient_name, recipient_channel, recipient_address, "
                              "why, due, open, is_first, at_once, NULL, NULL, NULL FROM notice WHERE plan = 1");
    std::string cut = path(good);
    cut.pop_back();
    const auto before = entries();
    const struct {
        const char* name;
        std::string path;
        int status;
        const char* says;
    } cases[] = {
        {"forged", "/ack/" + LinkSigner{"another key"}.sign(good), 404, "链接无效"},
        {"cut", cut, 404, "链接无效"},
        {"expired", path({good.plan, good.notice, clock_.now()}), 410, "链接已过期"},
        {"over", resolved, 410, "该预警已解除"},
        {"a plan at rest", path({9, good.notice, good.expires}), 410, "该计划已停用"},
        {"no such notice", path({1, 999'999, good.expires}), 404, "链接无效"},
    };
    for (const auto& [name, target, status, says] : cases) {
        for (const Response& response : {visit(target), press(target)}) {
            EXPECT_EQ(response.status, status) << name;
            EXPECT_THAT(response.body, AllOf(HasSubstr(says), Not(HasSubstr("<form")))) << name;
        }
    }
    EXPECT_EQ(entries(), before);
    EXPECT_EQ(ask("DELETE", path(good)).status, 405);
}

TEST_F(LinkTest, a_form_that_is_at_fault_is_shown_again_with_what_was_wrong)
{
    const auto before = entries();
    const struct {
        std::string body;
        const char* type;
        int status;
    } cases[] = {
        {"rest=3d", "application/json", 415},
        {"rest=for+ever", "application/x-www-form-urlencoded", 422},
        {"rest=3d&comment=%00", "application/x-www-form-urlencoded", 422},
        {"rest=3d&comment=" + std::string(20'000, 'x'), "application/x-www-form-urlencoded", 413},
    };
    for (const auto& [body, type, status] : cases) {
        const Response response = press(path(), body, type);
        EXPECT_EQ(response.status, status);
        EXPECT_THAT(response.body, AllOf(HasSubstr("role=\"alert\""), HasSubstr("尚未登记"), HasSubstr("<form")));
    }
    EXPECT_EQ(entries(), before);
}

TEST_F(LinkTest, an_alert_that_began_anew_is_another_one)
{
    const Notice notice = told(of_august);
    const Engine& engine = *service_.engine("example-2023");
    EXPECT_NE(Service::told_of(engine, of_august, notice.at), nullptr);
    EXPECT_EQ(Service::told_of(engine, of_august, alert().state.since - std::chrono::seconds{1}), nullptr);
}

}  // namespace
}  // namespace planwatch::testing
