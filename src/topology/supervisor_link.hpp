#pragma once
// What `up` and a process that it started say to each other, over a socket pair whose number the
// child finds in CLEAVE_SUPERVISOR_FD. Lines of text:
//
//     child to up:  standing-by            started beside another one, which it is to follow
//                   ready                  answers requests
//                   released               another process may own its data now
//     up to child:  peer <instance> at <address>
//                   peer <instance> up | down | gone
//                   peer <instance> renewed     another process answers there now
//                   own | hand-over | take-back
//                   reload                      the file that it was started with has changed
//
// The child is told the state of every other instance when it starts and each change from then on.
// A hand-over: the new process is told `own` when the old one, told `hand-over`, has `released`; if
// it does not become ready, the old one is told to `take-back`, and says that it is ready again.
// End of file in the child: `up` is gone, so the child must go too. Lines that are not known are
// passed over, so that two releases can talk.
#include <base/async.hpp>
#include <base/unique_fd.hpp>
#include <boost/describe.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cleave::topology {

inline constexpr const char* supervisor_fd_variable = "CLEAVE_SUPERVISOR_FD";
inline constexpr std::size_t link_line_bytes_max = 256;

// First `up`'s end, then the child's; both are closed on exec unless handed over.
std::pair<unique_fd, unique_fd> make_link();

// The child's end, or none where the process was not started by `up`. Unsets the variable: call it
// before the first thread starts. Throws std::runtime_error for a number that is no open socket.
unique_fd take_inherited_link();

enum class peer_news { up, down, gone, renewed };
BOOST_DESCRIBE_ENUM(peer_news, up, down, gone, renewed)
enum class order { own, hand_over, take_back, reload };
enum class report { standing_by, ready, released };

// Says that this process stands by and blocks until `up` says `own`. Returns what it said before,
// for the supervisor_link. Throws std::runtime_error where `up` is gone.
std::vector<std::string> stand_by(int link);

// Called on the link's executor.
struct link_events {
    std::function<void(const std::string& instance, peer_news)> on_peer{};
    std::function<void(const std::string& instance, const std::string& address)> on_address{};
    std::function<void(order)> on_order{};
    std::function<void()> on_lost{};  // once; not after the link was destroyed
};

// The child's end.
class supervisor_link {
public:
    // `heard`: lines that came before this began to listen.
    supervisor_link(executor where, unique_fd socket, link_events events,
                    std::vector<std::string> heard = {});
    ~supervisor_link();  // On the executor's thread, or when that has ended.
    supervisor_link(const supervisor_link&) = delete;

    // Begins to listen.
    void start();
    // From any thread.
    void tell(report what);

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

// The end of `up`. All on the executor's thread.
class child_link {
public:
    child_link(executor where, unique_fd socket, std::function<void(report)> on_report);
    ~child_link();
    child_link(const child_link&) = delete;

    void start();
    // Never blocks and never piles up: for a child that does not read, only the last change of
    // each instance is kept (a restart in between stays visible as down, then up).
    void tell_peer(std::string_view instance, peer_news news);
    void tell_address(std::string_view instance, std::string_view address);
    void tell(order what);

private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace cleave::topology
