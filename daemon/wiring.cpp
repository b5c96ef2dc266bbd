#include "daemon/wiring.hpp"

#include "config/overlay_folder.hpp"
#include "config/policy.hpp"
#include "daemon/api.hpp"
#include "daemon/checkpointer.hpp"
#include "daemon/courier.hpp"
#include "daemon/http_server.hpp"
#include "daemon/instance_lock.hpp"
#include "daemon/narrator.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include <csignal>
#include <iostream>
#include <malloc.h>

namespace planwatch {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

void start_log(const Log& settings)
{
    auto log = spdlog::get("planwatch");
    if (!log) log = spdlog::stderr_logger_st("planwatch");
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z level=%l %v");
    log->set_level(spdlog::level::from_str(settings.level));
    spdlog::set_default_logger(log);
}

// Every plan, compiled; otherwise all problems of all of them, behind those of the settings.
Result<std::vector<Service::Candidate>> compile_plans(const Settings& settings, Problems problems)
{
    std::vector<Service::Candidate> candidates;
    try {
        if (problems.empty()) problems = stray_overlays(settings.plans);
    } catch (const std::system_error& error) {
        problems.push_back({"", error.what()});
    }
    for (const fs::path& file : settings.plans) {
        try {
            Sources sources = load_sources(file, settings.calendar, settings.contacts);
            auto policy = compile(sources);
            if (policy)
                candidates.push_back({std::move(sources), *policy});
            else
                problems.insert(problems.end(), policy.error().begin(), policy.error().end());
        } catch (const std::system_error& error) {
            problems.push_back({"", error.what()});
        }
    }
    for (std::size_t i = 0; i < candidates.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (candidates[i].policy->plan.id == candidates[j].policy->plan.id)
                problems.push_back({candidates[i].sources.plan.name, fmt::format("plan {} is given twice; leave one out", candidates[i].policy->plan.id)});
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return candidates;
}

std::unique_ptr<Clock> make_clock(const ServeOptions& options)
{
    if (!options.clock_start) return std::make_unique<SystemClock>();
    return std::make_unique<ScaledClock>(*options.clock_start, options.speed);
}

// Reading plans and rows needs several times the memory that stays in use; the allocator would keep it for nothing.
void give_back_memory() { ::malloc_trim(0); }

// A task that ends with an exception ends the daemon; the service manager starts it again, from the database.
void rethrow(const std::exception_ptr& error)
{
    if (error) std::rethrow_exception(error);
}

// The parts, in the order in which they depend on each other.
class Daemon {
public:
    explicit Daemon(const ServeOptions& options, const std::vector<Service::Candidate>& plans)
        : options_{options},
          lock_{options.settings.data.string()},
          clock_{make_clock(options)},
          store_{database_file(options.settings.data).string()},
          checkpointer_{store_, {}, [](const std::string& why) { std::cerr << "planwatch: checkpoint: " << why << '\n'; }},
          reader_{store_.path()},
          tokens_{store_.path()},
          service_{io_.get_executor(), *clock_, store_},
          api_{service_, reader_, tokens_, options.settings.metrics, {[this] { return stats(); }, [this]() -> asio::awaitable<Problems> { co_return reload(); }}},
          server_{io_, *clock_, options.settings.http, [this](const Request& request) { return api_.handle(request); }},
          courier_{io_.get_executor(), service_, store_, options.settings, url()}
    {
        if (options.narrate) {
            narrator_.emplace(std::cout);
            service_.on_changes([this](const Engine& engine, const Changes& changes) { narrator_->tell(engine, changes); });
        }
        service_.on_notices([this] { courier_.wake(); });
        service_.open(plans);
        give_back_memory();
        for (const Engine* engine : service_.engines())
            if (engine->now() > clock_->now() + std::chrono::hours{1})
                spdlog::warn("plan {} has come as far as {} in this database, and the clock says {}: nothing falls due and no letter goes out "
                             "until then; give --clock a later time, or --data a folder of its own",
                             engine->policy().plan.id, format_instant(engine->now(), engine->policy().zone), format_instant(clock_->now(), engine->policy().zone));
    }

    void run()
    {
        asio::co_spawn(io_, service_.run_schedule(), rethrow);
        asio::co_spawn(io_, courier_.run(), [this](const std::exception_ptr& error) { courier_ended_.cancel(); rethrow(error); });
        asio::co_spawn(io_, obey_signals(), rethrow);
        asio::co_spawn(io_, feed_watchdog(), rethrow);
        server_.start();
        spdlog::info("watching {} plans, listening on {}, data in {}", service_.plans().size(), url(), options_.settings.data.string());
        sd_notify(0, fmt::format("READY=1\nSTATUS=watching {} plans", service_.plans().size()).c_str());
        io_.run();
    }

private:
    std::string url() const
    {
        const Endpoint& endpoint = options_.settings.http.listen;
        const bool six = endpoint.address.find(':') != std::string::npos;
        return fmt::format("http://{}:{}", six ? "[" + endpoint.address + "]" : endpoint.address, server_.port());
    }

    DaemonStats stats()
    {
        return {.version = PLANWATCH_VERSION,
                .revision = "",
                .writer = service_.stats(),
                .courier = courier_.stats(),
                .config_last_reload_successful = reload_ok_,
                .config_last_reload_success = reloaded_,
                .ledger_entries = store_.ledger_entries(),
                .storage_ok = service_.storage_ok()};
    }

    // Check first, then swap: a problem leaves everything as it was, and shows in a metric.
    Problems reload()
    {
        Problems problems = try_reload();
        reload_ok_ = problems.empty();
        if (reload_ok_) {
            reloaded_ = clock_->now();
            spdlog::info("settings and plans were read again");
        } else {
            spdlog::error("reload refused, the old settings stay in force:\n{}", to_text(problems));
        }
        return problems;
    }

    Problems try_reload()
    {
        Settings fresh = options_.settings;
        Problems problems;
        try {
            if (options_.config_file) {
                const Settings settings = parse_settings(read_file(*options_.config_file), problems);
                if (!options_.plans_from_command_line) fresh.plans = settings.plans;
                fresh.calendar = settings.calendar;
                fresh.contacts = settings.contacts;
            }
            const auto plans = compile_plans(fresh, std::move(problems));
            if (!plans) return plans.error();
            service_.adopt(*plans);
            give_back_memory();
        } catch (const std::exception& error) {
            return {{"", error.what()}};
        }
        options_.settings = std::move(fresh);
        return {};
    }

    asio::awaitable<void> obey_signals()
    {
        asio::signal_set signals{io_, SIGINT, SIGTERM, SIGHUP};
        for (;;) {
            const int signal = co_await signals.async_wait(asio::use_awaitable);
            if (signal != SIGHUP) break;
            sd_notify(0, "RELOADING=1");
            reload();
            sd_notify(0, "READY=1");
        }
        sd_notify(0, "STOPPING=1");
        spdlog::info("stopping: requests in hand are answered first");
        co_await server_.stop(10s);
        courier_.stop();
        boost::system::error_code ignored;
        courier_ended_.expires_after(options_.settings.mail.timeout + 1s);
        if (!courier_.ended()) co_await courier_ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        io_.stop();
    }

    // Alive means that the scheduler came round, not merely that this loop turns.
    asio::awaitable<void> feed_watchdog()
    {
        std::uint64_t microseconds = 0;
        if (sd_watchdog_enabled(0, &microseconds) <= 0) co_return;
        const auto interval = std::chrono::microseconds{microseconds};
        asio::steady_timer timer{io_};
        for (;;) {
            timer.expires_after(interval / 3);
            co_await timer.async_wait(asio::use_awaitable);
            if (std::chrono::steady_clock::now() - service_.last_round() < std::max<std::chrono::microseconds>(interval, 30s)) sd_notify(0, "WATCHDOG=1");
        }
    }

    ServeOptions options_;
    asio::io_context io_{1};
    InstanceLock lock_;
    std::unique_ptr<Clock> clock_;
    Store store_;
    Checkpointer checkpointer_;
    StoreReader reader_;
    TokenBook tokens_;
    std::optional<Narrator> narrator_;
    Service service_;
    Api api_;
    HttpServer server_;
    Courier courier_;
    asio::steady_timer courier_ended_{io_};
    bool reload_ok_ = true;
    std::optional<Instant> reloaded_;
};

}  // namespace

int serve(const ServeOptions& options)
{
    start_log(options.settings.log);
    const auto plans = compile_plans(options.settings, options.problems);
    if (!plans) {
        std::cerr << to_text(plans.error()) << '\n';
        return 1;
    }
    fs::create_directories(options.settings.data);
    Daemon daemon{options, *plans};
    daemon.run();
    spdlog::info("stopped");
    return 0;
}

}  // namespace planwatch
