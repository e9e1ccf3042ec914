#pragma once
// What lies between who calls and who is called: a TCP proxy an edge, which keeps requests waiting
// as a network does, or answers some of them with 500 itself. From outside of the code under test,
// so every architecture gets the same.
//
// It knows of HTTP/1.1 only that the sides take turns: what comes from the caller after the called
// one has said something is a request. With neither trouble it passes bytes on; that alone costs
// some 50 microseconds, so what is measured through it is compared with the same through it.
#include <atomic>
#include <base/async.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <compare/seeded.hpp>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace cleave::compare {

struct edge_trouble {
    std::chrono::nanoseconds delay{0};  // of a request, before it goes on: a round trip's worth
    unsigned failing_permille = 0;      // of requests, which go no further
};

// All on one thread of their own, which runs on the cores of who makes them.
class edge_proxies {
public:
    using endpoint = asio::ip::tcp::endpoint;

    explicit edge_proxies(std::uint64_t seed);
    ~edge_proxies();
    edge_proxies(const edge_proxies&) = delete;

    // One more, on a free port of the loopback, to what will listen there. Returns where it is
    // called.
    endpoint add(const endpoint& to);

    // Of all edges, or of those that lead there; for requests from now on. From any thread.
    void set(edge_trouble what);
    void set(const endpoint& to, edge_trouble what);

private:
    struct edge;
    struct link;
    async<void> accept(edge& on);
    async<void> serve(edge& on, std::shared_ptr<link> one);
    async<void> answer(std::shared_ptr<link> one);
    bool fails(unsigned permille);

    asio::io_context io_{1};
    seeded random_;  // on the thread alone
    std::vector<std::unique_ptr<edge>> edges_;
    std::jthread thread_;
};

}  // namespace cleave::compare
