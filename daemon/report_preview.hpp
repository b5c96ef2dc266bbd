// A report to one's own address before the first is sent: marked as a preview, and recorded nowhere.
#pragma once

#include "config/settings.hpp"
#include "exporters/report_paper.hpp"
#include "exporters/send_result.hpp"

#include <filesystem>
#include <string>

namespace planwatch {

// One try, by the settings' server, or as a file into `folder` where they name none; the answer is the server's, or the file's name. Blocks.
// `to`: name@host. Throws std::invalid_argument where it is none, std::system_error where the password's file cannot be read.
SendResult send_preview(ReportPaper paper, const Mail& mail, const std::filesystem::path& folder, const std::string& to, Instant now);

}  // namespace planwatch
