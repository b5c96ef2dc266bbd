// The API of design.md §6: who may ask what, and the answers. A plain function from request to response, which tests call
// without a socket. Endpoints are a table (api.cpp); what they do stands in api_submissions.cpp, api_queries.cpp,
// api_alerts.cpp, api_decisions.cpp, api_past.cpp, api_reports.cpp and api_links.cpp. Everything that goes wrong is a problem document (problem_json.hpp). API.md says it all to
// those who call.
//
// Lives on the service's thread. Reads come from the engines in memory, or from `reader`; what would take long (the state at
// a past instant) runs on a thread of its own.
#pragma once

#include "daemon/api_query.hpp"
#include "daemon/http_message.hpp"
#include "daemon/link.hpp"
#include "daemon/press.hpp"
#include "daemon/scrape.hpp"
#include "daemon/service.hpp"
#include "daemon/store.hpp"
#include "daemon/token.hpp"
#include "exporters/link_words.hpp"
#include "exporters/metrics.hpp"
#include "exporters/send_result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planwatch {

class JsonMembers;

// What the API reaches of the rest of the daemon.
struct ApiHooks {
    std::function<DaemonStats()> stats;                 // for /metrics, but for those that Scrape reads itself
    std::function<asio::awaitable<Problems>()> reload;  // for /-/reload; problems: the old settings stay
    std::function<Language()> language = {};            // of messages, and of the pages that their links open; none: Chinese
    std::function<asio::awaitable<SendResult>(ReportPaper, std::string to)> preview;  // by mail, marked as one
};

class Api {
public:
    Api(Service& service, StoreReader& reader, TokenBook& tokens, Press& press, const Metrics& metrics, ApiHooks hooks);

    // `request` must live until the answer is there.
    asio::awaitable<Response> handle(const Request& request);

private:
    // A request whose caller is known and may come this far.
    struct Call {
        const Request& request;
        const Token* token = nullptr;  // null: from loopback, where none is needed; good until the first co_await
        std::string_view subject;      // the path's variable part: a plan's or an alert's id
    };
    enum class Access : std::uint8_t {
        local,   // anyone on this machine; from elsewhere a token of role read or admin
        anyone,  // what is asked for says by itself who may ask: a link
        read,    // every token, for the plans that it is bound to
        submit,  // roles submit and admin
        admin,
    };
    struct Route;
    struct Match;
    static const Route routes[];

    Match find(const Request& request) const;
    std::optional<Response> authorise(Access access, const Request& request, const Token*& token);

    // api.cpp
    Response healthy(const Call& call);
    Response ready(const Call& call);
    asio::awaitable<Response> metrics(Call call);
    asio::awaitable<Response> reload(Call call);

    // api_submissions.cpp
    asio::awaitable<Response> post_submissions(Call call);
    asio::awaitable<Response> post_filings(Call call);

    // api_queries.cpp
    Response submissions(const Call& call);
    Response latest(const Call& call, QueryReader& query);
    Response plans(const Call& call);
    Response plan(const Call& call);
    asio::awaitable<Response> indicators(Call call);
    Response slots(const Call& call);
    Response calendar(const Call& call);

    // api_past.cpp
    asio::awaitable<Response> all_history(Call call);
    asio::awaitable<Response> explain_unit(Call call);
    asio::awaitable<Response> in_past(asio::awaitable<Response> work);

    // api_reports.cpp
    asio::awaitable<Response> report(Call call);
    asio::awaitable<Response> made_report(ReportRequest request, std::string format);
    Response reports(const Call& call);
    Response sent_report(const Call& call);
    asio::awaitable<Response> preview_report(Call call);
    ReportRequest read_request(const Call& call, QueryReader& query, ReportKind kind);

    // api_alerts.cpp
    Response alerts(const Call& call);
    Response alert(const Call& call);
    Response history(const Call& call);
    Response explain_alert(const Call& call);
    // An alert that is active, or the last that is known of one that has ended.
    struct FoundAlert {
        const Engine* engine = nullptr;
        Alert alert;
        std::optional<Instant> resolved;
    };

    // api_links.cpp
    Response show_link(const Call& call);
    asio::awaitable<Response> use_link(Call call);
    struct OpenLink;
    const LinkWords& words_of_links() const;
    OpenLink open_link(const Call& call);
    std::optional<FoundAlert> find_alert(const Call& call);

    // api_decisions.cpp
    asio::awaitable<Response> acknowledge(Call call);
    asio::awaitable<Response> post_silence(Call call);
    Response silences(const Call& call);
    asio::awaitable<Response> end_silence(Call call);
    asio::awaitable<Response> extend(Call call);
    asio::awaitable<Response> waive(Call call);
    // What both are: of the slot that the path names.
    template <class Raw>
    asio::awaitable<Response> settle_slot(Call call, std::string_view what, Raw (*read)(JsonMembers&),
                                          asio::awaitable<SettleAnswer> (Service::*settle)(std::string, Raw));
    Response decisions(const Call& call);
    const Engine* engine_of(const Call& call) const;  // of the plan that the subject begins with; null where the caller may not see it

    // The engines of the plans that the caller may see; of `plan` alone where the query names it (unknown: a problem).
    std::vector<const Engine*> engines_for(const Call& call) const;
    std::vector<const Engine*> engines_for(const Call& call, QueryReader& query) const;

    Service& service_;
    StoreReader& reader_;
    TokenBook& tokens_;
    Press& press_;
    ApiHooks hooks_;
    LinkSigner signer_;
    std::chrono::steady_clock::time_point tokens_seen_{};
    Scrape scrape_;
    asio::thread_pool past_{1};
};

// ---- shared by the endpoints

inline constexpr std::string_view json_content_type = "application/json";

// "application/json" of "Application/JSON; charset=utf-8".
std::string media_type(std::string_view content_type);
Response unsupported_media_type(std::string_view content_type, std::string_view accepted);
Response bad_query(const Problems& problems);
Response not_found(std::string_view what, std::string_view id);
// The commit failed, or the database cannot be read: 503, and why.
Response storage_failed(std::string_view why);
asio::awaitable<Response> answer_now(Response response);

bool may_see(const Token* token, std::string_view plan);
// Who the ledger says it was: the token's label and number, "clerk (token 3)".
std::string author_of(const Token& token);

// A body that is of the wrong form altogether, as against one whose content is at fault.
bool is_syntax_error(const Problems& problems);

}  // namespace planwatch
