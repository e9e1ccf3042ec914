#pragma once
// The engine of `cleave up`: starts every process of a topology, restarts what ends, tells each of
// the state of the others, and stops them all.
//
// It holds the listening sockets for its whole life, so callers of a process that is being
// restarted wait in the accept queue instead of being refused.
#include <base/io_threads.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <http/remote_channel.hpp>
#include <memory>
#include <string>
#include <topology/handover.hpp>
#include <topology/restart_policy.hpp>
#include <topology/status.hpp>
#include <topology/topology.hpp>
#include <vector>

namespace cleave::topology {

// The configuration as it is by now.
struct reread_layout {
    cleave::topology::topology layout;
    std::string settings{};
};

struct supervisor_options {
    cleave::topology::topology layout;
    std::filesystem::path binary = "/proc/self/exe";
    // After `serve --process NAME --config DIR/run/topology.toml`.
    std::vector<std::string> child_args{};
    // Of the internal key, for programs that are not this one.
    std::filesystem::path key_file{};
    // Sections of a config file that topology does not read; handed to the children with it.
    std::string settings{};
    // Of `up` itself, under systemd: the public listener is taken from here if it is there.
    inherited_listeners inherited{};
    // Gets each line that a process writes to its stderr; empty: they go where ours go.
    std::function<void(const std::string& instance, std::string_view line)> on_output{};
    // Answers GET /logs on up.sock; empty: it is not there.
    std::function<http::response(const http::request&)> logs{};
    // Of the registry that it hosts, and how its callers prove who they are; empty: none.
    std::string registry_address{};
    http::credentials credentials{};
    // On SIGHUP. Throws config_error where that cannot be used, or takes a restart; all stays as it
    // is then. Empty: SIGHUP ends `up`.
    std::function<reread_layout()> reread{};
    std::chrono::milliseconds stop_patience{10'000};  // a process; then SIGKILL
    restart_limits restarts{};
};

class supervisor {
public:
    // Takes DIR/run/up.lock, binds every listener and writes DIR/run/topology.toml: the topology
    // with the addresses that the listeners really have. Starts nothing yet.
    // `threads` has one thread: the children live as long as it does.
    // Throws config_error (another `up`, a path that is too long) or std::system_error (a port
    // that is taken).
    supervisor(io_threads& threads, supervisor_options options);
    // Kills what still runs, and removes the files.
    ~supervisor();
    supervisor(const supervisor&) = delete;

    // Starts the processes, serves DIR/run/up.sock and listens for SIGTERM and SIGINT: the first
    // is stop(), the second kill(). `on_stopped` is called once, when nothing runs any more and
    // the files are gone.
    void start(std::function<void()> on_stopped);

    // The gateway's process drains first; the others follow when it has gone.
    void stop();
    // At once.
    void kill();

    // What SIGHUP does: reads the configuration again. Processes keep running: they are told of
    // limits, addresses and the like, and there may be more or fewer replicas.
    void reload();

    system_status status() const;
    // With the addresses that the listeners really have.
    const cleave::topology::topology& effective() const;

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

// All of it: `cleave up` from start to stop. Throws as the constructor does.
void supervise(supervisor_options options);

}  // namespace cleave::topology
