#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <map>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <topology/supervisor_link.hpp>

namespace cleave::topology {

namespace {

using link_socket = asio::basic_stream_socket<asio::local::stream_protocol, executor>;

link_socket open_on(executor where, unique_fd fd) {
    link_socket socket(where);
    socket.assign(asio::local::stream_protocol(), fd.get());
    fd.release();
    return socket;
}

// Hands each line to `use` until the other end closes, or sends a line without end.
template <class F>
async<void> each_line(link_socket& socket, F use) {
    std::string buffer;
    for (;;) {
        const auto [error, size] = co_await asio::async_read_until(
            socket, asio::dynamic_buffer(buffer, link_line_bytes_max), '\n', use_async_tuple);
        if (error) co_return;
        const auto line = buffer.substr(0, size - 1);
        buffer.erase(0, size);
        use(line);
    }
}

// The coroutine keeps its object alive, from before its first step on.
template <class Impl>
void run_on(const std::shared_ptr<Impl>& impl, async<void> (Impl::*coroutine)()) {
    asio::co_spawn(
        impl->socket.get_executor(), [impl, coroutine] { return (impl.get()->*coroutine)(); },
        asio::detached);
}

struct peer_line {
    std::string process;
    bool up = false;
};

std::optional<peer_line> parse_peer(std::string_view line) {
    constexpr std::string_view start = "peer ";
    if (!line.starts_with(start)) return std::nullopt;
    line.remove_prefix(start.size());
    for (const std::string_view state : {" up", " down"})
        if (line.ends_with(state)) {
            line.remove_suffix(state.size());
            return peer_line{std::string(line), state == " up"};
        }
    return std::nullopt;
}

}  // namespace

std::pair<unique_fd, unique_fd> make_link() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::system_error(errno, std::generic_category(), "socketpair");
    return {unique_fd(ends[0]), unique_fd(ends[1])};
}

unique_fd take_inherited_link() {
    const char* value = ::getenv(supervisor_fd_variable);
    if (value == nullptr) return {};
    const std::string text = value;
    ::unsetenv(supervisor_fd_variable);
    int fd = -1;
    const auto* end = text.data() + text.size();
    const bool whole = std::from_chars(text.data(), end, fd).ptr == end && fd > STDERR_FILENO;
    if (!whole || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        throw std::runtime_error(fmt::format(
            "{} is \"{}\", which is no open descriptor: only `cleave up` sets it, so unset it",
            supervisor_fd_variable, text));
    return unique_fd(fd);
}

struct supervisor_link::impl {
    impl(executor where, unique_fd fd, link_events handlers)
        : socket(open_on(where, std::move(fd))), events(std::move(handlers)) {}

    async<void> listen() {
        co_await each_line(socket, [this](std::string_view line) {
            if (closed) return;
            if (const auto peer = parse_peer(line); peer && events.on_peer)
                events.on_peer(peer->process, peer->up);
        });
        if (!std::exchange(closed, true) && events.on_lost) events.on_lost();
    }

    async<void> send_ready() {
        // If it cannot be sent, `up` is gone, and listen() says so.
        co_await asio::async_write(socket, asio::buffer(std::string_view("ready\n")),
                                   use_async_tuple);
    }

    link_socket socket;
    link_events events;
    std::atomic<bool> reported = false;
    bool closed = false;
};

supervisor_link::supervisor_link(executor where, unique_fd socket, link_events events)
    : impl_(std::make_shared<impl>(where, std::move(socket), std::move(events))) {
}

supervisor_link::~supervisor_link() {
    impl_->closed = true;
    impl_->socket.close();
}

void supervisor_link::start() {
    run_on(impl_, &impl::listen);
}

void supervisor_link::report_ready() {
    if (impl_->reported.exchange(true)) return;
    run_on(impl_, &impl::send_ready);
}

struct child_link::impl {
    impl(executor where, unique_fd fd, std::function<void()> ready)
        : socket(open_on(where, std::move(fd))), on_ready(std::move(ready)) {}

    async<void> listen() {
        co_await each_line(socket, [this](std::string_view line) {
            if (line == "ready" && !closed) on_ready();
        });
    }

    async<void> write_changes() {
        while (!changes.empty() && !closed) {
            std::string lines;
            for (const auto& [process, change] : changes) {
                if (change.went_down) lines += fmt::format("peer {} down\n", process);
                if (change.is_up) lines += fmt::format("peer {} up\n", process);
            }
            changes.clear();
            const auto [error, size] =
                co_await asio::async_write(socket, asio::buffer(lines), use_async_tuple);
            if (error) closed = true;  // The child is ending.
        }
        writing = false;
    }

    struct change {
        bool went_down = false;
        bool is_up = false;
    };

    link_socket socket;
    std::function<void()> on_ready;
    std::map<std::string, change, std::less<>> changes;
    bool writing = false;
    bool closed = false;
};

child_link::child_link(executor where, unique_fd socket, std::function<void()> on_ready)
    : impl_(std::make_shared<impl>(where, std::move(socket), std::move(on_ready))) {
}

child_link::~child_link() {
    impl_->closed = true;
    impl_->socket.close();
}

void child_link::start() {
    run_on(impl_, &impl::listen);
}

void child_link::tell_peer(std::string_view process, bool up) {
    if (impl_->closed) return;
    auto& change = impl_->changes[std::string(process)];
    change.is_up = up;
    change.went_down = change.went_down || !up;
    if (std::exchange(impl_->writing, true)) return;
    run_on(impl_, &impl::write_changes);
}

}  // namespace cleave::topology
