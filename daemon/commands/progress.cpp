#include "daemon/commands/progress.hpp"

#include "daemon/clock.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

namespace planwatch {
namespace {

using namespace std::chrono_literals;
constexpr std::string_view wipe = "\r\033[K";

}  // namespace

Progress::Progress(std::string what)
    : what_{std::move(what)}, next_{SystemClock{}.now() + 1s}, terminal_{isatty(STDERR_FILENO) == 1}
{}

Progress::~Progress()
{
    if (shown_) std::cerr << wipe << std::flush;
}

void Progress::show(std::uint64_t done, std::uint64_t all)
{
    if (!terminal_) return;
    const Instant now = SystemClock{}.now();
    if (now < next_) return;
    next_ = now + 200ms;
    shown_ = true;
    std::cerr << wipe << fmt::format("{}: {} of {} ({} %)", what_, done, all, done * 100 / std::max<std::uint64_t>(all, 1))
              << std::flush;
}

}  // namespace planwatch
