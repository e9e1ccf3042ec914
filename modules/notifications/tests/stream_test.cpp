// The stream, on a real database and a client that is none.
#include "audience.hpp"
#include "notifications_under_test.hpp"
#include "streams.hpp"

using namespace cleave;
using namespace cleave::test;
using namespace cleave::notifications;

namespace {

// Takes what it is given, and leaves after so many pieces.
class listener final : public http::body_stream {
public:
    explicit listener(std::size_t pieces_max) : pieces_max_(pieces_max) {}
    async<bool> write(std::string piece) override {
        said.push_back(std::move(piece));
        if (on_piece) on_piece(said.size());
        if (said.size() >= pieces_max_) close();
        co_return !closed_;
    }
    bool closed() const override { return closed_; }
    void when_closed(std::function<void()> call) override { when_closed_ = std::move(call); }
    void abort() override { aborted = true; }
    void close() {
        closed_ = true;
        if (when_closed_) when_closed_();
    }

    std::vector<std::string> said;
    std::function<void(std::size_t)> on_piece;
    bool aborted = false;

private:
    std::size_t pieces_max_;
    bool closed_ = false;
    std::function<void()> when_closed_;
};

struct streams_under_test : notifications_under_test {
    using notifications_under_test::notifications_under_test;

    async<http::response> open(std::int64_t user, std::string last_event_id = {}) {
        for (const auto& route : notifications->routes())
            if (route.path == "/api/notifications/stream") {
                CHECK(route.streaming);
                http::request r;
                r.context.caller = {user, 1, role::author};
                r.last_event_id = std::move(last_event_id);
                co_return co_await route.handler(r);
            }
        co_return http::response();
    }
    async<void> listen_to(std::int64_t user, std::string last_event_id, listener& to) {
        auto answer = co_await open(user, std::move(last_event_id));
        REQUIRE(answer.stream);
        co_await answer.stream(to);
    }
    void listen(std::int64_t user, std::string last_event_id, listener& to) {
        run_coroutine(listen_to(user, std::move(last_event_id), to));
    }
};

}  // namespace

TEST_CASE("a stream begins with where it stands, and tells what comes") {
    streams_under_test t;
    t.comment(1, anne, jake);
    t.deliver_all();
    t.comment(2, anne, jake);
    t.comment(3, anne, jake);
    const auto published = t.comments.published();
    const auto subscription = subscription_to("comments", t.notifications->subscriptions());
    listener client(3);
    client.on_piece = [&](std::size_t pieces) {
        if (pieces > 2) return;
        const auto& next = published[pieces];
        apply_to(t.p, subscription, next);
    };
    t.listen(jake, "", client);
    REQUIRE(client.said.size() == 3);
    CHECK(client.said[0] == "retry: 3000\nid: 1\n\n");
    CHECK(client.said[1] ==
          "id: 2\nevent: notification\ndata: "
          R"({"id":2,"kind":"comment","createdAt":"2026-08-13T10:00:00.123Z","readAt":null,)"
          R"("actor":{"username":"anne","bio":null,"image":null,"following":false},)"
          R"("article":{"slug":"hello","title":"Hello"},"commentId":2})"
          "\n\n");
    CHECK(client.said[2].starts_with("id: 3\n"));
    CHECK_FALSE(client.aborted);
}

TEST_CASE("a stream resumes after the last event that was seen") {
    streams_under_test t;
    for (std::int64_t id = 1; id <= 205; ++id) t.comment(id, anne, jake);
    t.comment(206, anne, mary);
    t.deliver_all();
    listener client(4);
    t.listen(jake, "3", client);
    std::string all;
    for (const auto& piece : client.said) all += piece;
    std::size_t events = 0;
    for (std::int64_t id = 4; id <= 205; ++id)
        events += all.contains(fmt::format("id: {}\nevent", id)) ? 1 : 0;
    CHECK(events == 202);
    CHECK_FALSE(all.contains("id: 206\n"));
    // What nobody can have seen is not believed.
    listener liar(1);
    t.listen(jake, "999999", liar);
    CHECK(liar.said[0] == "retry: 3000\nid: 205\n\n");
    listener babbler(1);
    t.listen(jake, "x\n", babbler);
    CHECK(babbler.said[0] == "retry: 3000\nid: 205\n\n");
}

TEST_CASE("who comes to listen between a job and its commit is rung for") {
    audience all{settings{}};
    const auto heard = [&all]() -> task<bool> {
        all.tell(7);
        const auto place = all.enter(7, co_await asio::this_coro::executor);
        all.committed();
        co_return co_await place->woken()->wait(std::chrono::seconds(60));
    };
    CHECK(run_coroutine(heard()) == true);
}

TEST_CASE("a stream that has nothing to say shows that it is there") {
    streams_under_test t({.heartbeat = std::chrono::milliseconds(1)});
    listener client(3);
    t.listen(jake, "", client);
    CHECK(client.said == std::vector<std::string>{"retry: 3000\nid: 0\n\n", ":\n\n", ":\n\n"});
}

TEST_CASE("a stream whose client leaves ends at once, whatever it waits for") {
    streams_under_test t({.heartbeat = std::chrono::hours(1)});
    listener client(100);
    client.on_piece = [&](std::size_t) { client.close(); };
    t.listen(jake, "", client);
    CHECK(client.said.size() == 1);
}

TEST_CASE("streams are bounded, of one user and in all") {
    streams_under_test t({.streams_max = 3, .streams_of_user_max = 2});
    const auto body = [&]() -> async<void> {
        std::vector<http::response> open;
        for (const auto user : {jake, jake, anne}) {
            auto answer = co_await t.open(user);
            CHECK(answer.status == 200);
            CHECK(answer.content_type == "text/event-stream");
            open.push_back(std::move(answer));
        }
        const auto too_many = co_await t.open(mary);
        CHECK(too_many.status == 429);
        CHECK(too_many.body == R"({"errors":{"rate":["exceeded"]}})");
        open.pop_back();
        const auto third = co_await t.open(jake);
        CHECK(third.status == 429);
        const auto free = co_await t.open(mary);
        CHECK(free.status == 200);
    };
    run_coroutine(body());
}

TEST_CASE("ids of events are numbers and nothing else") {
    CHECK(parse_event_id("0") == 0);
    CHECK(parse_event_id("42") == 42);
    for (const char* text : {"", " 1", "1 ", "-1", "1x", "99999999999999999999", "0x1"})
        CHECK_FALSE(parse_event_id(text));
}
