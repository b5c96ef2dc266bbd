#include "daemon/history_pusher.hpp"

#include "tests/daemon/api_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <gmock/gmock.h>

#include <mutex>
#include <thread>

namespace planwatch::testing {
namespace {

namespace beast = boost::beast;
using namespace std::chrono_literals;
using tcp = asio::ip::tcp;

constexpr auto settling = 50ms;

// Answers one connection after the other; keeps each until told otherwise.
class FakeReceiver {
public:
    FakeReceiver() : acceptor_{io_, {asio::ip::address_v4::loopback(), 0}}, thread_{[this] { run(); }} {}
    ~FakeReceiver()
    {
        over_ = true;
        drop();
        tcp::socket last{io_};
        beast::error_code ignored;
        last.connect(acceptor_.local_endpoint(), ignored);
        thread_.join();
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/import"; }
    // As if it fell and came back at once.
    void drop()
    {
        const std::lock_guard lock{mutex_};
        beast::error_code ignored;
        if (socket_) socket_->shutdown(tcp::socket::shutdown_both, ignored);
    }
    std::atomic<int> requests = 0;
    std::atomic<unsigned> status = 204;
    std::atomic<bool> keeps_connections = true;

private:
    void run()
    {
        while (!over_) {
            auto socket = std::make_shared<tcp::socket>(acceptor_.accept());
            {
                const std::lock_guard lock{mutex_};
                socket_ = socket;
            }
            serve(*socket);
        }
    }
    void serve(tcp::socket& socket)
    {
        beast::error_code failed;
        beast::flat_buffer buffer;
        while (!failed && !over_) {
            beast::http::request<beast::http::string_body> request;
            beast::http::read(socket, buffer, request, failed);
            if (failed) return;
            ++requests;
            beast::http::response<beast::http::string_body> answer{beast::http::int_to_status(status), 11, status == 204 ? "" : "because"};
            answer.keep_alive(keeps_connections);
            answer.prepare_payload();
            beast::http::write(socket, answer, failed);
            if (!keeps_connections) return;
        }
    }

    asio::io_context io_;
    tcp::acceptor acceptor_;
    std::mutex mutex_;
    std::shared_ptr<tcp::socket> socket_;
    std::atomic<bool> over_ = false;
    std::thread thread_;
};

class HistoryPusherTest : public ApiTest {
protected:
    HistoryPusherTest() { submit(R"({"plan": "example-2023", "unit": "samr", "period": "2023-09", "values": {"batches": 40}})"); }
    HistoryPusher::Report push() { return pusher_.push("example-2023"); }
    void wait() { std::this_thread::sleep_for(settling + 10ms); }

    FakeReceiver receiver_;
    std::atomic<bool> give_up_ = false;
    HistoryPusher pusher_{store_.path(), {.url = receiver_.url()}, give_up_, settling};
};

TEST_F(HistoryPusherTest, what_was_taken_is_settled_by_an_answer_over_the_same_connection_later)
{
    const auto first = push();
    EXPECT_GT(first.stored, 100U);
    ASSERT_TRUE(first.taken);
    EXPECT_EQ(*first.taken, reader_.newest_position("example-2023"));
    EXPECT_FALSE(first.settled);
    EXPECT_FALSE(push().settled) << "too early";
    wait();
    const auto later = push();
    EXPECT_EQ(later.settled, first.taken);
    EXPECT_EQ(later.stored, 0U);
    EXPECT_EQ(receiver_.requests, 2);
    wait();
    EXPECT_FALSE(push().settled);
    EXPECT_EQ(receiver_.requests, 2) << "nothing is open, nothing to ask";
}

TEST_F(HistoryPusherTest, a_receiver_that_may_have_fallen_is_given_all_again_that_was_not_settled)
{
    const auto first = push();
    receiver_.drop();
    wait();
    EXPECT_FALSE(push().settled);
    const auto again = push();
    EXPECT_EQ(again.stored, first.stored);
    EXPECT_EQ(again.taken, first.taken);
    wait();
    EXPECT_EQ(push().settled, first.taken);
}

TEST_F(HistoryPusherTest, a_receiver_that_keeps_no_connections_is_taken_at_its_word_in_the_end)
{
    receiver_.keeps_connections = false;
    std::optional<HistoryPosition> settled;
    for (int round = 0; round < 20 && !settled; ++round) {
        settled = push().settled;
        wait();
    }
    EXPECT_EQ(settled, reader_.newest_position("example-2023"));
    EXPECT_LT(receiver_.requests, 12);
}

TEST_F(HistoryPusherTest, what_failed_stays_and_what_is_refused_is_left)
{
    receiver_.status = 500;
    const auto failed = push();
    EXPECT_TRUE(failed.failed);
    EXPECT_THAT(failed.answer, ::testing::StartsWith("500 because"));
    EXPECT_EQ(failed.stored, 0U);
    receiver_.status = 422;
    const auto refused = push();
    EXPECT_FALSE(refused.failed);
    EXPECT_GT(refused.refused, 100U) << "each sample was tried by itself";
    EXPECT_EQ(refused.taken, reader_.newest_position("example-2023"));
}

TEST_F(HistoryPusherTest, it_goes_on_from_the_recorded_position)
{
    receiver_.keeps_connections = false;  // it hears one at a time, and there are two pushers
    const auto first = push();
    asio::co_spawn(io_, service_.record_history("example-2023", pusher_.receiver(), *first.taken), [](const std::exception_ptr&) {});
    io_.restart();
    io_.run();
    HistoryPusher after_restart{store_.path(), {.url = receiver_.url()}, give_up_, settling};
    EXPECT_EQ(after_restart.push("example-2023").stored, 0U);
    clock_.time += 26h;
    submit(R"({"plan": "example-2023", "unit": "agri", "period": "2023-09", "values": {"batches": 4}})");
    const auto news = after_restart.push("example-2023");
    EXPECT_GT(news.stored, 0U);
    EXPECT_LT(news.stored, 40U);
}

TEST_F(HistoryPusherTest, nobody_there_is_a_failure_that_says_so)
{
    HistoryPusher lost{store_.path(), {.url = "http://127.0.0.1:1/import"}, give_up_, settling};
    const auto report = lost.push("example-2023");
    EXPECT_TRUE(report.failed);
    EXPECT_THAT(report.answer, ::testing::HasSubstr("127.0.0.1"));
}

}  // namespace
}  // namespace planwatch::testing
