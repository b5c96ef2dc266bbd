// What an overlay changed, in a few words for people. For overlay.cpp only.
#pragma once

#include "config/toml_reader.hpp"
#include "rules/directory.hpp"

#include <string>

namespace planwatch::reading {

// A value as it would be written, without quotes around a text; of { value = 5, assumed = "…" } the value and that it was assumed, of a table
// with an id the id.
std::string text_of(const toml::node& node);

// "-3wd 09:00 info reporter; due warning reporter, office"
std::string ladder_text(const toml::node& ladder);

// "张三 <zhang@example.org>, reporter of samr, agri"
std::string contact_text(const Contact& contact);

}  // namespace planwatch::reading
