#include <catch2/catch.hpp>

#include "caller.hpp"

namespace cleave::http::test {

TEST_CASE("client: asks a server and reads what it says") {
    fixture f;
    caller call(f.at);
    const auto r = call.ask("/size/3");
    REQUIRE(r);
    CHECK(r->status == 200);
    CHECK(r->body == "xxx");
    CHECK(r->content_type == "text/plain");
    const auto refused = call.begin({.method = verb::post, .target = "/refuse", .body = "b"},
                                    milliseconds(patience_ms))
                             .get();
    REQUIRE(refused);
    CHECK(refused->status == 401);
    for (const std::size_t size : {0ul, 1ul, 5000ul, 1ul << 20}) {
        const std::string body(size, 'b');
        const auto echo = call.begin({.method = verb::post, .target = "/echo", .body = body},
                                     milliseconds(patience_ms))
                              .get();
        REQUIRE(echo);
        CHECK(echo->body == body);
    }
    CHECK(call.ask("/size/3000000")->body.size() == 3000000);
    CHECK(call.ask("/empty")->status == 204);
    const auto head =
        call.begin({.method = verb::head, .target = "/size/9"}, milliseconds(patience_ms)).get();
    REQUIRE(head);
    CHECK(head->body.empty());
    CHECK(call.ask("/size/4")->body == "xxxx");
    // All of it over one connection.
    CHECK(f.server->counters().open_connections == 1);
}

TEST_CASE("client: what it sends") {
    listener l;
    caller call(l.endpoint());
    auto answer = call.begin({.method = verb::del, .target = "/a?b", .headers = "X-Y: z\r\n"},
                             milliseconds(patience_ms));
    peer p = l.accept();
    CHECK(read_head(p) ==
          "DELETE /a?b HTTP/1.1\r\nHost: " + to_string(l.endpoint()) + "\r\nX-Y: z\r\n\r\n");
    p.send(
        "HTTP/1.1 429 Slow Down\r\nRetry-After: 7\r\nContent-Length: 0\r\nAllow: GET\r\n"
        "Connection: x\r\nKeep-Alive: 5\r\nDate: today\r\nUpgrade: h2c\r\n\r\n");
    const auto r = answer.get();
    REQUIRE(r);
    CHECK(r->status == 429);
    CHECK(r->headers == "Retry-After: 7\r\nAllow: GET\r\n");
}

TEST_CASE("client: a Unix socket") {
    fixture f({}, 1, fresh_unix_address());
    caller call(f.at);
    CHECK(call.ask("/size/3")->body == "xxx");
    CHECK(call.ask("/size/3")->body == "xxx");
    CHECK(f.server->counters().open_connections == 1);
}

TEST_CASE("client: nobody there is not_executed") {
    stream_endpoint nobody;
    {
        nobody = listener().endpoint();
    }
    caller call(nobody);
    CHECK(is(call.ask("/"), errc::not_executed));
    caller nowhere(parse_endpoint(fresh_unix_address()));
    CHECK(is(nowhere.ask("/"), errc::not_executed));
}

TEST_CASE("client: a connection that takes too long is not_executed") {
    // A full queue: nothing but waiting happens.
    const unique_fd full = listen_on(parse_endpoint("127.0.0.1:0"), 0);
    const auto at = local_endpoint(full.get());
    peer first(at);
    caller call(at, {.connect_timeout = milliseconds(100)});
    CHECK(is(call.ask("/"), errc::not_executed));
}

TEST_CASE("client: a peer that closes has perhaps done it") {
    listener l;
    caller call(l.endpoint());
    SECTION("before it has read") {
        auto answer = call.begin("/", true);
        l.accept().reset();
        // Whether the request was out before the reset came is chance, and the answer says which.
        const auto r = answer.get();
        CHECK((is(r, errc::outcome_unknown) || is(r, errc::not_executed)));
    }
    SECTION("after it has read") {
        auto answer = call.begin("/", true);
        peer p = l.accept();
        read_head(p);
        p.close();
        CHECK(is(answer.get(), errc::outcome_unknown));
    }
    SECTION("after a part of the header") {
        auto answer = call.begin("/", true);
        peer p = l.accept();
        read_head(p);
        p.send("HTTP/1.1 200 OK\r\nContent-Len");
        p.close();
        CHECK(is(answer.get(), errc::outcome_unknown));
    }
    SECTION("after a part of the body") {
        auto answer = call.begin("/", true);
        peer p = l.accept();
        read_head(p);
        p.send(hello.substr(0, hello.size() - 1));
        p.close();
        CHECK(is(answer.get(), errc::outcome_unknown));
    }
}

TEST_CASE("client: an answer that is not one") {
    listener l;
    caller call(l.endpoint(), {.body_bytes_max = 100});
    for (const std::string text :
         {"garbage\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\na",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n",
          "HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 999999 OK\r\n\r\n"}) {
        INFO(text);
        auto answer = call.begin("/", true);
        peer p = l.accept();
        read_head(p);
        p.send(text);
        CHECK(is(answer.get(), errc::outcome_unknown));
        CHECK(p.is_closed());
    }
    auto answer = call.begin("/", true);
    peer p = l.accept();
    read_head(p);
    p.send("HTTP/1.1 200 OK\r\nX: " + std::string(9000, 'x'));
    CHECK(is(answer.get(), errc::outcome_unknown));
    auto endless = call.begin("/", true);
    peer q = l.accept();
    read_head(q);
    q.send("HTTP/1.1 200 OK\r\n\r\n" + std::string(200, 'x'));
    q.close();
    CHECK(is(endless.get(), errc::outcome_unknown));
}

TEST_CASE("client: every legal way to end a body") {
    listener l;
    caller call(l.endpoint());
    const auto body_of_answer = [&](std::string_view text, bool close) {
        auto answer = call.begin("/");
        peer p = l.accept();
        read_head(p);
        for (const char c : text) p.send({&c, 1});
        if (close) p.end();
        const auto r = answer.get();
        call.c->move_to(l.endpoint());  // no connection is left for the next
        return r ? r->body : "(failed)";
    };
    CHECK(body_of_answer(hello, false) == "hello");
    CHECK(body_of_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "2;x\r\nhe\r\n3\r\nllo\r\n0\r\nT: u\r\n\r\n",
                         false) == "hello");
    CHECK(body_of_answer("HTTP/1.1 200 OK\r\n\r\nhello", true) == "hello");
    CHECK(body_of_answer("HTTP/1.0 200 OK\r\n\r\n", true).empty());
    CHECK(body_of_answer("HTTP/1.1 204 No Content\r\n\r\n", false).empty());
    CHECK(body_of_answer("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", false).empty());
    CHECK(
        body_of_answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                           std::string(hello),
                       false) == "hello");
}

TEST_CASE("client: the deadline") {
    listener l;
    caller call(l.endpoint());
    SECTION("passes while the peer thinks") {
        auto answer = call.begin("/", true, milliseconds(100));
        peer p = l.accept();
        read_head(p);
        CHECK(is(answer.get(), errc::outcome_unknown));
        CHECK(p.is_closed());
    }
    SECTION("passes within the answer") {
        auto answer = call.begin("/", true, milliseconds(100));
        peer p = l.accept();
        read_head(p);
        p.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
        CHECK(is(answer.get(), errc::outcome_unknown));
    }
    SECTION("passes while the peer does not read") {
        auto answer =
            call.begin({.method = verb::post, .target = "/", .body = std::string(50 << 20, 'x')},
                       milliseconds(100));
        peer p = l.accept();
        CHECK(is(answer.get(), errc::outcome_unknown));
    }
    SECTION("has passed already") {
        CHECK(is(call.begin("/", true, milliseconds(-1)).get(), errc::not_executed));
    }
}

TEST_CASE("client: an early answer to a large request is heard") {
    fixture f;
    caller call(f.at);
    const auto r =
        call.begin({.method = verb::post, .target = "/small", .body = std::string(900'000, 'x')},
                   milliseconds(patience_ms))
            .get();
    REQUIRE(r);
    CHECK(r->status == 413);
}

}  // namespace cleave::http::test
