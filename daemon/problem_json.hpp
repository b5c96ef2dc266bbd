// Problem documents (RFC 9457): how everything that went wrong is told over HTTP.
#pragma once

#include "daemon/http_message.hpp"
#include "rules/result.hpp"

#include <string_view>

namespace planwatch {

inline constexpr std::string_view problem_content_type = "application/problem+json";

// {"type", "title", "status", "detail", "errors": [{"path", "message"}]}: `type` is "about:blank", so `title` is the status's
// own phrase (RFC 9457, 4.2.1). `detail` is for people: what is wrong and how to put it right. Without errors the list is left out.
Response problem(int status, std::string_view detail, const Problems& errors = {});

// "Created" for 201; RFC 9110.
std::string_view status_phrase(int status);

}  // namespace planwatch
