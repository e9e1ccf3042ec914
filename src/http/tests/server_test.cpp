#include <sys/resource.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <set>

#include "fixture.hpp"

namespace cleave::http::test {

namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("a response has what it needs") {
    fixture f;
    const std::string answer = f.ask(get("/size/3"));
    CHECK(status_line(answer) == "HTTP/1.1 200 OK");
    CHECK(has(answer, "\r\nContent-Length: 3\r\n"));
    CHECK(has(answer, "\r\nContent-Type: text/plain\r\n"));
    CHECK(has(answer, "\r\nDate: "));
    CHECK(has(answer, " GMT\r\n"));
    CHECK_FALSE(has(answer, "Connection:"));
    CHECK(body_of(answer) == "xxx");

    const std::string empty = f.ask(get("/empty"));
    CHECK(status_line(empty) == "HTTP/1.1 204 No Content");
    CHECK_FALSE(has(empty, "Content-"));
    CHECK(body_of(empty).empty());
}

TEST_CASE("HEAD has the header of GET alone") {
    fixture f;
    peer p = f.connect();
    p.send("HEAD /size/7 HTTP/1.1\r\nHost: a\r\n\r\n" + get("/size/2"));
    const std::string head = p.read_response(true);
    CHECK(has(head, "\r\nContent-Length: 7\r\n"));
    CHECK(body_of(head).empty());
    CHECK(body_of(p.read_response()) == "xx");
    p.send("HEAD /size/100000 HTTP/1.1\r\nHost: a\r\n\r\n" + get("/size/2"));
    CHECK(has(p.read_response(true), "\r\nContent-Length: 100000\r\n"));
    CHECK(body_of(p.read_response()) == "xx");
}

TEST_CASE("what is refused after a HEAD is told all the same") {
    fixture f;
    peer p = f.connect();
    p.send("HEAD /size/7 HTTP/1.1\r\nHost: a\r\n\r\n");
    p.read_response(true);
    p.send("GET / HTTP/1.1\r\n\r\n");
    CHECK(body_of(p.read_all()) == R"({"errors":{"host":["is missing"]}})");
}

TEST_CASE("keep-alive as HTTP/1.0 and 1.1 say") {
    fixture f;
    const auto closes = [&](std::string_view request, std::string_view connection) {
        peer p = f.connect();
        p.send(request);
        const std::string answer = p.read_response();
        CHECK(status_line(answer) == "HTTP/1.1 200 OK");
        CHECK((connection.empty()
                   ? !has(answer, "Connection:")
                   : has(answer, "\r\nConnection: " + std::string(connection) + "\r\n")));
        if (connection == "close") return p.is_closed();
        p.send(get("/size/1"));
        return body_of(p.read_response()) != "x";
    };
    CHECK_FALSE(closes(get("/size/1"), ""));
    CHECK_FALSE(closes(get("/size/1", "Connection: keep-alive\r\n"), ""));
    CHECK(closes(get("/size/1", "Connection: close\r\n"), "close"));
    CHECK(closes(get("/size/1", "Connection: x, Close\r\n"), "close"));
    CHECK(closes(get("/size/1", "Connection: x\r\nConnection: close\r\n"), "close"));
    CHECK(closes("GET /size/1 HTTP/1.0\r\n\r\n", "close"));
    CHECK_FALSE(closes("GET /size/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive"));
}

TEST_CASE("after Connection: close nothing more is read") {
    fixture f;
    const std::string all =
        f.ask(get("/size/1", "Connection: close\r\n") + get("/size/2") + get("/size/3"));
    CHECK(body_of(all) == "x");
    CHECK(f.service.handled == 1);
}

TEST_CASE("what a request says of itself reaches the service") {
    fixture f;
    const std::string answer = body_of(
        f.ask(get("/headers?q=%41",
                  "Authorization: Token t\r\ncleave-call: c1\r\nIdempotency-Key: k\r\n"
                  "User-Agent: " +
                      std::string(300, 'u') +
                      "\r\n"
                      "Referer: https://me@Blog.Example.ORG:8080/path?q#f\r\n"
                      "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n")));
    CHECK(has(answer, "target 7 /headers?q=%41 /headers q=%41\n"));
    CHECK(has(answer, "authorization Token t\n"));
    CHECK(has(answer, "envelope c1\n"));
    CHECK(has(answer, "address 127.0.0.1\n"));
    CHECK(has(answer, "agent " + std::string(256, 'u') + "\n"));
    CHECK(has(answer, "referrer blog.example.org\n"));
    CHECK(has(answer, "trace 0af7651916cd43dd8448eb211c80319c "));
    CHECK_FALSE(has(answer, "b7ad6b7169203331"));  // That span is the caller's.
    CHECK(has(answer, "in time true\n"));
    CHECK_FALSE(has(answer, "key 00000000000000000000000000000000\n"));
}

TEST_CASE("an answer bears the id of its request, and no two have the same") {
    fixture f;
    peer p = f.connect();
    std::set<std::string> seen;
    for (const auto* target : {"/headers", "/headers", "/refuse", "/throw", "/empty"}) {
        p.send(get(target));
        const std::string answer = p.read_response();
        constexpr std::string_view name = "\r\nX-Request-Id: ";
        const auto at = answer.find(name);
        INFO(answer);
        REQUIRE(at != answer.npos);
        const auto id = answer.substr(at + name.size(), 16);
        CHECK(id.find_first_not_of("0123456789abcdef") == id.npos);
        CHECK(seen.insert(id).second);
        if (has(answer, "200 OK")) CHECK(has(body_of(answer), " " + id + "\n"));
    }
}

TEST_CASE("answers are counted by route, and those of none apart") {
    fixture f;
    f.ask(get("/echo") + get("/size/10") + get("/throw") + get("/refuse"));
    const auto counted = f.server->routes();
    REQUIRE(counted.size() == 2);
    CHECK(counted[0].target == 7);
    CHECK(counted[0].responses_by_class[2] == 2);
    CHECK(counted[0].responses_by_class[5] == 1);
    CHECK(counted[0].latency.count() == 3);
    CHECK_FALSE(counted[1].target);
    CHECK(counted[1].responses_by_class[4] == 1);
}

TEST_CASE("nothing of one request is left in the next") {
    fixture f;
    peer p = f.connect();
    p.send(
        post("/headers", "body",
             "Authorization: Token t\r\nCleave-Call: c1\r\nIdempotency-Key: k\r\nUser-Agent: u\r\n"
             "Referer: https://a/\r\n"
             "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
    p.read_response();
    p.send(get("/headers"));
    const std::string answer = body_of(p.read_response());
    CHECK(has(answer, "authorization \nenvelope \nkey 00000000000000000000000000000000\n"));
    CHECK(has(answer, "agent \nreferrer \ntrace "));
    CHECK_FALSE(has(answer, "0af7651916cd43dd8448eb211c80319c"));
    p.send(post("/echo", "first"));
    CHECK(body_of(p.read_response()) == "first");
    p.send(get("/echo"));
    CHECK(body_of(p.read_response()).empty());
}

TEST_CASE("an exception is logged and answered with 500") {
    fixture f;
    for (const auto* path : {"/throw", "/throw-early"}) {
        peer p = f.connect();
        p.send(get(path));
        const std::string answer = p.read_response();
        CHECK(status_line(answer) == "HTTP/1.1 500 Internal Server Error");
        CHECK(body_of(answer) == R"({"errors":{"server":["internal error"]}})");
        p.send(get("/size/1"));
        CHECK(body_of(p.read_response()) == "x");
    }
}

TEST_CASE("connections above the limit are told so") {
    fixture f({.connections_max = 2});
    peer a = f.connect(), b = f.connect();
    a.send(get("/size/1"));
    b.send(get("/size/1"));
    a.read_response();
    b.read_response();
    {
        peer c = f.connect();
        const std::string answer = c.read_all();
        CHECK(status_line(answer) == "HTTP/1.1 503 Service Unavailable");
        CHECK(has(answer, "Retry-After: 1\r\n"));
    }
    a.close();
    CHECK(eventually([&] { return f.server->counters().open_connections == 1; }));
    peer d = f.connect();
    d.send(get("/size/1"));
    CHECK(body_of(d.read_response()) == "x");
}

TEST_CASE("loopback is not limited by address") {
    fixture f({.connections_per_address_max = 1});
    peer a = f.connect(), b = f.connect();
    a.send(get("/size/1"));
    b.send(get("/size/1"));
    CHECK(body_of(a.read_response()) == "x");
    CHECK(body_of(b.read_response()) == "x");
}

TEST_CASE("a Unix socket and IPv6 are the same server") {
    fixture f({}, 1, fresh_unix_address());
    CHECK(has(body_of(f.ask(get("/headers"))), "address \n"));
    fixture six({}, 1, "[::1]:0");
    CHECK(has(body_of(six.ask(get("/headers"))), "address ::1\n"));
}

TEST_CASE("connections are spread over the threads") {
    fixture f({}, 2);
    std::vector<peer> peers;
    for (int i = 0; i < 20; ++i) {
        peers.push_back(f.connect());
        peers.back().send(get("/size/1"));
        CHECK(body_of(peers.back().read_response()) == "x");
    }
    CHECK(f.server->counters().open_connections == 20);
    CHECK(f.server->counters().requests == 20);
    CHECK(f.server->counters().responses_by_class[2] == 20);
}

TEST_CASE("running out of descriptors does not stop the server") {
    fixture f;
    peer waiting = f.connect();
    waiting.send(get("/size/1"));
    waiting.read_response();
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const int next = ::dup(0);
    ::close(next);
    peer late{unique_fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
    rlimit none = before;
    none.rlim_cur = rlim_t(next) + 1;  // of which `late` has the last
    ::setrlimit(RLIMIT_NOFILE, &none);
    const int rc =
        ::connect(late.fd(), static_cast<const sockaddr*>(f.at.data()), socklen_t(f.at.size()));
    late.send(get("/size/2"));
    waiting.send(get("/size/1"));
    const std::string meanwhile = waiting.read_response();
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(rc == 0);
    CHECK(body_of(meanwhile) == "x");
    CHECK(body_of(late.read_response()) == "xx");
}

}  // namespace cleave::http::test
