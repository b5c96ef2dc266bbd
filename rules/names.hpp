// The names of an enum's values, given in the order of its enumerators.
#pragma once

#include <cassert>
#include <initializer_list>
#include <string_view>

namespace planwatch {

template <class Enum>
constexpr std::string_view name_in(std::initializer_list<std::string_view> names, Enum value)
{
    const auto position = static_cast<std::size_t>(value);
    assert(position < names.size());
    return names.begin()[position];
}

}  // namespace planwatch
