// The payload of a ledger entry: JSON, compact, in a form that replay reads back for good. Written by the service,
// read by `verify` and by whoever shows the ledger.
//
//     adopt            the sources that the policy is compiled from (config/policy.hpp)
//     submission       an array of submissions, as the API takes them (config/submission.hpp)
//     filing           an array of filings, likewise
//     acknowledgement  {"alert","by","until","comment"}
//     delivery         {"message","delivered","channel","answer","recipient":{"id","name","channel","address"}}
//     silence          config/decision_json.hpp, as are extension and waiver
//     silence_end      {"id","by"}
//     report           {"kind","period","unit","composite","as_of","title","sha256","recipients":[{"id","name","channel","address"}]}
#pragma once

#include "config/policy.hpp"
#include "daemon/ledger.hpp"
#include "rules/event.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace planwatch {

std::string to_payload(const Sources& sources);
std::string to_payload(std::span<const RawSubmission> submissions);
std::string to_payload(std::span<const RawFiling> filings);
std::string to_payload(const Acknowledgement& acknowledgement);
std::string to_payload(const Delivery& delivery);
std::string to_payload(const Silence& silence);
std::string to_payload(const SilenceEnd& end);
std::string to_payload(const RawExtension& extension);
std::string to_payload(const RawWaiver& waiver);
std::string to_payload(const ReportSent& report);

using LedgerEvent =
    std::variant<Sources, std::vector<RawSubmission>, std::vector<RawFiling>, Acknowledgement, Delivery, Silence, SilenceEnd, RawExtension, RawWaiver, ReportSent>;
Result<LedgerEvent> parse_payload(LedgerKind kind, std::string_view payload);

}  // namespace planwatch
