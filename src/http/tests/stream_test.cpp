#include <catch2/catch.hpp>

#include "stream_fixture.hpp"

namespace cleave::http::test {

namespace {

using std::chrono::milliseconds;

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != text.npos;
}

const std::string three = "8\r\npiece 1\n\r\n8\r\npiece 2\n\r\n8\r\npiece 3\n\r\n0\r\n\r\n";

}  // namespace

TEST_CASE("stream: chunks in HTTP/1.1, and the connection goes on") {
    stream_fixture f;
    const std::string both = f.ask(get("/3") + get("/plain", "Connection: close\r\n"));
    CHECK(status_line(both) == "HTTP/1.1 200 OK");
    CHECK(has(both, "\r\nTransfer-Encoding: chunked\r\n"));
    CHECK(has(both, "\r\nContent-Type: text/plain\r\n"));
    const std::string head = both.substr(0, both.find("\r\n\r\n"));
    CHECK_FALSE(has(head, "Content-Length"));
    CHECK_FALSE(has(head, "Connection:"));
    const std::string rest = body_of(both);
    CHECK(rest.starts_with(three + "HTTP/1.1 200 OK\r\n"));
    CHECK(body_of(rest.substr(three.size())) == "plain");
    CHECK_FALSE(f.service.had_deadline);
}

TEST_CASE("stream: HTTP/1.0 gets a body that ends with the connection") {
    stream_fixture f;
    const std::string answer = f.ask("GET /3 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK_FALSE(has(answer, "Transfer-Encoding"));
    CHECK_FALSE(has(answer, "Content-Length"));
    CHECK(has(answer, "\r\nConnection: close\r\n"));
    CHECK(body_of(answer) == "piece 1\npiece 2\npiece 3\n");
}

TEST_CASE("stream: HEAD has its head, and nothing is run") {
    stream_fixture f;
    const std::string answer = f.ask("HEAD /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(has(answer, "\r\nTransfer-Encoding: chunked\r\n"));
    CHECK(body_of(answer).empty());
    CHECK(body_of(f.ask_for("/204")).empty());
    CHECK(f.service.begun == 0);
}

TEST_CASE("stream: of known length") {
    stream_fixture f;
    const std::string answer = f.ask(get("/sized/2500") + get("/plain", "Connection: close\r\n"));
    CHECK(has(answer, "\r\nContent-Length: 2500\r\n"));
    CHECK(body_of(answer).starts_with(std::string(2500, 's') + "HTTP/1.1 200 OK\r\n"));
    const std::string head =
        f.ask("HEAD /sized/7 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(has(head, "\r\nContent-Length: 7\r\n"));
    // A client may have ended its side, and still listen.
    peer p = f.connect();
    p.send(get("/sized/3"));
    p.end();
    CHECK(body_of(p.read_all()) == "sss");
    CHECK(body_of(f.ask("GET /sized/3 HTTP/1.0\r\n\r\n")) == "sss");
}

TEST_CASE("stream: what is not whole is cut off") {
    stream_fixture f;
    CHECK(body_of(f.ask(get("/throw"))) == "6\r\nfirst\n\r\n");
    CHECK(body_of(f.ask(get("/abort"))) == "6\r\nfirst\n\r\n");
    CHECK(body_of(f.ask(get("/short"))) == "sssss");
    CHECK(body_of(f.ask(get("/long"))).empty());
    CHECK(f.service.ended == 4);
}

TEST_CASE("stream: only from a route that says so") {
    stream_fixture f;
    const std::string answer = f.ask_for("/undeclared");
    CHECK(status_line(answer) == "HTTP/1.1 500 Internal Server Error");
    CHECK(f.service.begun == 0);
}

TEST_CASE("stream: each piece leaves at once") {
    stream_fixture f;
    peer p = f.connect();
    p.send(get("/wait", "Connection: close\r\n"));
    CHECK(has(p.read_response(true), "chunked"));
    CHECK(p.read_until("\n\r\n") == "6\r\nfirst\n\r\n");
    f.service.gate = true;
    CHECK(p.read_all() == "5\r\nlast\n\r\n0\r\n\r\n");
}

TEST_CASE("stream: a client that leaves closes it") {
    stream_fixture f;
    const auto leave = GENERATE(&peer::close, &peer::reset, &peer::end);
    peer p = f.connect();
    p.send(get("/wait"));
    p.read_response(true);
    (p.*leave)();
    CHECK(eventually([&] { return f.service.ended == 1; }));
    CHECK(f.service.closed == 1);
    CHECK(f.service.told_of_closing == 1);
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
}

TEST_CASE("stream: requests that come meanwhile are answered after it") {
    stream_fixture f;
    peer p = f.connect();
    p.send(get("/wait"));
    p.read_response(true);
    p.send(get("/plain"));
    p.send(get("/plain", "Connection: close\r\n"));
    CHECK(p.read_until("\n\r\n") == "6\r\nfirst\n\r\n");
    f.service.gate = true;
    const std::string rest = p.read_all();
    CHECK(rest.starts_with("5\r\nlast\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n"));
    CHECK(rest.ends_with("plain"));
    CHECK(f.service.closed == 0);
}

TEST_CASE("stream: a client that sends without end fills one buffer, and is noticed to leave") {
    stream_fixture f;
    peer p = f.connect();
    p.send(get("/flood"));
    p.read_response(true);
    const std::string junk(64 * 1024, 'j');
    p.send(junk);
    CHECK(f.server->counters().received_bytes <= 64 + server_limits{}.header_bytes_max);
    p.reset();
    CHECK(eventually([&] { return f.service.ended == 1; }));
}

TEST_CASE("stream: what is not taken is not made") {
    stream_fixture f({.write_timeout = milliseconds(200)});
    peer p = f.connect();
    p.send(get("/flood"));
    // It takes none of it until the deadline for one piece has passed.
    CHECK(eventually([&] { return f.service.ended == 1; }));
    CHECK(f.service.closed == 1);
    CHECK(f.service.flooded < 32u << 20);
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
}

TEST_CASE("stream: draining closes it, and it ends as it should") {
    stream_fixture f;
    peer p = f.connect();
    p.send(get("/wait"));
    p.read_response(true);
    CHECK(p.read_until("\n\r\n") == "6\r\nfirst\n\r\n");
    std::atomic<bool> drained = false;
    f.server->drain(milliseconds(patience_ms), [&] { drained = true; });
    CHECK(p.read_all() == "0\r\n\r\n");
    CHECK(f.service.told_of_closing == 1);
    CHECK(eventually([&] { return drained.load(); }));
}

TEST_CASE("stream: patience that is over cuts it off") {
    stream_fixture f;
    peer p = f.connect();
    p.send(get("/flood"));
    p.read_response(true);
    std::atomic<bool> drained = false;
    f.server->drain(milliseconds(1), [&] { drained = true; });
    CHECK(eventually([&] { return drained.load() && f.service.ended == 1; }));
}

TEST_CASE("stream: where the last one ended reaches the service") {
    stream_fixture f;
    f.ask(get("/1", "Last-Event-ID: 17-a\r\nConnection: close\r\n"));
    CHECK(f.service.last_event_id == "17-a");
    f.ask_for("/1");
    CHECK(f.service.last_event_id.empty());
    const std::string long_id(256, 'i');
    CHECK(status_line(f.ask(get("/1", "Last-Event-ID: " + long_id + "\r\n"))) ==
          "HTTP/1.1 400 Bad Request");
    CHECK(status_line(f.ask(get("/1", "Last-Event-ID: 1\r\nLast-Event-ID: 2\r\n"))) ==
          "HTTP/1.1 400 Bad Request");
}

}  // namespace cleave::http::test
