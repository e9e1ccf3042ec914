#pragma once
// What Linux tells of processes: man 5 proc.
#include <sys/types.h>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::compare {

// Of /proc/PID/stat.
struct process_stat {
    pid_t pid = 0;
    pid_t parent = 0;
    char state = '?';
    std::uint64_t cpu_ticks = 0;         // its own threads', those that ended included
    std::uint64_t reaped_cpu_ticks = 0;  // of children that ended and were waited for
    std::int64_t threads = 0;
    std::uint64_t start_ticks = 0;  // since boot: tells two processes of one pid apart
    bool operator==(const process_stat&) const = default;
};
std::optional<process_stat> parse_stat(std::string_view text);

// The sum line "Pss:" of /proc/PID/smaps_rollup: a page that n processes share counts as 1/n, so
// the sum over processes of one binary does not count its text n times.
std::optional<std::int64_t> parse_pss_kib(std::string_view text);

// The value of the first line "name : value", of /proc/cpuinfo.
std::string parse_line(std::string_view text, std::string_view name);

// Of /proc/stat: how long these cores together were not idle, whoever used them.
std::uint64_t parse_busy_ticks(std::string_view text, const std::vector<int>& cores);

// "0-2,5": of a list of numbers as the kernel writes it.
std::string to_list(const std::vector<int>& numbers);

// Nothing where the process is gone.
std::optional<process_stat> read_stat(pid_t pid);
std::optional<std::int64_t> read_pss_kib(pid_t pid);
// Its arguments, separated by blanks.
std::string read_command(pid_t pid);
// Of all its threads, to the nanosecond where the kernel tells.
std::optional<std::int64_t> read_cpu_ns(pid_t pid);

// The process and its descendants, parents first.
std::vector<process_stat> family_of(pid_t root);
// Picks them from a list of all processes.
std::vector<process_stat> family_in(const std::vector<process_stat>& all, pid_t root);

// Of its threads that there are now. A name has at most 15 bytes.
struct thread_use {
    pid_t id = 0;
    std::string name;
    std::int64_t cpu_ns = 0;    // to the tick, most often 10 ms
    std::int64_t switches = 0;  // how often it was taken off a core, of its own will or not
};
std::vector<thread_use> read_threads(pid_t pid);

// Received over the loopback interface by everybody, since boot.
std::int64_t read_loopback_bytes();

std::int64_t read_busy_ns(const std::vector<int>& cores);

std::int64_t ticks_to_ns(std::uint64_t ticks);

}  // namespace cleave::compare
