// The register of an office's food businesses, from CSV: the units of kind `business` of a plan. Format: config/README.md.
#pragma once

#include "config/file.hpp"
#include "rules/plan.hpp"
#include "rules/result.hpp"

#include <string>
#include <vector>

namespace planwatch {

struct Business {
    std::string id;    // the name where the register gives none
    std::string name;
    std::string town;  // a unit of the plan by id, name or alias, or a name of its own
    std::string trade; // what kind of business: 餐饮服务; may be empty
    std::string risk;  // its risk grade: A to D; may be empty
    std::string place; // "file:line"
};

// Every problem as "file:line[, column C]".
Result<std::vector<Business>> parse_business_register(const SourceFile& file);

// Behind the plan's other units: each town that the plan does not name as such a unit of its own, and the businesses, town by
// town in the register's order, as its children. Ids that the plan has already are problems, and so is a town that is a business.
Problems add_businesses(Plan& plan, const std::vector<Business>& businesses);

}  // namespace planwatch
