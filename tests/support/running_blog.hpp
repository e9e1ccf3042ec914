#pragma once
// The real binary, running: `cleave up` on a data directory, and what can be seen of it from
// outside. When a test fails, what the blog wrote is printed (running_blog.cpp listens to Catch).
#include <memory>
#include <support/child_process.hpp>
#include <support/http_peer.hpp>
#include <support/scratch_folder.hpp>

namespace cleave::test {

// From the environment (CLEAVE_BINARY), as ctest sets it; without it, where CMake built it.
std::filesystem::path cleave_binary();
// The modules as CMake knows them.
std::vector<std::string> known_modules();
inline constexpr std::string_view gateway = "gateway";

// The program with these arguments, to its end. Throws where it does not end.
finished run_cleave(const std::vector<std::string>& arguments);
bool has(const std::string& text, const std::string& part);

// A line of `cleave status --json`.
struct process_info {
    std::string name;
    pid_t pid = 0;
    std::vector<std::string> modules;
    std::string state;
    std::int64_t restarts = 0;
    address internal, ops, public_address;

    bool runs(std::string_view module) const;
    bool is_ready() const { return state == "ready"; }
};

std::vector<process_info> parse_status(const std::string& text);

class running_blog {
public:
    // Starts `cleave up ARGUMENTS --data DATA` on a free port, and waits until all of it is ready.
    explicit running_blog(const std::filesystem::path& data,
                          const std::vector<std::string>& arguments = {});
    // Ends it, if need be by force.
    ~running_blog();
    running_blog(const running_blog&) = delete;

    const address& at() const { return at_; }
    const std::filesystem::path& data() const { return data_; }
    child_process& up() { return *up_; }

    // What `up` says of its processes.
    std::vector<process_info> processes() const;
    process_info process_with(std::string_view module) const;
    std::vector<pid_t> pids() const;
    // Every process is ready, and the edge says so too.
    bool is_ready() const;

    // SIGTERM to `up`; its exit code. Everything is gone then, or is found by what_is_left().
    std::optional<int> stop();
    // SIGKILL to `up` alone.
    void kill();
    // Processes and files that should not be there when nothing runs, each as a sentence.
    std::vector<std::string> what_is_left() const;
    // What it started goes by itself, and what it left is another's: its destructor does nothing.
    void forget();

private:
    std::filesystem::path data_;
    output_files output_;
    std::unique_ptr<child_process> up_;
    address at_;
    bool forgotten_ = false;
};

// A blog on a scratch folder of its own.
class scratch_blog {
public:
    explicit scratch_blog(const std::vector<std::string>& arguments = {});

    running_blog& operator*() { return *blog_; }
    running_blog* operator->() { return blog_.get(); }
    const std::filesystem::path& data() const { return data_; }
    // Again on the same data, after it was stopped or killed.
    void restart(const std::vector<std::string>& arguments = {});
    // The same, without waiting for what the one before has left to go away.
    void start_beside(const std::vector<std::string>& arguments = {});

private:
    scratch_folder folder_;
    std::filesystem::path data_;
    std::unique_ptr<running_blog> blog_;
};

}  // namespace cleave::test
