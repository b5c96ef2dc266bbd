#include "daemon/problem_json.hpp"

#include "exporters/json.hpp"

#include <ostream>  // Beast's header of statuses needs it and does not include it

#include <boost/beast/http/status.hpp>

namespace planwatch {

std::string_view status_phrase(int status)
{
    // RFC 9110 renamed two that Beast still calls by their names of RFC 7231 and RFC 4918.
    if (status == 413) return "Content Too Large";
    if (status == 422) return "Unprocessable Content";
    return boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
}

Response problem(int status, std::string_view detail, const Problems& errors)
{
    Json json;
    json.object().member("type", "about:blank").member("title", status_phrase(status));
    json.member("status", status).member("detail", detail);
    if (!errors.empty()) {
        json.key("errors").array();
        for (const Problem& error : errors) {
            json.object().member("path", error.path).member("message", error.message).end_object();
        }
        json.end_array();
    }
    json.end_object();
    return {.status = status, .content_type = problem_content_type, .body = std::move(json).text()};
}

}  // namespace planwatch
