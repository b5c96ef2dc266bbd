// planwatch backup and planwatch verify: the database kept, and proved.
#include "daemon/backup.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/data_folder.hpp"
#include "daemon/commands/progress.hpp"
#include "daemon/verify.hpp"

#include <fmt/format.h>

namespace planwatch {
namespace {

struct BackupOptions {
    DataChoice where;
    std::string target;
};

int run_backup(const BackupOptions& options)
{
    const std::string database = database_in(data_folder(options.where));
    Progress progress{"pages"};
    backup(database, options.target,
           [&](int done, int all) { progress.show(static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(all)); });
    return exit_code::fine;
}

VerifyReport verify_with_progress(const std::string& database)
{
    StoreReader reader{database};
    Progress progress{"ledger entries"};
    return verify(reader, [&](std::uint64_t done, std::uint64_t all) { progress.show(done, all); });
}

int run_verify(const DataChoice& where)
{
    const VerifyReport report = verify_with_progress(database_in(data_folder(where)));
    if (!report.sound()) throw InputError{report.problems};
    print(fmt::format("sound: {} ledger entries replayed, {} derived rows compared\n", report.entries, report.rows));
    return exit_code::fine;
}

}  // namespace

void add_backup(CLI::App& program, Action& action)
{
    CLI::App& command = *program.add_subcommand("backup", "Copy the database, also while the daemon runs");
    command.footer("Example: planwatch backup planwatch-2023-11-01.db --data ./data");
    auto options = std::make_shared<BackupOptions>();
    command.add_option("file", options->target, "The copy; must not exist")->required()->type_name("FILE");
    add_data(command, options->where);
    on_chosen(command, action, options, run_backup);
}

void add_verify(CLI::App& program, Action& action)
{
    CLI::App& command =
        *program.add_subcommand("verify", "Prove the database: check the ledger's chain, replay it, compare every derived row");
    command.footer("Example: planwatch verify --data ./data");
    auto options = std::make_shared<DataChoice>();
    add_data(command, *options);
    on_chosen(command, action, options, run_verify);
}

}  // namespace planwatch
