#pragma once
// What `up` and a process that it started say to each other, over a socket pair whose number the
// child finds in CLEAVE_SUPERVISOR_FD. Lines of text:
//
//     child to up:  ready
//     up to child:  peer <process> up
//                   peer <process> down
//
// The child is told the state of every other process when it starts and each change from then on.
// End of file in the child: `up` is gone, so the child must go too. Lines that are not known are
// passed over, so that two releases can talk.
#include <base/async.hpp>
#include <base/unique_fd.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace cleave::topology {

inline constexpr const char* supervisor_fd_variable = "CLEAVE_SUPERVISOR_FD";
inline constexpr std::size_t link_line_bytes_max = 256;

// First `up`'s end, then the child's; both are closed on exec unless handed over.
std::pair<unique_fd, unique_fd> make_link();

// The child's end, or none where the process was not started by `up`. Unsets the variable: call it
// before the first thread starts. Throws std::runtime_error for a number that is no open socket.
unique_fd take_inherited_link();

// Called on the link's executor.
struct link_events {
    std::function<void(const std::string& process, bool up)> on_peer;
    std::function<void()> on_lost;  // once; not after the link was destroyed
};

// The child's end.
class supervisor_link {
public:
    supervisor_link(executor where, unique_fd socket, link_events events);
    ~supervisor_link();  // On the executor's thread, or when that has ended.
    supervisor_link(const supervisor_link&) = delete;

    // Begins to listen.
    void start();
    // Says that this process answers requests. From any thread; only the first call counts.
    void report_ready();

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

// The end of `up`. All on the executor's thread.
class child_link {
public:
    child_link(executor where, unique_fd socket, std::function<void()> on_ready);
    ~child_link();
    child_link(const child_link&) = delete;

    void start();
    // Never blocks and never piles up: for a child that does not read, only the last change of
    // each process is kept (a restart in between stays visible as down, then up).
    void tell_peer(std::string_view process, bool up);

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace cleave::topology
