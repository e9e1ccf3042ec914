#pragma once
// What supervisor.cpp (start to stop), supervisor_children.cpp (the life of one instance) and
// supervisor_deploy.cpp (putting another process in its place), supervisor_reload.cpp (another
// configuration) and supervisor_foreign.cpp (programs that are not this one) share.
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <topology/child_output.hpp>
#include <topology/control.hpp>
#include <topology/listeners.hpp>
#include <topology/registry_host.hpp>
#include <topology/run_files.hpp>
#include <topology/spawn.hpp>
#include <topology/supervisor.hpp>
#include <topology/supervisor_link.hpp>

namespace cleave::topology {

// A process that was started, until its end was seen.
struct child {
    explicit child(executor where)
        : pidfd(where), ended(where, std::chrono::steady_clock::time_point::max()) {}

    bool runs() const { return pid > 0; }
    void signal(int number);
    // Waits for it, after its end was seen or SIGKILL was sent.
    void reap();

    pid_t pid = -1;
    asio::posix::stream_descriptor pidfd;
    std::unique_ptr<child_link> link;
    std::unique_ptr<child_output> output;                       // where it is passed on
    bool ready = false, standing_by = false, released = false;  // as it said
    bool asked_to_end = false;
    std::string how;           // it ended
    asio::steady_timer ended;  // cancelled then
    std::function<void()> when_ended{};
};

// An instance of a process of the topology, whether it runs at the moment or not.
struct supervised_instance {
    supervised_instance(executor where, placed_process placed, unsigned number,
                        inherited_listeners sockets, restart_limits limits)
        : plan(std::move(placed)),
          id{plan.name, number},
          name(id.name()),
          listeners(std::move(sockets)),
          policy(limits),
          timer(where) {}

    bool runs() const { return (now && now->runs()) || (next && next->runs()); }
    void signal(int number);

    placed_process plan;
    const instance_id id;
    const std::string name;
    inherited_listeners listeners;
    restart_policy policy;
    process_state state = process_state::down;
    std::shared_ptr<child> now;      // answers
    std::shared_ptr<child> next;     // is to take its place
    std::filesystem::path binary{};  // that was deployed; empty: that of its settings
    std::uint64_t starts = 0;
    bool wanted = true;        // false: there are fewer instances by now
    asio::steady_timer timer;  // to its next start
};

struct supervisor::impl : std::enable_shared_from_this<impl> {
    impl(io_threads& t, supervisor_options given);

    void start(std::function<void()> stopped);
    void listen_for_signals();
    void stop(bool at_once);
    void reload();
    void reload_processes(const cleave::topology::topology& fresh);
    void advance_stop();
    void ask_to_end(std::shared_ptr<child> which, const std::string& name);
    void ask_to_end(supervised_instance& p);
    void finish();
    void remove_files();
    void abandon();
    system_status status() const;

    supervised_instance& add(const placed_process& plan, unsigned number);
    void run(supervised_instance& p);
    async<void> keep_running(supervised_instance& p);
    async<void> watch(supervised_instance& p, std::shared_ptr<child> which);
    void listen_to(supervised_instance& p, child& which, unique_fd link);
    std::shared_ptr<child> launch(supervised_instance& p, bool standing_by);
    child_command command_of(const supervised_instance& p, int link_fd, bool standing_by) const;
    unique_fd collect_output(const supervised_instance& p, child& of);
    // supervisor_foreign.cpp
    std::filesystem::path foreign_file(const supervised_instance& p) const;
    child_command foreign_command_of(const supervised_instance& p) const;
    async<bool> gives_document(http::client& program, std::chrono::milliseconds patience) const;
    async<void> await_document(supervised_instance& p, std::shared_ptr<child> which);
    async<void> watch_foreign(supervised_instance& p);
    void was_told(supervised_instance& p, child& by, report what);
    void became_ready(supervised_instance& p);
    void change_state(supervised_instance& p, process_state to);
    void tell_others(const supervised_instance& about, peer_news news);
    void write_topology() const;
    member as_member(const supervised_instance& p) const;

    // See control.hpp.
    task<deployed> deploy(std::string process, std::filesystem::path binary);
    task<deployed_instance> replace(supervised_instance& p, std::filesystem::path binary);
    async<std::string> take_over(supervised_instance& p);  // what went wrong; empty: nothing
    async<std::string> prove(supervised_instance& p);      // the same
    async<void> give_back(supervised_instance& p);
    task<scaled> scale(std::string process, unsigned replicas);
    void run_instances(const std::string& process, unsigned replicas);
    bool is_called(const supervised_instance& p) const;

    io_threads& threads;
    asio::io_context& context;
    supervisor_options options;
    std::optional<up_lock> lock;
    std::filesystem::path status_socket, topology_file;
    bound_topology bound;
    std::vector<std::unique_ptr<supervised_instance>> instances;
    asio::signal_set signals;
    control_service service;
    std::optional<http::server> server;
    std::optional<registry_host> members;
    std::function<void()> on_stopped;
    bool had_terminal = false;
    bool all_were_ready = false;
    bool changing = false;  // a deploy or scale is under way
    bool stopping = false;
    bool killing = false;   // no more patience
    bool finished = false;  // nothing runs, and nothing will be started
};

}  // namespace cleave::topology
