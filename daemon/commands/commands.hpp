// The subcommands of `planwatch`, one file each; main.cpp holds the table.
#pragma once

#include "daemon/commands/common.hpp"

namespace planwatch {

void add_serve(CLI::App& program, Action& action);
void add_check(CLI::App& program, Action& action);
void add_plan(CLI::App& program, Action& action);
void add_schedule(CLI::App& program, Action& action);
void add_simulate(CLI::App& program, Action& action);
void add_test(CLI::App& program, Action& action);
void add_submit(CLI::App& program, Action& action);
void add_status(CLI::App& program, Action& action);
void add_alerts(CLI::App& program, Action& action);
void add_explain(CLI::App& program, Action& action);
void add_ack(CLI::App& program, Action& action);
void add_silence(CLI::App& program, Action& action);
void add_extend(CLI::App& program, Action& action);
void add_waive(CLI::App& program, Action& action);
void add_token(CLI::App& program, Action& action);
void add_notify(CLI::App& program, Action& action);
void add_backup(CLI::App& program, Action& action);
void add_verify(CLI::App& program, Action& action);
void add_export(CLI::App& program, Action& action);
void add_report(CLI::App& program, Action& action);
void add_completion(CLI::App& program, Action& action);

}  // namespace planwatch
