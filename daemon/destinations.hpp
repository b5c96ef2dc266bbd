// The settings' receivers and mail server with their files read: what a sender needs.
#pragma once

#include "config/settings.hpp"
#include "exporters/destination.hpp"
#include "exporters/smtp.hpp"

#include <vector>

namespace planwatch {

// Same order as the settings'. The problems of all of them: a file that cannot be read or holds no single line, a URL that must not
// be sent to (url_problem). No problem quotes a secret.
Result<std::vector<Destination>> read_destinations(const std::vector<Receiver>& receivers);

// Throws std::system_error where the password's file cannot be read.
SmtpServer smtp_server(const Mail& mail);

}  // namespace planwatch
