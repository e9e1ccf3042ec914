// Notifications as they come: Server-Sent Events, through the gateway in every topology.
#include <catch2/catch.hpp>

#include "topology.hpp"

using namespace cleave::test;

namespace {

const std::string stream_path = "/api/notifications/stream";

struct open_stream {
    http_peer peer;
    http_answer head;

    // Less patient than heartbeats are apart, so that those keep nobody waiting for ever.
    open_stream(const address& at, const visitor& who, const std::string& headers = {})
        : peer(at, std::chrono::seconds(10)) {
        const http_question question{.target = stream_path,
                                     .headers = authorization(who.token) + headers};
        REQUIRE(peer.send(question.text()));
        auto answer = peer.receive(true);
        REQUIRE(answer);
        head = std::move(*answer);
    }
    // The next event that says something: its id and its data.
    std::pair<std::string, json::value> next() {
        peer.read_until("id: ");
        auto id = peer.read_until("\n");
        id.pop_back();
        REQUIRE(peer.read_until("\n") == "event: notification\n");
        REQUIRE(peer.read_until(" ") == "data: ");
        return {id, json::parse(peer.read_until("\n"))};
    }
    std::string first_id() {
        peer.read_until("retry: 3000\nid: ");
        auto id = peer.read_until("\n");
        id.pop_back();
        return id;
    }
};

}  // namespace

TEST_CASE("who listens is told at once, and resumes without a gap") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client), reader = sign_up(client);
    const auto slug = publish(client, author, "Listen, " + author.username);
    std::string seen;
    {
        open_stream live(blog.at(), author);
        REQUIRE(live.head.status == 200);
        CHECK(live.head.field("content-type") == "text/event-stream");
        CHECK(live.head.field("cache-control") == "no-cache");
        CHECK(live.first_id() == "0");
        for (int i = 0; i < 2; ++i) {
            const auto id = write_comment(client, reader, slug, "Live");
            auto [event_id, data] = live.next();
            CHECK(data.at("kind").as_string() == "comment");
            CHECK(data.at("commentId") == id);
            CHECK(data.at("actor").at("username").as_string() == reader.username);
            CHECK(data.at("article").at("slug").as_string() == slug);
            CHECK(std::to_string(data.at("id").as_int64()) == event_id);
            seen = event_id;
        }
    }
    std::vector<std::int64_t> missed;
    for (int i = 0; i < 3; ++i) missed.push_back(write_comment(client, reader, slug, "Missed"));
    open_stream again(blog.at(), author, "Last-Event-ID: " + seen + "\r\n");
    CHECK(again.first_id() == seen);
    for (const auto id : missed) CHECK(again.next().second.at("commentId") == id);
    const auto last = write_comment(client, reader, slug, "Live again");
    CHECK(again.next().second.at("commentId") == last);
}

TEST_CASE("a stream needs a token, in its header and nowhere else") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client);
    check_error(client.get(stream_path), 401, "token", "is missing");
    check_error(client.get(stream_path + "?token=" + author.token), 401, "token", "is missing");
    check_error(client.get(stream_path, "x.y.z"), 401, "token", "is invalid");
}

TEST_CASE("one user has a bounded number of streams, and a closed one makes room") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client);
    std::vector<open_stream> open;
    for (int i = 0; i < 8; ++i) {
        open.emplace_back(blog.at(), author);
        REQUIRE(open.back().head.status == 200);
    }
    const auto refused = client.get(stream_path, author.token);
    check_error(refused, 429, "rate", "exceeded");
    CHECK_FALSE(refused.field("retry-after").empty());
    open.pop_back();
    CHECK(eventually([&] {
        const open_stream one_more(blog.at(), author);
        return one_more.head.status == 200;
    }));
}

TEST_CASE("a stream ends when its token does") {
    auto& blog = shared_blog();
    blog_client client(blog.at());
    const auto author = sign_up(client);
    open_stream live(blog.at(), author);
    CHECK(live.first_id() == "0");
    const auto left = client.ask(
        {.method = "POST", .target = "/api/users/logout", .headers = authorization(author.token)});
    REQUIRE(left.status == 204);
    const auto asked = std::chrono::steady_clock::now();
    CHECK_NOTHROW(live.peer.read_until("\r\n0\r\n\r\n"));
    CHECK(std::chrono::steady_clock::now() - asked < std::chrono::seconds(10));
    check_error(client.get(stream_path, author.token), 401, "token", "is invalid");
}

TEST_CASE("streams end when the blog stops, and hold nothing up") {
    scratch_blog blog(topology_arguments());
    blog_client client(blog->at());
    const auto author = sign_up(client);
    open_stream live(blog->at(), author);
    CHECK(live.first_id() == "0");
    REQUIRE(blog->stop() == 0);
    CHECK_NOTHROW(live.peer.read_until("\r\n0\r\n\r\n"));
    CHECK(live.peer.is_closed());
}
