#include <catch2/catch.hpp>

#include "fixture.hpp"

namespace cleave::http::test {

namespace {

using std::chrono::milliseconds;

struct drained {
    std::atomic<int> calls{0};
    std::atomic<std::size_t> thread{99};
    std::function<void()> callback() {
        return [this] {
            thread = this_io_thread();
            ++calls;
        };
    }
};

}  // namespace

TEST_CASE("drain answers what is under way and ends what is idle") {
    drained d;
    fixture f({}, 2);
    peer idle = f.connect(), fresh = f.connect(), busy = f.connect();
    idle.send(get("/size/1"));
    idle.read_response();
    busy.send(get("/gate"));
    f.service.wait_for_arrival();
    REQUIRE(eventually([&] { return f.server->counters().open_connections == 3; }));

    f.server->drain(milliseconds(patience_ms), d.callback());
    CHECK(idle.read_all().empty());
    CHECK(fresh.read_all().empty());
    CHECK(d.calls == 0);
    f.service.open_gate();
    const std::string answer = busy.read_all();
    CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(body_of(answer) == "through");
    CHECK(eventually([&] { return d.calls == 1; }));
    CHECK(d.thread == 0);
    CHECK(f.server->counters().open_connections == 0);
    CHECK_THROWS(f.connect());
}

TEST_CASE("drain lets a request that has begun come to its end") {
    // Cut within the header, and within a body of either framing.
    const std::string request =
        GENERATE(as<std::string>(), "GET /size/3 HTTP/1.1\r\n|Host: a\r\n\r\n",
                 "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nx|xx",
                 "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                 "chunked\r\n\r\n3\r\nxx|x\r\n0\r\n\r\n");
    const auto cut = request.find('|');
    drained d;
    fixture f;
    peer p = f.connect();
    const auto before = f.server->counters().received_bytes;
    p.send(request.substr(0, cut));
    REQUIRE(eventually([&] { return f.server->counters().received_bytes > before; }));
    f.server->drain(milliseconds(patience_ms), d.callback());
    REQUIRE(eventually([&] {
        try {
            f.connect();
            return false;
        } catch (const std::exception&) {
            return true;
        }
    }));
    p.send(request.substr(cut + 1));
    const std::string answer = p.read_all();
    CHECK(body_of(answer) == "xxx");
    CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(eventually([&] { return d.calls == 1; }));
}

TEST_CASE("drain cuts off what outlasts its patience") {
    drained d;
    fixture f;
    peer stuck = f.connect(), half = f.connect();
    stuck.send(get("/gate"));
    f.service.wait_for_arrival();
    half.send("GET /");
    f.server->drain(milliseconds(50), d.callback());
    CHECK(stuck.read_all().empty());
    CHECK(half.read_all().empty());
    CHECK(eventually([&] { return d.calls == 1; }));
    f.service.open_gate();
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
    CHECK(d.calls == 1);
}

TEST_CASE("drain of a server without connections, or one that never started") {
    {
        drained d;
        fixture f({}, 3);
        f.server->drain(milliseconds(patience_ms), d.callback());
        f.server->drain(milliseconds(patience_ms), d.callback());
        CHECK(eventually([&] { return d.calls == 1; }));
    }
    drained d;
    test_service service;
    io_threads threads(1);
    server s(threads, listener().take(), service);
    threads.start();
    s.drain(milliseconds(patience_ms), d.callback());
    CHECK(eventually([&] { return d.calls == 1; }));
}

TEST_CASE("a listener that somebody else holds outlives the drain") {
    listener shared;
    const stream_endpoint at = shared.endpoint();
    unique_fd held = shared.take();
    drained d;
    test_service service;
    {
        io_threads threads(1);
        server s(threads, unique_fd(::dup(held.get())), service);
        threads.start();
        s.start();
        s.drain(milliseconds(patience_ms), d.callback());
        CHECK(eventually([&] { return d.calls == 1; }));
    }
    peer p(at);  // waits in the queue
    p.send(get("/size/1"));
    io_threads threads(1);
    server next(threads, std::move(held), service);
    threads.start();
    next.start();
    CHECK(body_of(p.read_response()) == "x");
}

TEST_CASE("a server may go before its threads, with requests under way") {
    test_service service;
    io_threads threads(2);
    listener l;
    const auto at = l.endpoint();
    std::optional<server> s(std::in_place, threads, l.take(), service);
    threads.start();
    s->start();
    peer busy(at), idle(at);
    busy.send(get("/gate"));
    service.wait_for_arrival();
    s.reset();
    CHECK(busy.read_all().empty());
    CHECK(idle.read_all().empty());
    service.open_gate();
}

}  // namespace cleave::http::test
