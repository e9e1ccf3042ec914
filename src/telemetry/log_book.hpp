#pragma once
// The last lines that this process wrote, and those of the processes whose stderr comes here: a
// ring for each, so that none washes another's away. One a process, as the log is.
#include <telemetry/log_ring.hpp>

namespace cleave::log {

inline constexpr std::size_t kept_bytes_by_default = 262'144;  // of a process
inline constexpr std::size_t kept_processes_max = 128;         // then: of no further one

// Before the threads start. 0: nothing is kept.
void keep_lines(std::size_t bytes_a_process);

// By those who write lines. The number is given here.
void keep(std::string_view process, const new_line& line);

struct kept {
    std::string book;  // the same as long as this process lives: numbers go on
    std::uint64_t last = 0;
    bool gap = false;  // lines after the number that was asked for are gone already
    std::vector<std::string> processes;
    std::vector<kept_line> lines;  // by number
};
// What was written after the line with this number, by any process that is kept here.
kept lines_after(std::uint64_t number);

}  // namespace cleave::log
