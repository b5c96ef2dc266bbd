// A copy of a live database, consistent as of the moment the copy ends.
#pragma once

#include <functional>
#include <string>

namespace planwatch {

// Copies `database` to the new file `target` (refuses one that exists) and checks the copy. On any failure throws SqliteError
// and leaves no `target`. `progress(done, all)`: pages.
void backup(const std::string& database, const std::string& target, const std::function<void(int done, int all)>& progress = {});

}  // namespace planwatch
