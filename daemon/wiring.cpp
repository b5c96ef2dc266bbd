#include "daemon/wiring.hpp"

#include "config/overlay_folder.hpp"
#include "config/policy.hpp"
#include "daemon/alertmanager_feed.hpp"
#include "daemon/api.hpp"
#include "daemon/channels.hpp"
#include "daemon/checkpointer.hpp"
#include "daemon/courier.hpp"
#include "daemon/destinations.hpp"
#include "daemon/history_exporter.hpp"
#include "daemon/http_server.hpp"
#include "daemon/instance_lock.hpp"
#include "daemon/narrator.hpp"
#include "daemon/press.hpp"
#include "daemon/reporter.hpp"
#include "daemon/service_manager.hpp"
#include "exporters/message_templates.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

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

// What the settings name, read and checked: all that a start and a reload put in force.
struct Loaded {
    std::vector<Service::Candidate> plans;
    std::vector<Destination> destinations;
    Courier::Templates templates;
};

// Every problem of all plans, receivers and templates, behind those of the settings.
Result<Loaded> load(const Settings& settings, Problems problems)
{
    Loaded loaded;
    const bool whole = problems.empty();
    const auto take = [&](auto result, auto& into) {
        if (result) into = *std::move(result);
        else problems.insert(problems.end(), result.error().begin(), result.error().end());
    };
    const auto attempt = [&](const auto& read) {
        try {
            read();
        } catch (const std::system_error& error) {
            problems.push_back({"", error.what()});
        }
    };
    if (whole) attempt([&] { problems = stray_overlays(settings.plans); });
    attempt([&] { take(MessageTemplates::load(settings.notices.templates), loaded.templates); });
    take(read_destinations(settings.receivers), loaded.destinations);
    for (const fs::path& file : settings.plans)
        attempt([&] {
            Service::Candidate candidate{load_sources(file, settings.calendar, settings.office), nullptr};
            take(compile(candidate.sources), candidate.policy);
            if (candidate.policy) loaded.plans.push_back(std::move(candidate));
        });
    for (std::size_t i = 0; i < loaded.plans.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (loaded.plans[i].policy->plan.id == loaded.plans[j].policy->plan.id)
                problems.push_back({loaded.plans[i].sources.plan.name, fmt::format("plan {} is given twice; leave one out", loaded.plans[i].policy->plan.id)});
    if (!problems.empty()) return tl::unexpected{std::move(problems)};
    return loaded;
}

// None where the settings name none.
Result<std::shared_ptr<Certificate>> read_certificate(const Settings& settings)
{
    if (!settings.http.tls) return nullptr;
    auto certificate = Certificate::read(*settings.http.tls);
    if (certificate)
        for (const std::string& warning : (*certificate)->warnings(SystemClock{}.now())) spdlog::warn("{}", warning);
    return certificate;
}

bool is_loopback(const Endpoint& endpoint) { return asio::ip::make_address(endpoint.address).is_loopback(); }

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
    Daemon(const ServeOptions& options, Loaded loaded, std::shared_ptr<Certificate> certificate)
        : options_{options},
          certificate_{std::move(certificate)},
          lock_{options.settings.data.string()},
          clock_{make_clock(options)},
          store_{database_file(options.settings.data).string()},
          checkpointer_{store_, {}, [](const std::string& why) { std::cerr << "planwatch: checkpoint: " << why << '\n'; }},
          reader_{store_.path()},
          tokens_{store_.path()},
          service_{io_.get_executor(), *clock_, store_},
          press_{store_.path()},
          api_{service_, reader_, tokens_, press_, options.settings.metrics,
               {[this] { return stats(); }, [this]() -> asio::awaitable<Problems> { co_return reload(); },
                [this] { return options_.settings.notices.language; },
                [this](ReportPaper paper, std::string to) { return courier_.send_preview(std::move(paper), std::move(to)); }}},
          server_{io_, *clock_, options.settings.http, [this](const Request& request) { return api_.handle(request); }, certificate_},
          courier_{io_.get_executor(), service_, store_, channels_, options.settings, public_url()},
          reporter_{io_.get_executor(), service_, press_, store_.path()}
    {
        if (options.narrate) {
            narrator_.emplace(std::cout);
            service_.on_changes([this](const Engine& engine, const Changes& changes) { narrator_->tell(engine, changes); });
        }
        if (!options.settings.history.url.empty()) history_.emplace(io_.get_executor(), service_, options.settings.history, store_.path());
        channels_.adopt(std::move(loaded.destinations));
        courier_.adopt(options.settings.notices, std::move(loaded.templates));
        if (const Alertmanager& alertmanager = options.settings.alertmanager; !alertmanager.url.empty()) {
            alertmanager_.emplace(io_.get_executor(), service_, world_clock_, alertmanager, public_url());
            service_.on_changes([this](const Engine& engine, const Changes& changes) { alertmanager_->note(engine, changes); });
        }
        service_.on_messages([this] { courier_.wake(); });
        service_.open(loaded.plans);
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
        courier_.start([this] { courier_ended_.cancel(); });
        asio::co_spawn(io_, reporter_.run(), rethrow);
        if (alertmanager_) asio::co_spawn(io_, alertmanager_->run(), rethrow);
        if (history_) asio::co_spawn(io_, history_->run(), rethrow);
        asio::co_spawn(io_, obey_signals(), rethrow);
        asio::co_spawn(io_, service_manager::feed_watchdog([this] { return moved(); }), rethrow);
        server_.start();
        spdlog::info("watching {} plans, listening on {}, data in {}", service_.plans().size(), url(), options_.settings.data.string());
        if (!certificate_ && !is_loopback(options_.settings.http.listen))
            spdlog::warn("{} is open to the network without TLS: tokens and figures can be read on their way. Set certificate_file and key_file in "
                         "[http], or listen on 127.0.0.1 behind a proxy that speaks TLS", url());
        asio::post(io_, [this] { service_manager::ready(status()); });  // from within the loop: requests are answered from now on
        io_.run();
    }

private:
    std::string url() const
    {
        const Endpoint& endpoint = options_.settings.http.listen;
        const bool six = endpoint.address.find(':') != std::string::npos;
        return fmt::format("{}://{}:{}", certificate_ ? "https" : "http", six ? "[" + endpoint.address + "]" : endpoint.address, server_.port());
    }

    // How other people's programs reach us.
    std::string public_url() const { return options_.settings.notices.public_url.empty() ? url() : options_.settings.notices.public_url; }
    std::string status() const { return fmt::format("watching {} plans on {}", service_.plans().size(), url()); }

    DaemonStats stats()
    {
        tokens_.refresh();
        return {.version = PLANWATCH_VERSION,
                .revision = "",
                .writer = service_.stats(),
                .courier = courier_.stats(),
                .reporter = reporter_.stats(),
                .alertmanagers = alertmanager_ ? std::vector{alertmanager_->stats()} : std::vector<AlertmanagerStats>{},
                .history = history_ ? std::optional{history_->stats()} : std::nullopt,
                .config_last_reload_successful = reload_ok_,
                .config_last_reload_success = reloaded_,
                .certificate_not_after = certificate_ ? std::optional{certificate_->not_after()} : std::nullopt,
                .tokens = tokens_.expiring(),
                .ledger_entries = store_.ledger_entries(),
                .storage_ok = service_.storage_ok()};
    }

    // Check first, then swap: a problem leaves everything as it was, and shows in a metric.
    Problems reload()
    {
        service_manager::reloading();
        Problems problems = try_reload();
        reload_ok_ = problems.empty();
        service_manager::ready(reload_ok_ ? status() : status() + "; the last reload was refused, the log says why");
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
        std::vector<std::string_view> for_restart;
        try {
            if (options_.config_file) {
                const Settings settings = parse_settings(read_file(*options_.config_file), problems);
                if (!options_.plans_from_command_line) fresh.plans = settings.plans;
                fresh.calendar = settings.calendar;
                fresh.office = settings.office;
                fresh.notices = settings.notices;
                fresh.receivers = settings.receivers;
                fresh.http.tls = settings.http.tls;
                fresh.log = settings.log;
                for_restart = tables_for_restart(fresh, settings);
            }
            // Faulty settings may have lost what they say of a certificate.
            auto certificate = problems.empty() ? renewed_certificate(fresh) : Result<std::shared_ptr<Certificate>>{certificate_};
            if (!certificate) problems = std::move(certificate.error());
            auto loaded = load(fresh, std::move(problems));
            if (!loaded) return loaded.error();
            service_.adopt(loaded->plans);
            channels_.adopt(std::move(loaded->destinations));
            courier_.adopt(fresh.notices, std::move(loaded->templates));
            reporter_.wake();
            certificate_ = *certificate;
            server_.renew(certificate_);
            give_back_memory();
        } catch (const std::exception& error) {
            return {{"", error.what()}};
        }
        start_log(fresh.log);
        if (!for_restart.empty()) spdlog::warn("{} changed, and waits for a restart; all else is in force", fmt::join(for_restart, ", "));
        options_.settings = std::move(fresh);
        return {};
    }

    // What stands in the files by now. One that is over already takes no other's place.
    Result<std::shared_ptr<Certificate>> renewed_certificate(const Settings& fresh) const
    {
        if (fresh.http.tls.has_value() != (certificate_ != nullptr))
            return fail("", "TLS is switched on and off by a restart alone: [http] certificate_file and key_file were added or taken away");
        auto renewed = read_certificate(fresh);
        const Instant now = SystemClock{}.now();
        if (renewed && *renewed && (*renewed)->not_after() <= now && certificate_->not_after() > now)
            return fail(fresh.http.tls->certificate.string(), fmt::format("the certificate ended at {} already", format_instant_utc((*renewed)->not_after())));
        return renewed;
    }

    asio::awaitable<void> obey_signals()
    {
        asio::signal_set signals{io_, SIGINT, SIGTERM, SIGHUP};
        for (;;) {
            const int signal = co_await signals.async_wait(asio::use_awaitable);
            if (signal != SIGHUP) break;
            reload();
        }
        service_manager::stopping();
        spdlog::info("stopping: requests in hand are answered first");
        co_await server_.stop(10s);
        co_await reporter_.stop();
        courier_.stop();
        if (alertmanager_) alertmanager_->stop();
        if (history_) co_await history_->stop();
        boost::system::error_code ignored;
        courier_ended_.expires_after(options_.settings.mail.timeout + 1s);
        if (!courier_.ended()) co_await courier_ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        io_.stop();
    }

    // Alive means that the scheduler comes round when it is asked to, not merely that this loop turns.
    bool moved()
    {
        const bool came = service_.last_round() > seen_round_;
        seen_round_ = service_.last_round();
        service_.come_round();
        return came;
    }

    ServeOptions options_;
    std::shared_ptr<Certificate> certificate_;
    asio::io_context io_{1};
    InstanceLock lock_;
    std::unique_ptr<Clock> clock_;
    Store store_;
    Checkpointer checkpointer_;
    StoreReader reader_;
    TokenBook tokens_;
    std::optional<Narrator> narrator_;
    Service service_;
    Press press_;
    Api api_;
    HttpServer server_;
    SystemClock world_clock_;  // of those outside, also where --clock rules here
    Channels channels_{world_clock_};
    std::optional<AlertmanagerFeed> alertmanager_;
    Courier courier_;
    Reporter reporter_;
    std::optional<HistoryExporter> history_;
    asio::steady_timer courier_ended_{io_};
    bool reload_ok_ = true;
    std::optional<Instant> reloaded_;
    std::chrono::steady_clock::time_point seen_round_{};
};

}  // namespace

void make_data_folder(const fs::path& data)
{
    std::error_code error;
    if (fs::exists(data, error) && !fs::is_directory(data, error))
        throw std::runtime_error{fmt::format("the data folder {} is a file; name a folder with --data, or as `data` in the settings", data.string())};
    fs::create_directories(data, error);
    if (error) throw std::runtime_error{fmt::format("the data folder {} cannot be made: {}; name another with --data, or as `data` in the settings", data.string(), error.message())};
}

int serve(const ServeOptions& options)
{
    start_log(options.settings.log);
    Problems problems = options.problems;
    const auto certificate = read_certificate(options.settings);
    if (!certificate) problems.insert(problems.end(), certificate.error().begin(), certificate.error().end());
    auto loaded = load(options.settings, std::move(problems));
    if (!loaded) {
        std::cerr << to_text(loaded.error()) << '\n';
        return 1;
    }
    if (loaded->plans.empty()) spdlog::warn("there is no plan to watch yet: name one under `plans` in the settings, and reload");
    make_data_folder(options.settings.data);
    Daemon daemon{options, *std::move(loaded), *certificate};
    daemon.run();
    spdlog::info("stopped");
    return 0;
}

}  // namespace planwatch
