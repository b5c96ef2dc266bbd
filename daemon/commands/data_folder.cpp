#include "daemon/commands/data_folder.hpp"

#include "daemon/wiring.hpp"

#include <fmt/format.h>

namespace planwatch {

void add_data(CLI::App& command, DataChoice& choice)
{
    command.add_option("--data", choice.data, "The daemon's folder")->type_name("DIR");
    add_config(command, choice.config);
}

std::filesystem::path data_folder(const DataChoice& choice)
{
    return choice.data.empty() ? read_settings(choice.config).data : std::filesystem::path{choice.data};
}

std::string database_in(const std::filesystem::path& data)
{
    const std::filesystem::path file = database_file(data);
    if (!std::filesystem::exists(file))
        throw std::runtime_error{fmt::format("there is no database in {} (looked for {}); --data names the daemon's folder",
                                             data.string(), file.string())};
    return file.string();
}

}  // namespace planwatch
