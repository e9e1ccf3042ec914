#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
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

// Some lines, one after the other, by one coroutine.
struct line_sender {
    explicit line_sender(link_socket& to) : socket(to) {}

    async<void> send_all() {
        while (!waiting.empty()) {
            const auto lines = std::exchange(waiting, {});
            const auto [error, size] =
                co_await asio::async_write(socket, asio::buffer(lines), use_async_tuple);
            if (error) break;  // The other end is gone, which its reader finds out.
        }
        sending = false;
    }

    link_socket& socket;
    std::string waiting{};
    bool sending = false;
};

constexpr std::string_view peer_start = "peer ";

// By the number of the enumerator.
constexpr std::string_view orders[] = {"own", "hand-over", "take-back", "reload"};
constexpr std::string_view reports[] = {"standing-by", "ready", "released"};

template <class E, std::size_t N>
std::optional<E> named(const std::string_view (&names)[N], std::string_view text) {
    const auto found = std::ranges::find(names, text);
    if (found == std::end(names)) return std::nullopt;
    return static_cast<E>(found - std::begin(names));
}

template <class E, std::size_t N>
std::string line_of(const std::string_view (&names)[N], E which) {
    return std::string(names[static_cast<std::size_t>(which)]) + "\n";
}

// "comments at 127.0.0.1:7003", "comments up"
void use_peer_line(std::string_view line, const link_events& events) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos) return;
    const std::string instance(line.substr(0, space));
    const std::string word(line.substr(space + 1));
    peer_news news{};
    if (constexpr std::string_view at = "at "; word.starts_with(at)) {
        if (events.on_address) events.on_address(instance, word.substr(at.size()));
    } else if (boost::describe::enum_from_string(word.c_str(), news)) {
        if (events.on_peer) events.on_peer(instance, news);
    }
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

std::vector<std::string> stand_by(int link) {
    const auto says = line_of(reports, report::standing_by);
    if (::send(link, says.data(), says.size(), MSG_NOSIGNAL) < 0)
        throw std::runtime_error("`cleave up` is gone: nobody to take over for");
    std::vector<std::string> heard;
    std::string line;
    for (char c = 0;;) {
        const auto n = ::recv(link, &c, 1, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) throw std::runtime_error("`cleave up` is gone: nobody to take over for");
        if (c != '\n') {
            line += c;
        } else if (named<order>(orders, line) == order::own) {
            return heard;
        } else {
            heard.push_back(std::exchange(line, {}));
        }
    }
}

struct supervisor_link::impl {
    impl(executor where, unique_fd fd, link_events handlers, std::vector<std::string> lines)
        : socket(open_on(where, std::move(fd))),
          events(std::move(handlers)),
          heard(std::move(lines)) {}

    void use(std::string_view line) const {
        if (closed) return;
        if (line.starts_with(peer_start))
            use_peer_line(line.substr(peer_start.size()), events);
        else if (const auto what = named<order>(orders, line); what && events.on_order)
            events.on_order(*what);
    }

    async<void> listen() {
        for (const auto& line : heard) use(line);
        co_await each_line(socket, [this](std::string_view line) { use(line); });
        if (!std::exchange(closed, true) && events.on_lost) events.on_lost();
    }

    async<void> send() { return sender.send_all(); }

    link_socket socket;
    line_sender sender{socket};
    link_events events;
    std::vector<std::string> heard;
    bool closed = false;
};

supervisor_link::supervisor_link(executor where, unique_fd socket, link_events events,
                                 std::vector<std::string> heard)
    : impl_(std::make_shared<impl>(where, std::move(socket), std::move(events), std::move(heard))) {
}

supervisor_link::~supervisor_link() {
    impl_->closed = true;
    impl_->socket.close();
}

void supervisor_link::start() {
    run_on(impl_, &impl::listen);
}

void supervisor_link::tell(report what) {
    asio::post(impl_->socket.get_executor(), [impl = impl_, what] {
        impl->sender.waiting += line_of(reports, what);
        if (!std::exchange(impl->sender.sending, true)) run_on(impl, &impl::send);
    });
}

struct child_link::impl : std::enable_shared_from_this<impl> {
    impl(executor where, unique_fd fd, std::function<void(report)> told)
        : socket(open_on(where, std::move(fd))), on_report(std::move(told)) {}

    async<void> listen() {
        co_await each_line(socket, [this](std::string_view line) {
            if (const auto what = named<report>(reports, line); what && !closed) on_report(*what);
        });
    }

    async<void> write_changes() {
        while ((!changes.empty() || !orders_waiting.empty()) && !closed) {
            std::string lines = std::exchange(orders_waiting, {});
            const auto say = [&lines](std::string_view instance, std::string_view what) {
                lines += fmt::format("{}{} {}\n", peer_start, instance, what);
            };
            for (const auto& [instance, change] : changes) {
                if (!change.address.empty()) say(instance, "at " + change.address);
                if (change.went_down) say(instance, "down");
                if (change.renewed) say(instance, "renewed");
                if (change.last == peer_news::up) say(instance, "up");
                if (change.last == peer_news::gone) say(instance, "gone");
            }
            changes.clear();
            const auto [error, size] =
                co_await asio::async_write(socket, asio::buffer(lines), use_async_tuple);
            if (error) closed = true;  // The child is ending.
        }
        writing = false;
    }

    struct change {
        std::string address;
        bool went_down = false;
        bool renewed = false;
        std::optional<peer_news> last;
    };

    void write();

    link_socket socket;
    std::function<void(report)> on_report;
    std::map<std::string, change, std::less<>> changes;
    std::string orders_waiting;
    bool writing = false;
    bool closed = false;
};

child_link::child_link(executor where, unique_fd socket, std::function<void(report)> on_report)
    : impl_(std::make_shared<impl>(where, std::move(socket), std::move(on_report))) {
}

child_link::~child_link() {
    impl_->closed = true;
    impl_->socket.close();
}

void child_link::start() {
    run_on(impl_, &impl::listen);
}

void child_link::impl::write() {
    if (std::exchange(writing, true)) return;
    run_on(shared_from_this(), &impl::write_changes);
}

void child_link::tell_peer(std::string_view instance, peer_news news) {
    if (impl_->closed) return;
    auto& change = impl_->changes[std::string(instance)];
    if (news == peer_news::renewed)
        change.renewed = true;
    else
        change.last = news;
    change.went_down = change.went_down || news == peer_news::down;
    impl_->write();
}

void child_link::tell_address(std::string_view instance, std::string_view address) {
    if (impl_->closed) return;
    impl_->changes[std::string(instance)].address = address;
    impl_->write();
}

void child_link::tell(order what) {
    if (impl_->closed) return;
    impl_->orders_waiting += line_of(orders, what);
    impl_->write();
}

}  // namespace cleave::topology
