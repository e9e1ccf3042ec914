#pragma once
// One running blog on a fresh data directory: `cleave up` as a child, and all its processes.
#include <sys/types.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <compare/proc.hpp>
#include <compare/scratch_directory.hpp>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace cleave::compare {

// It did not come up: why, with the end of what it wrote.
class start_failed : public std::runtime_error {
public:
    using runtime_error::runtime_error;
};

struct launch {
    std::filesystem::path binary;
    std::vector<std::string> arguments;  // of `up`, besides --data and --listen
    std::filesystem::path scratch;       // a directory is made in it, and removed
    std::vector<int> cores;              // for all its processes together
    std::chrono::milliseconds stop_patience{10'000};
};

struct cpu_time {
    std::int64_t own_ns = 0;
    std::int64_t reaped_ns = 0;  // of children that ended
};

class system_under_test {
public:
    // Throws start_failed, std::system_error.
    explicit system_under_test(const launch& how);
    // Stops it.
    ~system_under_test();
    system_under_test(const system_under_test&) = delete;

    // Until every module can be reached through the edge. Returns how long that took from the
    // start. Throws start_failed, also where `stop` becomes true.
    std::chrono::nanoseconds wait_until_ready(const std::atomic<bool>& stop);

    // SIGTERM, and SIGKILL for what is left after a patience. False where that was needed.
    bool stop();

    const boost::asio::ip::tcp::endpoint& address() const { return address_; }

    // Its processes when they were last looked for, the supervisor first.
    const std::vector<process_stat>& processes() const { return processes_; }
    // False where they are not the same as before: one ended or was started.
    bool find_processes();

    // By process, as in processes(); 0 for one that is gone. Quick: one system call each.
    std::vector<cpu_time> cpu_times() const;
    // A page of program text that this program uses too counts as one sharer less: in every mode.
    std::vector<std::int64_t> pss_kib() const;
    std::vector<std::vector<thread_use>> threads() const;
    const std::filesystem::path& binary() const { return binary_; }
    std::filesystem::path data() const { return directory_.path() / "data"; }
    // "cleave serve --process main …", with DIR for the directory that was made.
    std::vector<std::string> commands() const;

private:
    bool has_ended();
    std::string last_words() const;

    scratch_directory directory_;
    std::filesystem::path binary_;
    std::chrono::milliseconds stop_patience_;
    boost::asio::ip::tcp::endpoint address_;
    std::chrono::steady_clock::time_point started_{};
    pid_t pid_ = -1;  // -1: ended and waited for
    std::vector<process_stat> processes_{};
};

}  // namespace cleave::compare
