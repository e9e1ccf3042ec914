#include <sys/resource.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

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
    CHECK(has(answer, "trace 0af7651916cd43dd8448eb211c80319c b7ad6b7169203331\n"));
    CHECK(has(answer, "in time true\n"));
    CHECK_FALSE(has(answer, "key 00000000000000000000000000000000\n"));
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
    CHECK(
        has(answer, "agent \nreferrer \ntrace 00000000000000000000000000000000 0000000000000000"));
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

TEST_CASE("an answer before the body") {
    fixture f;
    SECTION("skips a body that is there") {
        peer p = f.connect();
        p.send(post("/refuse", "abc") + get("/size/1"));
        const std::string answer = p.read_response();
        CHECK(status_line(answer) == "HTTP/1.1 401 Unauthorized");
        CHECK(has(answer, "\r\nWWW-Authenticate: Token\r\n"));
        CHECK(body_of(p.read_response()) == "x");
    }
    SECTION("closes where the body is still to come") {
        peer p = f.connect();
        p.send("POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
        CHECK(has(p.read_response(), "\r\nConnection: close\r\n"));
        CHECK(p.is_closed());
    }
    SECTION("closes after a chunked one") {
        peer p = f.connect();
        p.send("POST /refuse HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
               get("/size/1"));
        const std::string all = p.read_all();
        CHECK(status_line(all) == "HTTP/1.1 401 Unauthorized");
        CHECK_FALSE(has(all, "200 OK"));
    }
    CHECK(f.service.handled <= 1);
}

TEST_CASE("a body above its limit is 413") {
    fixture f;
    const std::string chunked =
        "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string& text :
         {post("/small", std::string(17, 'a')), chunked + "11\r\n",
          chunked + "8\r\n12345678\r\n9\r\n",
          std::string(
              "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n")}) {
        peer p = f.connect();
        p.send(text);
        const std::string answer = p.read_all();
        CHECK(status_line(answer) == "HTTP/1.1 413 Content Too Large");
        CHECK(body_of(answer) == R"({"errors":{"body":["too large"]}})");
    }
    CHECK(f.service.handled == 0);
    CHECK(body_of(f.ask(post("/small", std::string(16, 'a')))).size() == 16);
}

TEST_CASE("a client that is refused may go on sending for a while") {
    fixture f;
    peer p = f.connect();
    p.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n");
    CHECK(status_line(p.read_response()) == "HTTP/1.1 413 Content Too Large");
    // A reset because of what nobody reads could overtake the answer.
    for (int i = 0; i < 9; ++i) CHECK(p.send(std::string(100'000, 'a')));
    p.end();
    CHECK(p.is_closed());
}

TEST_CASE("a broken chunked body is 400") {
    fixture f;
    const std::string answer =
        f.ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    CHECK(status_line(answer) == "HTTP/1.1 400 Bad Request");
    CHECK(f.service.handled == 0);
}

TEST_CASE("a request cut off by its client is not handled") {
    fixture f;
    for (const std::string& text :
         {get("/echo"), post("/echo", "hello"),
          std::string("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                      "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")})
        for (std::size_t cut = 0; cut < text.size(); ++cut)
            CHECK(f.ask(text.substr(0, cut)).empty());
    CHECK(f.service.handled == 0);
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
}

TEST_CASE("Expect: 100-continue") {
    fixture f;
    const std::string head =
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    SECTION("is answered before the body") {
        peer p = f.connect();
        p.send(head);
        CHECK(p.read_some() == "HTTP/1.1 100 Continue\r\n\r\n");
        p.send("hello");
        CHECK(body_of(p.read_response()) == "hello");
    }
    SECTION("is passed over when the body is there") {
        const std::string all = f.ask(head + "hello");
        CHECK(status_line(all) == "HTTP/1.1 200 OK");
    }
    SECTION("is not answered with a go-ahead when the answer is no") {
        peer p = f.connect();
        p.send(
            "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\nExpect: "
            "100-continue\r\n\r\n");
        CHECK(status_line(p.read_all()) == "HTTP/1.1 413 Content Too Large");
    }
    SECTION("means nothing in HTTP/1.0") {
        peer p = f.connect();
        p.send("POST /echo HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        p.send("hello");
        CHECK(status_line(p.read_all()) == "HTTP/1.1 200 OK");
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
