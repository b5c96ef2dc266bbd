// The facts of a message for a program: what a JSON webhook carries, in the plan's own names and without prose but for the subject,
// the headlines and the arithmetic.
#pragma once

#include "exporters/json.hpp"
#include "exporters/message_text.hpp"

namespace planwatch {

// One object: number, at, plan, recipient, severity, subject, alerts [ … ]. Keys and their meaning: the README of this folder.
void write_message(Json& json, const Message& message, const Policy& policy, const MessageContext& context);

}  // namespace planwatch
