// A report to somebody who is reached by a chat or a program, and by no mail.
#pragma once

#include "exporters/chat_text.hpp"
#include "exporters/json.hpp"
#include "exporters/report_paper.hpp"
#include "rules/policy.hpp"

#include <cstdint>

namespace planwatch {

// Its subject, and its text as far as the first empty line.
ChatText report_chat(const ReportPaper& paper);

// The webhook's message: of no alert, with `report {id, text}`. `report`: the number of its ledger entry.
void write_report_message(Json& json, const Message& message, std::uint64_t report, const ReportPaper& paper, const Policy& policy);

}  // namespace planwatch
