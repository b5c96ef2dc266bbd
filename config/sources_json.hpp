// The parts of a policy's sources that are no files, as JSON: in the ledger's payload, and what the policy's version is counted from.
// What an office has not set leaves no trace, so that ledgers and versions of before it could be set stay as they are.
#pragma once

#include "rules/office.hpp"

#include <string>

namespace planwatch {

std::string contacts_json(const std::vector<Contact>& contacts);
// ,"routes":[…],"post":{…},"reports":{…}
std::string rules_json(const Office& office);

}  // namespace planwatch
