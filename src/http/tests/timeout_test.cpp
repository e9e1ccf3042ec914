// Slow clients. Each test waits for "the server closed", never for a time.
#include <catch2/catch.hpp>
#include <http/deadlines.hpp>

#include "fixture.hpp"

namespace cleave::http::test {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds soon{100};

}  // namespace

TEST_CASE("a connection that says nothing is closed") {
    fixture f({.header_timeout = soon});
    peer p = f.connect();
    CHECK(p.read_all().empty());
}

TEST_CASE("a header that never ends is 408") {
    fixture f({.header_timeout = soon});
    peer p = f.connect();
    p.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
    CHECK(status_line(p.read_all()) == "HTTP/1.1 408 Request Timeout");
}

TEST_CASE("a header that trickles does not move its deadline") {
    fixture f({.header_timeout = soon});
    peer p = f.connect();
    p.send(get("/size/1"));
    p.read_response();
    p.send("GET / HTTP/1.1\r\n");
    std::thread trickle([fd = ::dup(p.fd())] {
        peer same{unique_fd(fd)};
        const auto until = std::chrono::steady_clock::now() + milliseconds(patience_ms);
        // Ends when the server has closed and a reset came back.
        while (std::chrono::steady_clock::now() < until && same.send("X: y\r\n"))
            std::this_thread::sleep_for(milliseconds(5));
    });
    const std::string answer = p.read_all();
    p.close();
    trickle.join();
    // 8 KiB at this speed would take 7 s.
    CHECK((status_line(answer) == "HTTP/1.1 408 Request Timeout" || answer.empty()));
}

TEST_CASE("a body that never ends is 408") {
    fixture f({.body_timeout = soon});
    for (const auto* framing :
         {"Content-Length: 5\r\n\r\nhell", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
          "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n"}) {
        peer p = f.connect();
        p.send("POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string(framing));
        CHECK(status_line(p.read_all()) == "HTTP/1.1 408 Request Timeout");
    }
    CHECK(f.service.handled == 0);
}

TEST_CASE("an idle connection is closed without a word") {
    fixture f({.idle_timeout = soon});
    peer p = f.connect();
    p.send(get("/size/1"));
    CHECK(body_of(p.read_response()) == "x");
    CHECK(p.read_all().empty());
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
}

TEST_CASE("a client that does not read is cut off") {
    fixture f({.write_timeout = soon});
    peer p = f.connect();
    p.send(get("/size/50000000"));
    // It has not read a byte when the server gives up.
    CHECK(eventually([&] { return f.server->counters().requests == 1; }));
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
}

TEST_CASE("deadlines: each entry is told until it moves") {
    asio::io_context context;
    struct entry : watched {
        using watched::watched;
        ~entry() override = default;
        void on_deadline() override {
            ++told;
            if (then) then();
        }
        void on_shutdown() override { gone = true; }
        int told = 0;
        bool gone = false;
        std::function<void()> then;
    };
    std::optional<asio::io_context> own(std::in_place);
    entry a(*own), b(*own), never(*own);
    auto c = std::make_unique<entry>(*own);
    a.expires_after(milliseconds(0));
    b.expires_after(milliseconds(0));
    c->expires_after(milliseconds(0));
    // A callback may remove the entry that would be next, and its own.
    b.then = [&] {
        c.reset();
        b.then = nullptr;
    };
    a.then = [&] {
        if (a.told == 3) own->stop();
    };
    own->run();
    CHECK(a.told == 3);
    CHECK(b.told >= 2);
    CHECK(never.told == 0);
    CHECK_FALSE(c);
    own.reset();
    CHECK(a.gone);
    CHECK(never.gone);
}

}  // namespace cleave::http::test
