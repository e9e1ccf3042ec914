#include <array>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/write.hpp>
#include <compare/cores.hpp>
#include <compare/edge_proxies.hpp>
#include <string_view>

namespace cleave::compare {

namespace {

using asio::ip::tcp;
using socket = asio::basic_stream_socket<tcp, executor>;
using acceptor = asio::basic_socket_acceptor<tcp, executor>;
using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, executor>;

constexpr std::size_t piece_bytes = 16 * 1024;
constexpr std::string_view failure =
    "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

}  // namespace

struct edge_proxies::edge {
    edge(asio::io_context& io, const endpoint& leads_to)
        : to(leads_to), door(io.get_executor(), endpoint(asio::ip::address_v4::loopback(), 0)) {}

    void set(edge_trouble what) {
        delay_ns = what.delay.count();
        failing_permille = what.failing_permille;
    }

    const endpoint to;
    acceptor door;
    std::atomic<std::int64_t> delay_ns = 0;
    std::atomic<unsigned> failing_permille = 0;
};

struct edge_proxies::link {
    explicit link(asio::io_context& io) : caller(io.get_executor()), called(io.get_executor()) {}
    void close() {
        boost::system::error_code ignored;
        caller.close(ignored);
        called.close(ignored);
    }
    socket caller, called;
    bool answered = true;  // since the caller last spoke
};

edge_proxies::edge_proxies(std::uint64_t seed) : random_(seed, 0) {
    thread_ = std::jthread([this] {
        const preferred now;  // a network does not wait for the generator
        const auto more_may_come = asio::make_work_guard(io_);
        io_.run();
    });
}

edge_proxies::~edge_proxies() {
    io_.stop();
    thread_.join();
}

edge_proxies::endpoint edge_proxies::add(const endpoint& to) {
    edges_.push_back(std::make_unique<edge>(io_, to));
    auto& fresh = *edges_.back();
    asio::co_spawn(io_.get_executor(), accept(fresh), asio::detached);
    return fresh.door.local_endpoint();
}

void edge_proxies::set(edge_trouble what) {
    for (const auto& e : edges_) e->set(what);
}

void edge_proxies::set(const endpoint& to, edge_trouble what) {
    for (const auto& e : edges_)
        if (e->to == to) e->set(what);
}

bool edge_proxies::fails(unsigned permille) {
    return permille > 0 && random_.below(1'000) < permille;
}

async<void> edge_proxies::accept(edge& on) {
    for (;;) {
        auto one = std::make_shared<link>(io_);
        const auto [failed] = co_await on.door.async_accept(one->caller, use_async_tuple);
        if (failed) co_return;
        asio::co_spawn(io_.get_executor(), serve(on, std::move(one)), asio::detached);
    }
}

// What the caller says.
async<void> edge_proxies::serve(edge& on, std::shared_ptr<link> one) {
    const auto [refused] = co_await one->called.async_connect(on.to, use_async_tuple);
    if (refused) co_return one->close();
    boost::system::error_code ignored;
    one->caller.set_option(tcp::no_delay(true), ignored);
    one->called.set_option(tcp::no_delay(true), ignored);
    asio::co_spawn(io_.get_executor(), answer(one), asio::detached);
    std::array<char, piece_bytes> piece;
    timer waits(io_.get_executor());
    for (;;) {
        const auto [ended, bytes] =
            co_await one->caller.async_read_some(asio::buffer(piece), use_async_tuple);
        if (ended) co_return one->close();
        if (std::exchange(one->answered, false)) {
            if (fails(on.failing_permille)) {
                co_await asio::async_write(one->caller, asio::buffer(failure), use_async_tuple);
                co_return one->close();
            }
            if (const auto delay_ns = on.delay_ns.load(); delay_ns > 0) {
                waits.expires_after(std::chrono::nanoseconds(delay_ns));
                co_await waits.async_wait(use_async_tuple);
            }
        }
        const auto [lost, sent] = co_await asio::async_write(
            one->called, asio::buffer(piece.data(), bytes), use_async_tuple);
        if (lost) co_return one->close();
    }
}

// What is said to it.
async<void> edge_proxies::answer(std::shared_ptr<link> one) {
    std::array<char, piece_bytes> piece;
    for (;;) {
        const auto [ended, bytes] =
            co_await one->called.async_read_some(asio::buffer(piece), use_async_tuple);
        if (ended) co_return one->close();
        one->answered = true;
        const auto [lost, sent] = co_await asio::async_write(
            one->caller, asio::buffer(piece.data(), bytes), use_async_tuple);
        if (lost) co_return one->close();
    }
}

}  // namespace cleave::compare
