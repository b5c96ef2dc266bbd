// A request off the wire, in one piece and in pieces: both are read alike. What is read has a target that is checked, and
// parameters that are taken or refused with a reason.
#include "daemon/api_query.hpp"
#include "daemon/http_parser.hpp"
#include "daemon/http_target.hpp"
#include "daemon/negotiation.hpp"

#include <boost/asio/buffer.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace planwatch;

namespace {

constexpr std::size_t max_header = 2048;
constexpr std::size_t max_body = 4096;

// As the session does it: what was not used is offered again together with what came next. False: refused.
bool receive(std::string_view wire, std::size_t piece, ReceivedRequest& into)
{
    RequestParser parser{into, max_header, max_body};
    std::string buffer;
    while (!parser.is_done()) {
        if (wire.empty()) return false;
        const std::string_view next = wire.substr(0, piece);
        wire.remove_prefix(next.size());
        buffer.append(next);
        while (!buffer.empty() && !parser.is_done()) {
            boost::beast::error_code error;
            const std::size_t used = parser.put(boost::asio::buffer(buffer), error);
            buffer.erase(0, used);
            if (error == http::error::need_more) break;
            if (error) return false;
        }
    }
    return true;
}

void check_parameters(const Request& request)
{
    QueryReader query{request, {"unit", "from", "as_of", "period", "limit", "latest"}};
    const auto told = [&](bool understood, std::string_view name) {
        const auto names_it = [&](const Problem& problem) { return problem.path == "?" + std::string{name}; };
        const bool refused = std::any_of(query.problems().begin(), query.problems().end(), names_it);
        if (!understood && !query.text(name).empty() && !refused) std::abort();
    };
    told(query.day("from").has_value(), "from");
    told(query.instant("as_of").has_value(), "as_of");
    told(query.period("period").has_value(), "period");
    told(query.number("limit", 1, 10'000, 0) != 0, "limit");
    told(query.flag("latest") || query.text("latest") == "false", "latest");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    const std::string_view wire{reinterpret_cast<const char*>(data) + 1, size - 1};
    ReceivedRequest whole, pieces;
    const bool read = receive(wire, wire.size(), whole);
    const bool read_in_pieces = receive(wire, std::size_t{1} + data[0], pieces);
    if (read != read_in_pieces) std::abort();
    if (!read) return 0;
    if (whole.method != pieces.method || whole.target != pieces.target || whole.authorization != pieces.authorization || whole.body != pieces.body ||
        whole.accept != pieces.accept || whole.accept_encoding != pieces.accept_encoding)
        std::abort();
    if (whole.body.size() > max_body || whole.target.size() > max_header) std::abort();

    // Who names no format of ours gets the text format, and who says nothing of compression gets none.
    if (negotiate_format(whole.accept) == ExpositionFormat::openmetrics && whole.accept.size() < std::string_view{"application/openmetrics-text"}.size())
        std::abort();
    if (accepts_gzip(whole.accept_encoding) && whole.accept_encoding.empty()) std::abort();

    std::string path = "unchanged";
    Request request;
    request.method = whole.method;
    if (!read_target(whole.target, path, request.query)) {
        if (path != "unchanged" || !request.query.empty()) std::abort();
        return 0;
    }
    request.path = path;
    check_parameters(request);
    return 0;
}
