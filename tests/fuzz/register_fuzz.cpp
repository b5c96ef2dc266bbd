// A register of businesses; what is accepted makes a plan whose ids stand once and whose businesses all have a town.
#include "config/business_register.hpp"

#include <cstdint>
#include <cstdlib>
#include <set>

using namespace planwatch;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto read = parse_business_register({"b.csv", {reinterpret_cast<const char*>(data), size}});
    if (!read) {
        if (read.error().empty()) std::abort();
        return 0;
    }
    Plan plan;
    plan.units.push_back({.id = "north", .name = "北镇", .aliases = {"北镇人民政府"}, .parent = {}, .kind = UnitKind::town, .assumed = {}});
    if (!add_businesses(plan, *read).empty()) return 0;
    std::set<std::string> ids;
    std::size_t businesses = 0;
    for (const Unit& unit : plan.units) {
        if (!ids.insert(unit.id).second) std::abort();
        if (unit.kind != UnitKind::business) continue;
        ++businesses;
        if (!unit.parent || plan.units.at(*unit.parent).kind == UnitKind::business) std::abort();
    }
    if (businesses != read->size()) std::abort();
    return 0;
}
