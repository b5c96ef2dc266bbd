// The target of a request: its path and query, decoded.
#pragma once

#include "daemon/http_message.hpp"

namespace planwatch {

// Into `path` and `query`, which keep their room. False, and nothing changed, where the target is no valid path and query.
bool read_target(std::string_view target, std::string& path, std::vector<QueryParameter>& query);

}  // namespace planwatch
