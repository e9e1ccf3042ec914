#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <http/response_head.hpp>
#include <http/session.hpp>
#include <system_error>
#include <telemetry/log.hpp>

namespace cleave::http {

namespace {

constexpr std::chrono::milliseconds out_of_descriptors_pause{100};
constexpr int accepts_in_a_row = 16;

// Out of descriptors or memory: the connection stays in the queue until there are some again.
bool is_exhaustion(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// Best effort: whoever is one too many is told so.
void turn_away(int fd, unsigned status, std::string_view key, std::string_view message) {
    std::string out;
    append_response(out, error_response(status, key, message), {.keep_alive = false});
    send_now(fd, out, {}, 0);
    ::shutdown(fd, SHUT_WR);
}

struct accept_outcome {
    int error = 0;  // 0: one was accepted
};

accept_outcome accept_one(server_core& core, server_thread& thread, int listener) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    unique_fd fd(::accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size,
                           SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) return {errno};
    core.accepted(thread, std::move(fd), &peer);
    return {};
}

async<void> accept_loop(std::shared_ptr<server_core> core, server_thread& thread, unique_fd from) {
    asio::posix::basic_stream_descriptor<executor> listener(thread.context.get_executor(),
                                                            from.release());
    coarse_timer pause(thread.context.get_executor());
    bool stopping = false, exhausted = false;
    thread.stop_accepting = [&] {
        stopping = true;
        pause.cancel();
        boost::system::error_code ignored;
        listener.cancel(ignored);
    };
    while (!stopping) {
        int error = 0;
        for (int i = 0; error == 0 && i < accepts_in_a_row; ++i) {
            error = accept_one(*core, thread, listener.native_handle()).error;
            if (error == 0) exhausted = false;
        }
        if (is_exhaustion(error)) {
            if (!exhausted) log::warning("http", "cannot accept: {}", ::strerrordesc_np(error));
            exhausted = true;
            pause.expires_after(out_of_descriptors_pause);
            co_await pause.async_wait(use_async_tuple);
        } else if (error == EBADF || error == EINVAL || error == ENOTSOCK) {
            log::error("http", "cannot accept any more: {}", ::strerrordesc_np(error));
            break;
        } else if (error == 0 || error == EAGAIN || error == EWOULDBLOCK) {
            // Several threads may be woken for one connection; all but one find nothing.
            co_await listener.async_wait(asio::posix::descriptor_base::wait_read, use_async_tuple);
        }  // Else the peer gave up before we got to it (ECONNABORTED and the like).
    }
    thread.stop_accepting = nullptr;
    boost::system::error_code ignored;
    listener.close(ignored);
    core->part_ended();
}

}  // namespace

server_core::server_core(io_threads& io, unique_fd from, service& service, server_limits most)
    : target(service),
      limits(most),
      now(most),
      addresses(most.connections_per_address_max, most.requests_per_second_max > 0,
                most.loopback_is_limited),
      requests(most.requests_per_second_max, most.requests_burst_max),
      listener(std::move(from)) {
    for (std::size_t i = 0; i < io.size(); ++i)
        threads.push_back(std::make_unique<server_thread>(io.context(i)));
}

void server_core::accept_on(server_thread& thread, unique_fd from) {
    asio::co_spawn(thread.context, accept_loop(shared_from_this(), thread, std::move(from)),
                   asio::detached);
}

void server_core::accepted(server_thread& by, unique_fd fd, const void* peer) {
    if (connections.load(std::memory_order_relaxed) >= now.connections_max)
        return turn_away(fd.get(), 503, "service", "unavailable");
    const client_address address = address_of(peer);
    // A proxy brings everybody.
    const address_limit::key key =
        limits.proxies.contains(address) ? address_limit::key{} : addresses.key_of(address);
    if (!addresses.enter(key)) return turn_away(fd.get(), 429, "rate", "exceeded");
    const int on = 1;
    if (static_cast<const sockaddr*>(peer)->sa_family != AF_UNIX)
        ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

    // Connections live long, so an uneven start would stay uneven. A lead of one is not worth the
    // way to another thread.
    server_thread* to = &by;
    for (const auto& thread : threads)
        if (thread->open.load(std::memory_order_relaxed) + 1 <
            to->open.load(std::memory_order_relaxed))
            to = thread.get();
    alive.fetch_add(1);
    connections.fetch_add(1, std::memory_order_relaxed);
    to->open.fetch_add(1, std::memory_order_relaxed);
    if (to == &by) return adopt(by, std::move(fd), key, address);
    asio::post(to->context, [self = shared_from_this(), to, key, fd = std::move(fd),
                             address]() mutable { self->adopt(*to, std::move(fd), key, address); });
}

void server_core::adopt(server_thread& thread, unique_fd fd, address_limit::key key,
                        const client_address& peer) {
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&own), &size);
    stream_socket socket(thread.context.get_executor());
    boost::system::error_code ec;
    socket.assign(asio::generic::stream_protocol(own.ss_family, 0), fd.get(), ec);
    if (ec) {
        log::error("http", "cannot watch a connection: {}", ec.message());
        connection_ended(thread, key);
        return part_ended();
    }
    fd.release();
    auto made = std::make_unique<session>(shared_from_this(), thread, std::move(socket), key, peer);
    asio::co_spawn(thread.context, session::run(std::move(made)), asio::detached);
}

void server_core::connection_ended(server_thread& thread, address_limit::key key) {
    addresses.leave(key);
    connections.fetch_sub(1, std::memory_order_relaxed);
    thread.open.fetch_sub(1, std::memory_order_relaxed);
}

void server_core::part_ended() {
    if (alive.fetch_sub(1) == 1)
        asio::post(threads.front()->context, [self = shared_from_this()] { self->finish_drain(); });
}

void server_core::stop(server_thread& thread) {
    thread.draining = true;
    if (thread.stop_accepting) thread.stop_accepting();
    for (session* s = thread.sessions; s; s = s->next()) s->drain();
}

void server_core::cut(server_thread& thread) {
    for (session* s = thread.sessions; s; s = s->next()) s->cut();
}

}  // namespace cleave::http
