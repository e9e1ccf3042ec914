#include <catch2/catch.hpp>

#include "caller.hpp"
#include "stream_fixture.hpp"

namespace cleave::http::test {

namespace {

using opened = result<opened_response>;
using piece = result<std::string>;

// Runs what it is given on the client's thread, and waits for what comes of it.
template <class T>
T on_thread_of(caller& call, async<T> work) {
    auto promise = std::make_shared<std::promise<T>>();
    auto future = promise->get_future();
    asio::co_spawn(
        call.threads.context(0), std::move(work),
        [promise](std::exception_ptr, T value) { promise->set_value(std::move(value)); });
    return future.get();
}

async<opened> open_now(client& c, std::string target, milliseconds time) {
    client_request ask;
    ask.target = std::move(target);
    const auto deadline = std::chrono::steady_clock::now() + time;
    co_return co_await c.open(ask, deadline);
}

opened open(caller& call, std::string target, milliseconds time = milliseconds(patience_ms)) {
    return on_thread_of(call, open_now(*call.c, std::move(target), time));
}

piece read(caller& call, opened& from) {
    return on_thread_of(call, from->body->read());
}

// On the client's thread, where it lives.
void drop(caller& call, opened& from) {
    const auto work = [](opened& from) -> async<bool> {
        from->body.reset();
        co_return true;
    };
    on_thread_of(call, work(from));
}

std::string read_to_end(caller& call, opened& from) {
    std::string all;
    for (;;) {
        const auto p = read(call, from);
        if (!p) return all + "(lost)";
        if (p->empty()) return all;
        all += *p;
    }
}

}  // namespace

TEST_CASE("client stream: piece by piece, and the connection is kept") {
    stream_fixture f;
    caller call(f.at);
    auto first = open(call, "/wait");
    REQUIRE(first);
    REQUIRE(first->body);
    CHECK(first->head.status == 200);
    CHECK(first->head.content_type == "text/plain");
    CHECK(read(call, first) == "first\n");
    f.service.gate = true;
    CHECK(read_to_end(call, first) == "last\n");
    CHECK(read(call, first) == "");

    auto second = open(call, "/100");
    REQUIRE(second);
    CHECK(read_to_end(call, second).ends_with("piece 99\npiece 100\n"));
    CHECK(f.server->counters().open_connections == 1);
}

TEST_CASE("client stream: an answer that is none has its body at once") {
    stream_fixture f;
    caller call(f.at);
    for (const std::string target : {"/plain", "/sized/5"}) {
        auto r = open(call, target);
        REQUIRE(r);
        CHECK_FALSE(r->body);
        CHECK(r->head.body.size() == 5);
    }
    CHECK(f.server->counters().open_connections == 1);
}

TEST_CASE("client stream: until the connection ends") {
    listener l;
    caller call(l.endpoint());
    auto opening = std::async(std::launch::async, [&] { return open(call, "/"); });
    peer p = l.accept();
    p.read_response(true);
    p.send("HTTP/1.1 200 OK\r\n\r\nsome");
    auto r = opening.get();
    REQUIRE(r);
    REQUIRE(r->body);
    CHECK(read(call, r) == "some");
    p.send("more");
    CHECK(read(call, r) == "more");
    p.close();
    CHECK(read(call, r) == "");
}

TEST_CASE("client stream: what is cut off is not taken for whole") {
    stream_fixture f;
    caller call(f.at);
    for (const std::string target : {"/throw", "/abort"}) {
        auto r = open(call, target);
        REQUIRE(r);
        CHECK(read_to_end(call, r) == "first\n(lost)");
    }
}

TEST_CASE("client stream: who drops it is noticed at the other end") {
    stream_fixture f;
    caller call(f.at);
    auto r = open(call, "/wait");
    REQUIRE(r);
    drop(call, r);
    CHECK(eventually([&] { return f.service.ended == 1; }));
    CHECK(f.service.closed == 1);
}

TEST_CASE("client stream: cancelling ends a read that waits") {
    stream_fixture f;
    caller call(f.at);
    auto r = open(call, "/wait");
    REQUIRE(r);
    CHECK(read(call, r) == "first\n");
    auto waiting = std::async(std::launch::async, [&] { return read(call, r); });
    const auto cancel = [](opened& from) -> async<bool> {
        from->body->cancel();
        co_return true;
    };
    on_thread_of(call, cancel(r));
    const piece lost = waiting.get();
    REQUIRE_FALSE(lost);
    CHECK(lost.error().code == errc::outcome_unknown);
    CHECK(eventually([&] { return f.service.ended == 1; }));
}

TEST_CASE("client stream: a peer that is silent for too long is lost") {
    stream_fixture f;
    caller call(f.at, {.silence_max = milliseconds(100)});
    auto r = open(call, "/wait");
    REQUIRE(r);
    CHECK(read_to_end(call, r) == "first\n(lost)");
}

TEST_CASE("client stream: one that is not read does not grow") {
    stream_fixture f;
    caller call(f.at);
    auto r = open(call, "/flood");
    REQUIRE(r);
    for (int i = 0; i < 10; ++i) {
        const auto p = read(call, r);
        REQUIRE(p);
        CHECK(p->size() <= client_limits{}.header_bytes_max);
    }
    // As much as the two sockets hold, and then no more.
    std::size_t before = 0;
    CHECK(eventually([&] {
        const std::size_t now = std::exchange(before, f.service.flooded.load());
        return now > 0 && now == before;
    }));
    CHECK(f.service.flooded < 32u << 20);
    drop(call, r);
    CHECK(eventually([&] { return f.service.ended == 1; }));
}

TEST_CASE("client stream: streams are not among the requests in flight") {
    stream_fixture f;
    caller call(f.at, {.in_flight_max = 1});
    auto a = open(call, "/wait"), b = open(call, "/wait");
    CHECK(a);
    CHECK(b);
    CHECK(call.ask("/plain")->body == "plain");
}

TEST_CASE("client stream: the head has a deadline") {
    listener l;
    caller call(l.endpoint());
    const auto r = open(call, "/", milliseconds(50));
    REQUIRE_FALSE(r);
    CHECK(r.error().code == errc::outcome_unknown);
}

}  // namespace cleave::http::test
