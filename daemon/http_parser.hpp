// Reads one HTTP request off the wire and keeps of it just what the API asks for. Built on Beast's parser, without Beast's
// tree of fields, which costs an allocation a header field.
#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <string>

namespace planwatch {

namespace http = boost::beast::http;

// Used again for the next request, so that the strings keep their room.
struct ReceivedRequest {
    std::string method;
    std::string target;
    std::string authorization;
    std::string content_type;
    std::string accept;
    std::string accept_encoding;
    std::string body;
    int version = 11;  // 10 or 11
    int hosts = 0;     // how many Host fields came
    bool expects_continue = false;

    void clear();
};

class RequestParser final : public http::basic_parser<true> {
public:
    // `max_header` bounds the whole header, however it is cut into pieces; an error is http::error::header_limit. A body above
    // `max_body` is http::error::body_limit: at the end of the header where its length is said there.
    RequestParser(ReceivedRequest& into, std::size_t max_header, std::size_t max_body);

private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    void on_request_impl(http::verb, string_view method, string_view target, int version, error_code& error) override;
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_field_impl(http::field name, string_view text, string_view value, error_code& error) override;
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override;
    std::size_t on_body_impl(string_view piece, error_code&) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view piece, error_code&) override;
    void on_finish_impl(error_code&) override {}

    void count(std::size_t bytes, error_code& error);

    ReceivedRequest& into_;
    std::size_t header_left_;
};

}  // namespace planwatch
