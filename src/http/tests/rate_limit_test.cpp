#include <catch2/catch.hpp>
#include <http/rate_limit.hpp>

#include "fixture.hpp"

namespace cleave::http::test {

namespace {

using namespace std::chrono_literals;

const steady_time start = steady_time{} + 1h;

std::size_t taken(rate_limit& limit, std::uint64_t who, steady_time at, std::size_t tries) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < tries; ++i) out += limit.take(who, at) ? 1 : 0;
    return out;
}

}  // namespace

TEST_CASE("rate limit: a burst, and then so many a second") {
    rate_limit limit(500, 1000);
    CHECK(taken(limit, 1, start, 5000) == 1000);
    CHECK(taken(limit, 2, start, 1) == 1);
    CHECK(taken(limit, 1, start + 1ms, 10) == 0);
    CHECK(taken(limit, 1, start + 2ms, 10) == 1);
    CHECK(taken(limit, 1, start + 1s, 5000) == 499);
    CHECK(taken(limit, 1, start + 1h, 5000) == 1000);
}

TEST_CASE("rate limit: 0 is none") {
    rate_limit limit(0, 1);
    CHECK(limit.is_off());
    CHECK(taken(limit, 1, start, 5000) == 5000);
}

TEST_CASE("rate limit: however many come, there is room") {
    rate_limit limit(1, 2);
    for (std::uint64_t who = 0; who < 1'000'000; ++who) REQUIRE(limit.take(who << 3, start));
    CHECK(taken(limit, 42, start, 10) == 2);
}

TEST_CASE("rate limit: another one from now on") {
    rate_limit limit(0, 1);
    limit.set(10, 5);
    CHECK(taken(limit, 1, start, 100) == 5);
    limit.set(1'000, 50);
    CHECK(taken(limit, 1, start + 1s, 100) == 50);
    limit.set(0, 1);
    CHECK(taken(limit, 1, start + 1s, 100) == 100);
}

TEST_CASE("rate limit: an address that asks too often is told so, and may go on later") {
    fixture f({.requests_per_second_max = 1, .requests_burst_max = 2, .loopback_is_limited = true});
    peer p = f.connect();
    for (int i = 0; i < 2; ++i) {
        p.send(get("/size/1"));
        CHECK(body_of(p.read_response()) == "x");
    }
    p.send(post("/echo", "abc"));
    const std::string refused = p.read_response();
    CHECK(status_line(refused) == "HTTP/1.1 429 Too Many Requests");
    CHECK(body_of(refused) == R"({"errors":{"rate":["exceeded"]}})");
    CHECK(refused.find("\r\nRetry-After: 1\r\n") != refused.npos);
    CHECK(f.service.handled == 2);
    // On another connection too; and the first goes on when its time has come.
    CHECK(status_line(f.ask(get("/size/1"))) == "HTTP/1.1 429 Too Many Requests");
    CHECK(eventually([&] {
        p.send(get("/size/1"));
        return body_of(p.read_response()) == "x";
    }));
}

TEST_CASE("rate limit: loopback is not limited") {
    fixture f({.requests_per_second_max = 1, .requests_burst_max = 1});
    peer p = f.connect();
    for (int i = 0; i < 20; ++i) {
        p.send(get("/size/1"));
        CHECK(body_of(p.read_response()) == "x");
    }
}

TEST_CASE("limits change while the server runs") {
    server_limits limits{.loopback_is_limited = true};
    fixture f(limits);
    peer before = f.connect();
    before.send(get("/size/1"));
    CHECK(body_of(before.read_response()) == "x");
    limits.requests_per_second_max = 1;
    limits.requests_burst_max = 2;
    limits.connections_per_address_max = 2;
    f.server->change_limits(limits);
    peer p = f.connect();
    CHECK(eventually([&] {
        p.send(get("/size/1"));
        return status_line(p.read_response()) == "HTTP/1.1 429 Too Many Requests";
    }));
    limits.requests_per_second_max = 0;
    limits.connections_max = 2;
    f.server->change_limits(limits);
    p.send(get("/size/1"));
    CHECK(body_of(p.read_response()) == "x");
    CHECK(status_line(f.connect().read_all()) == "HTTP/1.1 503 Service Unavailable");
}

TEST_CASE("connections of one address above the limit are told so") {
    fixture f({.connections_per_address_max = 2, .loopback_is_limited = true});
    peer a = f.connect(), b = f.connect();
    a.send(get("/size/1"));
    b.send(get("/size/1"));
    a.read_response();
    b.read_response();
    CHECK(status_line(f.connect().read_all()) == "HTTP/1.1 429 Too Many Requests");
    a.close();
    CHECK(eventually([&] { return f.server->counters().open_connections == 1; }));
    peer c = f.connect();
    c.send(get("/size/1"));
    CHECK(body_of(c.read_response()) == "x");
}

}  // namespace cleave::http::test
