#pragma once
// `cleave up` against fake children: shell scripts that speak the link's protocol.
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <telemetry/log.hpp>
#include <topology/pidfd.hpp>
#include <topology/supervisor.hpp>

#include "support.hpp"

namespace cleave::topology::test {

using names = std::vector<std::string>;

// Notes its start and each line that it hears in files beside itself; $3 is the process's name.
inline const std::string notes_start = "#!/bin/sh\ncd ${0%/*}\nme=$3\necho $$ >> $me.pids\n";
inline const std::string says_ready = "echo ready >&$CLEAVE_SUPERVISOR_FD\n";
inline const std::string listens =
    "while read -r line <&$CLEAVE_SUPERVISOR_FD; do echo \"$line\" >> $me.heard; done\n";
inline const std::string notes_end = "trap 'echo $me >> ended; exit 0' TERM\n";
inline const std::string obedient = notes_start + notes_end + says_ready + listens;

// A directory with the fake binary and the data of the `up` under test.
struct place {
    explicit place(const std::string& script) {
        cleave::log::configure("test", log::level::error);
        write_script(directory / "fake", script);
    }

    supervisor_options options(const names& split_out = {"comments"}) const {
        auto layout = monolith(blog());
        split(layout, split_out);
        layout.listen = "127.0.0.1:0";
        layout.data = directory / "data";
        return {.layout = layout,
                .binary = directory / "fake",
                .restarts = {.first_delay = std::chrono::milliseconds(1),
                             .delay_max = std::chrono::milliseconds(2),
                             .failed_retry = std::chrono::milliseconds(20)}};
    }

    std::vector<pid_t> pids(const std::string& process) const {
        std::vector<pid_t> all;
        for (const auto& line : lines_of(directory / (process + ".pids")))
            all.push_back(std::stoi(line));
        return all;
    }
    names heard(const std::string& process) const {
        return lines_of(directory / (process + ".heard"));
    }
    bool has_heard(const std::string& process, const std::string& line) const {
        return std::ranges::count(heard(process), line) > 0;
    }
    std::string last_heard(const std::string& process) const {
        const auto all = heard(process);
        return all.empty() ? "" : all.back();
    }
    names run_files() const {
        names all;
        for (const auto& entry : std::filesystem::directory_iterator(directory / "data/run"))
            all.push_back(entry.path().filename());
        return all;
    }

    temporary_directory directory;
};

// An `up` in this process.
struct running {
    explicit running(supervisor_options options) : up(threads, std::move(options)) {
        up.start([this] { stopped = true; });
    }
    ~running() { threads.context(0).stop(); }

    process_status of(const std::string& name) const {
        for (auto& p : up.status().processes)
            if (p.name == name) return p;
        return {};
    }
    bool all_ready() const {
        const auto now = up.status();
        return std::ranges::all_of(now.processes, &process_status::ready);
    }
    bool until(const std::function<bool()>& condition) {
        return run_until(threads.context(0), condition);
    }

    io_threads threads{1};
    supervisor up;
    bool stopped = false;
};

// An `up` in a process of its own, to be killed.
class forked_up {
public:
    explicit forked_up(const place& where,
                       std::chrono::milliseconds patience = std::chrono::seconds(60)) {
        pid_ = ::fork();
        if (pid_ == 0) {
            int code = 0;
            try {
                auto options = where.options();
                options.stop_patience = patience;
                supervise(std::move(options));
            } catch (const std::exception&) {
                code = 1;
            }
            ::_exit(code);
        }
    }
    ~forked_up() {
        if (pid_ > 0) end(SIGKILL);
    }

    void signal(int number) const { ::kill(pid_, number); }
    int wait() {
        int status = -1;
        ::waitpid(std::exchange(pid_, -1), &status, 0);
        return status;
    }
    int end(int number) {
        signal(number);
        return wait();
    }

private:
    pid_t pid_ = -1;
};

inline unique_fd pidfd_of(pid_t pid) {
    return unique_fd(::pidfd_open(pid, 0));
}

}  // namespace cleave::topology::test
