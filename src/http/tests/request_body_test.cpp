// Bodies that are too large, cut off, broken or refused before they came.
#include <catch2/catch.hpp>

#include "fixture.hpp"

namespace cleave::http::test {

namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

}  // namespace

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

TEST_CASE("bodies that are too much together are 503, until there is room again") {
    server_limits limits;
    limits.bodies_bytes_max = 300'000;
    fixture f(limits);
    const std::string large(200'000, 'a');
    const bool is_chunked = GENERATE(false, true);
    CAPTURE(is_chunked);
    const auto text = is_chunked
                          ? "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "30d40\r\n" +
                                large + "\r\n0\r\n\r\n"
                          : post("/echo", large);
    peer first = f.connect();
    first.send(post("/gate", large));
    f.service.wait_for_arrival();
    CHECK(f.server->counters().bodies_bytes >= 190'000);

    const std::string refused = f.ask(text);
    CHECK(status_line(refused) == "HTTP/1.1 503 Service Unavailable");
    CHECK(body_of(refused) == R"({"errors":{"body":["no room at the moment"]}})");
    CHECK(has(refused, "\r\nRetry-After: 1\r\n"));
    // What is small needs no room, and the first one keeps what it has.
    CHECK(body_of(f.ask(post("/echo", "abc"))) == "abc");
    f.service.open_gate();
    CHECK(body_of(first.read_response()) == "through");
    CHECK(f.server->counters().bodies_bytes == 0);
    CHECK(body_of(f.ask(text)) == large);
    CHECK(eventually([&] { return f.server->counters().bodies_bytes == 0; }));
}

TEST_CASE("a body that never ends has no room any more when its connection has gone") {
    fixture f;
    {
        peer p = f.connect();
        p.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" +
               std::string(500'000, 'a'));
        CHECK(eventually([&] { return f.server->counters().bodies_bytes >= 400'000; }));
    }
    CHECK(eventually([&] { return f.server->counters().bodies_bytes == 0; }));
}

}  // namespace cleave::http::test
