// The bytes of a report's paper as one: what the ledger seals of it.
#pragma once

#include "daemon/digest.hpp"

namespace planwatch {

struct ReportPaper;

// SHA-256 over subject, text, HTML, workbook and its name, and each picture's id, alternative text, size and PNG; each after its length.
Digest digest_of(const ReportPaper& paper);

}  // namespace planwatch
