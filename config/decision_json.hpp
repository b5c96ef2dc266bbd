// Silences, extensions and waivers as JSON: in the ledger, in the store, and as the API takes them.
//
//     silence    {"id","kinds":[…],"subjects":[…],"units":[…],"most":"critical","from","until","by","comment"}
//     extension  {"duty","unit","period","until":"YYYY-MM-DD","by","reason"}
//     waiver     {"duty","unit","period","by","reason"}
#pragma once

#include "rules/event.hpp"

#include <string>
#include <string_view>

namespace planwatch {

std::string to_json(const Matchers& matchers);
std::string to_json(const Silence& silence);
std::string to_json(const RawExtension& extension);
std::string to_json(const RawWaiver& waiver);

class JsonMembers;
Matchers read_matchers(JsonMembers& members);  // of an object that may hold more
Result<Matchers> parse_matchers(std::string_view json);
// Every problem with its path. What a caller of the API may leave out is optional here: id, by and from.
Result<Silence> parse_silence(std::string_view json);
Result<RawExtension> parse_extension(std::string_view json);
Result<RawWaiver> parse_waiver(std::string_view json);

}  // namespace planwatch
