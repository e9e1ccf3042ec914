// Connections that are kept, and those that are not.
#include <catch2/catch.hpp>

#include "caller.hpp"

namespace cleave::http::test {

TEST_CASE("client: a connection that died while idle") {
    listener l;
    caller call(l.endpoint());
    auto first = call.begin("/");
    peer old = l.accept();
    read_head(old);
    old.send(hello);
    REQUIRE(first.get());

    SECTION("is seen before it is used, so that even a command goes through") {
        old.close();
        auto second = call.begin("/", false);
        peer p = l.accept();
        read_head(p);
        p.send(hello);
        CHECK(second.get());
    }
    SECTION("and one that has said something unasked is not used") {
        old.send("HTTP/1.1 408 Request Timeout\r\n\r\n");
        auto second = call.begin("/", false);
        peer p = l.accept();
        read_head(p);
        p.send(hello);
        CHECK(second.get()->body == "hello");
    }
    SECTION("dies under the request: a query is sent once more") {
        auto second = call.begin("/second", true);
        CHECK_FALSE(read_head(old).empty());
        old.close();
        peer p = l.accept();
        CHECK(status_line(read_head(p)) == "GET /second HTTP/1.1");
        p.send(hello);
        CHECK(second.get());
    }
    SECTION("once, and not more") {
        auto second = call.begin("/second", true);
        read_head(old);
        old.close();
        peer p = l.accept();
        read_head(p);
        p.close();
        CHECK(is(second.get(), errc::outcome_unknown));
    }
    SECTION("dies under the request: a command is not") {
        auto second = call.begin("/second", false);
        read_head(old);
        old.close();
        CHECK(is(second.get(), errc::outcome_unknown));
        CHECK_FALSE(l.is_waited_for());
    }
    SECTION("and if the peer cannot be reached again, it may still have been done") {
        auto second = call.begin("/second", true);
        read_head(old);
        {
            const unique_fd gone = l.take();
        }
        old.close();
        CHECK(is(second.get(), errc::outcome_unknown));
    }
    SECTION("dies within its answer: nothing is sent again") {
        auto second = call.begin("/second", true);
        read_head(old);
        old.send("HTTP/1.1 2");
        old.close();
        CHECK(is(second.get(), errc::outcome_unknown));
        CHECK_FALSE(l.is_waited_for());
    }
}

TEST_CASE("client: what is not reused") {
    listener l;
    caller call(l.endpoint());
    for (const std::string text :
         {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
          "0\r\n\r\n"}) {
        auto answer = call.begin("/");
        peer p = l.accept();
        read_head(p);
        p.send(text);
        CHECK(answer.get());
        CHECK(p.is_closed());
    }
}

TEST_CASE("client: only so many requests in flight") {
    listener l;
    caller call(l.endpoint(), {.in_flight_max = 2});
    auto a = call.begin("/a"), b = call.begin("/b");
    peer p = l.accept(), q = l.accept();
    CHECK(is(call.ask("/c"), errc::not_executed));
    read_head(p);
    p.send(hello);
    read_head(q);
    q.send(hello);
    CHECK(a.get());
    CHECK(b.get());
}

TEST_CASE("client: down, up and moved") {
    fixture f, g;
    caller call(f.at);
    CHECK(call.ask("/size/1"));
    call.c->set_down(true);
    CHECK(is(call.ask("/size/1", true), errc::not_executed));
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
    call.c->set_down(false);
    CHECK(call.ask("/size/1"));
    CHECK(f.server->counters().requests == 2);
    call.c->set_down(true);
    call.c->move_to(g.at);
    CHECK(call.ask("/size/1"));
    CHECK(g.server->counters().requests == 1);
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
}

TEST_CASE("client: a connection in use when the peer moves is not kept") {
    fixture f, g;
    caller call(f.at);
    auto answer = call.begin("/gate");
    f.service.wait_for_arrival();
    call.c->move_to(g.at);
    f.service.open_gate();
    CHECK(answer.get());
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
}

TEST_CASE("client: idle connections end") {
    fixture f;
    caller call(f.at, {.idle_timeout = milliseconds(100)});
    CHECK(call.ask("/size/1"));
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
    caller stingy(f.at, {.idle_connections_max = 0});
    CHECK(stingy.ask("/size/1"));
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
}

TEST_CASE("client: may go before its requests are answered") {
    fixture f;
    caller call(f.at);
    auto answer = call.begin("/gate");
    f.service.wait_for_arrival();
    call.c.reset();
    f.service.open_gate();
    CHECK(answer.get());
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
}

TEST_CASE("client: threads may go with requests under way") {
    fixture f;
    std::future<result<client_response>> answer;
    {
        caller call(f.at);
        answer = call.begin("/gate");
        f.service.wait_for_arrival();
    }
    CHECK_THROWS(answer.get());  // broken promise
}

}  // namespace cleave::http::test
