// Slow clients. Each test waits for "the server closed", never for a time.
#include <poll.h>

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

TEST_CASE("what ends a connection after a HEAD has a body all the same") {
    fixture f({.header_timeout = soon});
    peer p = f.connect();
    p.send("HEAD /size/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    p.read_response(true);
    p.send("GET / HTTP/1.1\r\n");
    CHECK(body_of(p.read_all()) == R"({"errors":{"request":["timed out"]}})");
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
        pollfd closed{same.fd(), POLLRDHUP, 0};
        while (std::chrono::steady_clock::now() < until && same.send("X: y\r\n"))
            if (::poll(&closed, 1, 5) != 0) break;
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
    // The last to come is the first to be looked at.
    entry never(*own), last(*own);
    auto victim = std::make_unique<entry>(*own);
    entry remover(*own);
    last.expires_after(milliseconds(0));
    victim->expires_after(milliseconds(0));
    remover.expires_after(milliseconds(0));
    // A callback may remove the entry that would be next.
    int told = 0;
    victim->then = [&] { ++told; };
    remover.then = [&] { victim.reset(); };
    last.then = [&] {
        if (last.told == 3) own->stop();
    };
    own->run();
    CHECK(last.told == 3);
    CHECK(remover.told == 3);
    CHECK(told == 0);
    CHECK(never.told == 0);
    own.reset();
    CHECK(last.gone);
    CHECK(never.gone);
}

}  // namespace cleave::http::test
