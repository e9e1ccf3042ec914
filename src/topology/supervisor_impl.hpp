#pragma once
// What supervisor.cpp (start to stop) and supervisor_children.cpp (the life of one process) share.
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <topology/listeners.hpp>
#include <topology/run_files.hpp>
#include <topology/spawn.hpp>
#include <topology/supervisor.hpp>
#include <topology/supervisor_link.hpp>

namespace cleave::topology {

// A process of the topology, whether it runs at the moment or not.
struct supervised_process {
    supervised_process(executor where, placed_process placed, inherited_listeners sockets,
                       restart_limits limits)
        : plan(std::move(placed)),
          listeners(std::move(sockets)),
          policy(limits),
          pidfd(where),
          timer(where) {}

    bool runs() const { return pid > 0; }
    void signal(int number);
    // Waits for it, after its end was seen or SIGKILL was sent; says how it ended.
    std::string reap();

    placed_process plan;
    inherited_listeners listeners;
    restart_policy policy;
    process_state state = process_state::down;
    pid_t pid = -1;
    asio::posix::stream_descriptor pidfd;
    std::unique_ptr<child_link> link;
    std::uint64_t starts = 0;
    bool asked_to_end = false;
    asio::steady_timer timer;  // to its next start; once it was asked to end: to its SIGKILL
};

struct supervisor::impl : std::enable_shared_from_this<impl> {
    impl(io_threads& t, supervisor_options given);

    void start(std::function<void()> stopped);
    void listen_for_signals();
    void stop(bool at_once);
    void advance_stop();
    void ask_to_end(supervised_process& p);
    void finish();
    void remove_files();
    void abandon();
    system_status status() const;

    async<void> keep_running(supervised_process& p);
    bool launch(supervised_process& p);
    child_command command_of(const supervised_process& p, int link_fd) const;
    void became_ready(supervised_process& p);
    void change_state(supervised_process& p, process_state to);

    io_threads& threads;
    asio::io_context& context;
    supervisor_options options;
    std::optional<up_lock> lock;
    std::filesystem::path status_socket, topology_file;
    bound_topology bound;
    std::vector<std::unique_ptr<supervised_process>> processes;
    asio::signal_set signals;
    status_service service;
    std::optional<http::server> server;
    std::function<void()> on_stopped;
    bool all_were_ready = false;
    bool stopping = false;
    bool killing = false;   // no more patience
    bool finished = false;  // nothing runs, and nothing will be started
};

}  // namespace cleave::topology
