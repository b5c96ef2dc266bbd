#include "daemon/http_parser.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace planwatch {
namespace {

constexpr std::size_t kept_room = std::size_t{64} * 1024;         // a body's room beyond this is given back
constexpr std::size_t reserved_at_once = std::size_t{1024} * 1024;  // a length that is only claimed gets no more than this

// Twice is refused: whoever stands between could have read the other one.
void take_single(std::string& into, boost::beast::string_view value, boost::beast::error_code& error)
{
    if (!into.empty()) error = http::error::bad_field;
    into.assign(value.data(), value.size());
}

void add_to_list(std::string& into, boost::beast::string_view value)
{
    if (!into.empty()) into += ',';
    into.append(value.data(), value.size());
}

}  // namespace

void ReceivedRequest::clear()
{
    method.clear();
    target.clear();
    authorization.clear();
    content_type.clear();
    accept.clear();
    accept_encoding.clear();
    body.clear();
    if (body.capacity() > kept_room) body.shrink_to_fit();
    version = 11;
    hosts = 0;
    expects_continue = false;
}

RequestParser::RequestParser(ReceivedRequest& into, std::size_t max_header, std::size_t max_body) : into_{into}, header_left_{max_header}
{
    header_limit(static_cast<std::uint32_t>(max_header));
    body_limit(max_body);
    eager(true);
}

// Beast holds each piece of a header against the limit; a header that arrives in many pieces is summed up here.
void RequestParser::count(std::size_t bytes, error_code& error)
{
    if (bytes > header_left_) {
        error = http::error::header_limit;
        return;
    }
    header_left_ -= bytes;
}

void RequestParser::on_request_impl(http::verb, string_view method, string_view target, int version, error_code& error)
{
    count(method.size() + target.size() + sizeof "  HTTP/1.1\r\n" - 1, error);
    into_.method.assign(method.data(), method.size());
    into_.target.assign(target.data(), target.size());
    into_.version = version;
}

void RequestParser::on_field_impl(http::field name, string_view text, string_view value, error_code& error)
{
    count(text.size() + value.size() + sizeof ": \r\n" - 1, error);
    if (error) return;
    switch (name) {
    case http::field::host: ++into_.hosts; break;
    case http::field::authorization: take_single(into_.authorization, value, error); break;
    case http::field::content_type: take_single(into_.content_type, value, error); break;
    case http::field::accept: add_to_list(into_.accept, value); break;
    case http::field::accept_encoding: add_to_list(into_.accept_encoding, value); break;
    case http::field::expect: into_.expects_continue = boost::beast::iequals(value, "100-continue"); break;
    default: break;
    }
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&)
{
    if (length) into_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, reserved_at_once)));
}

std::size_t RequestParser::on_body_impl(string_view piece, error_code&)
{
    into_.body.append(piece.data(), piece.size());
    return piece.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, string_view piece, error_code&)
{
    into_.body.append(piece.data(), piece.size());
    return piece.size();
}

}  // namespace planwatch
