// An answer that is made up of pieces, as its reader sees it.
#pragma once

#include "exporters/metrics_text.hpp"

#include <string>

namespace planwatch::testing {

inline std::string joined(const TextPieces& pieces)
{
    std::string text;
    for (const std::string_view piece : pieces.views) text += piece;
    return text;
}

}  // namespace planwatch::testing
