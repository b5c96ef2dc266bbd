// Made-up messages that templates are tried with before any real one is set with them.
#pragma once

#include "exporters/message_text.hpp"

#include <vector>

namespace planwatch {

std::vector<MessageText> example_messages(Language language);  // one with a single item, and a digest with every part and links

}  // namespace planwatch
