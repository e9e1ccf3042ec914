#include <base/timer.hpp>
#include <support/eventually.hpp>

#include "two_processes.hpp"

namespace cleave::gateway::test {

namespace {

using cleave::test::eventually;
using http::body_stream;
using opened = result<http::opened_response>;

// A module whose route answers with a stream of each kind.
struct streaming_module {
    std::atomic<int> ended{0}, closed{0};
    std::atomic<std::size_t> flooded{0};
    std::atomic<bool> gate{false};
    std::string last_event_id;

    http::route_list routes() {
        return {{.method = http::verb::get,
                 .path = "/api/stream/{kind}",
                 .access = http::policy::anyone,
                 .streaming = true,
                 .handler = [this](http::request& r) { return answer(r); }}};
    }

    async<http::response> answer(http::request& r) {
        last_event_id = r.last_event_id;
        if (r.param("kind") == "none") co_return http::error_response(404, "stream", "not found");
        http::response out;
        out.content_type = "text/event-stream";
        out.headers = "Cache-Control: no-store\r\n";
        out.stream = [this, kind = r.param("kind")](body_stream& to) { return tell(kind, to); };
        co_return out;
    }

    async<void> tell(std::string kind, body_stream& to) {
        if (kind == "flood") co_await flood(to);
        if (kind == "wait") co_await wait(to);
        if (kind == "cut") {
            co_await to.write("first\n");
            to.abort();
        }
        if (to.closed()) ++closed;
        ++ended;
    }

    async<void> wait(body_stream& to) {
        co_await to.write("first\n");
        steady_timer poll(co_await asio::this_coro::executor);
        while (!gate && !to.closed()) {
            poll.expires_after(std::chrono::milliseconds(1));
            co_await poll.async_wait(use_async_tuple);
        }
        co_await to.write("last\n");
    }

    async<void> flood(body_stream& to) {
        for (bool taken = true; taken;) {
            std::string piece(64 * 1024, 'f');
            taken = co_await to.write(std::move(piece));
            if (taken) flooded += 64 * 1024;
        }
    }
};

async<opened> open_now(http::client& c, std::string kind) {
    http::client_request ask;
    ask.target = "/api/stream/" + kind;
    ask.headers = "Last-Event-ID: 41\r\n";
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    co_return co_await c.open(ask, deadline);
}

struct split : streaming_module, two_processes {
    split() : two_processes(streaming_module::routes()) {}

    opened ask(std::string kind) { return run(open_now(*client, std::move(kind))); }
    result<std::string> read(opened& from) { return run(from->body->read()); }
    void drop(opened& from) {
        const auto work = [](opened& from) -> async<bool> {
            from->body.reset();
            co_return true;
        };
        run(work(from));
    }
};

}  // namespace

TEST_CASE("a stream of another process is relayed piece by piece") {
    split s;
    auto r = s.ask("wait");
    REQUIRE(r);
    REQUIRE(r->body);
    CHECK(r->head.status == 200);
    CHECK(r->head.content_type == "text/event-stream");
    CHECK(r->head.headers.find("Cache-Control: no-store\r\n") != std::string::npos);
    CHECK(s.last_event_id == "41");
    CHECK(s.read(r) == "first\n");
    s.gate = true;
    CHECK(s.read(r) == "last\n");
    CHECK(s.read(r) == "");
    CHECK(s.closed == 0);
}

TEST_CASE("what a streaming route answers without a stream is relayed as it is") {
    split s;
    const auto r = s.ask("none");
    REQUIRE(r);
    CHECK_FALSE(r->body);
    CHECK(r->head.status == 404);
    CHECK(r->head.body == R"({"errors":{"stream":["not found"]}})");
}

TEST_CASE("a client that leaves ends the stream of the other process") {
    split s;
    auto r = s.ask("wait");
    REQUIRE(r);
    REQUIRE(r->body);
    s.drop(r);
    CHECK(eventually([&] { return s.ended == 1; }));
    CHECK(s.closed == 1);
}

TEST_CASE("what is cut off in the other process is cut off here") {
    split s;
    auto r = s.ask("cut");
    REQUIRE(r);
    REQUIRE(r->body);
    auto last = s.read(r);
    while (last && !last->empty()) last = s.read(r);
    CHECK_FALSE(last);
}

TEST_CASE("a client that takes nothing holds the other process back") {
    split s;
    auto r = s.ask("flood");
    REQUIRE(r);
    REQUIRE(r->body);
    std::size_t before = 0;
    CHECK(eventually([&] {
        const std::size_t now = std::exchange(before, s.flooded.load());
        return now > 0 && now == before;
    }));
    CHECK(s.flooded < 64u << 20);  // what the sockets hold
    s.drop(r);
    CHECK(eventually([&] { return s.ended == 1; }));
}

TEST_CASE("draining the gateway ends a relayed stream as it should end") {
    split s;
    auto r = s.ask("wait");
    REQUIRE(r);
    REQUIRE(r->body);
    CHECK(s.read(r) == "first\n");
    std::atomic<bool> drained = false;
    s.open->drain(std::chrono::seconds(20), [&] { drained = true; });
    CHECK(s.read(r) == "");
    CHECK(eventually([&] { return drained.load() && s.ended == 1; }));
    s.open.reset();
}

}  // namespace cleave::gateway::test
