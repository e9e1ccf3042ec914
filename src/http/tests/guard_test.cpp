#include <catch2/catch.hpp>
#include <http/guard.hpp>
#include <http/head_parser.hpp>

#include "fixture.hpp"

namespace cleave::http::test {

namespace {

head_facts plain() {
    head_facts f;
    f.method = "GET";
    f.target = "/a";
    f.host_fields = 1;
    f.host = "example.org";
    return f;
}

unsigned status_of(const head_facts& f) {
    framing out;
    const auto refused = check(f, {}, out);
    return refused ? refused->status : 200;
}

struct parsed {
    std::optional<refusal> refused;
    request r;
    parsed_head head;
    unsigned status() const { return refused ? refused->status : 200; }
};

parsed parse(std::string_view text) {
    parsed p;
    p.refused = parse_head(text, {}, p.r, p.head);
    return p;
}

unsigned status_of_lines(std::string_view lines) {
    return parse("POST /a HTTP/1.1\r\n" + std::string(lines) + "\r\n").status();
}

}  // namespace

TEST_CASE("guard: Transfer-Encoding stands alone, once, and is chunked") {
    head_facts f = plain();
    f.transfer_encoding_fields = 1;
    f.transfer_encoding = "Chunked";
    framing out;
    CHECK_FALSE(check_framing(f, out));
    CHECK(out.chunked);
    CHECK(out.has_body());

    for (const auto* coding : {"", "gzip", "chunked, gzip", "gzip, chunked", "chunked,", "xchunked",
                               "chunked chunked", "identity", "\"chunked\""}) {
        f.transfer_encoding = coding;
        CHECK(check_framing(f, out)->status == 400);
    }
    f.transfer_encoding = "chunked";
    f.transfer_encoding_fields = 2;
    CHECK(check_framing(f, out)->status == 400);
    f.transfer_encoding_fields = 1;
    f.content_length_fields = 1;
    f.content_length = "0";
    CHECK(check_framing(f, out)->status == 400);
    f.content_length_fields = 0;
    f.version = 10;
    CHECK(check_framing(f, out)->status == 400);
}

TEST_CASE("guard: Content-Length is one field of digits") {
    head_facts f = plain();
    f.content_length_fields = 1;
    framing out;
    f.content_length = "17";
    CHECK_FALSE(check_framing(f, out));
    CHECK(out.content_length == 17);
    CHECK(parse_content_length("0") == 0u);
    CHECK(parse_content_length("007") == 7u);
    CHECK(parse_content_length("9223372036854775807") == 9223372036854775807u);
    for (const auto* length :
         {"", "+1", "-1", " 1", "1 ", "1,1", "0x1", "1e1", "1.0", "9223372036854775808",
          "18446744073709551616", "99999999999999999999999999"})
        CHECK_FALSE(parse_content_length(length));
    f.content_length_fields = 2;
    CHECK(check_framing(f, out)->status == 400);
}

TEST_CASE("guard: one valid Host in HTTP/1.1") {
    head_facts f = plain();
    for (const auto* host : {"a", "example.org", "example.org:80", "127.0.0.1:8080", "[::1]",
                             "[::1]:8080", "a_b-c.d~e", "%C3%A4.org", "a:"}) {
        INFO(host);
        CHECK(is_valid_host(host));
    }
    for (const auto* host :
         {"",         " ",    "a b",  "a/b", "a,b@c", "user@a", "a:b", "a:8080:1",
          "a:123456", "[::1", "::1",  "[]",  "[g]",   "[::1]a", "a\t", "%",
          "%4",       "%zz",  "a\\b", "a?b", "a#b",   "<a>"}) {
        INFO(host);
        CHECK_FALSE(is_valid_host(host));
        f.host = host;
        CHECK(status_of(f) == 400);
    }
    f.host = "a";
    f.host_fields = 2;
    CHECK(status_of(f) == 400);
    f.host_fields = 0;
    CHECK(status_of(f) == 400);
    f.version = 10;
    CHECK(status_of(f) == 200);
    f.host_fields = 2;
    CHECK(status_of(f) == 400);
}

TEST_CASE("guard: the request line") {
    head_facts f = plain();
    CHECK(status_of(f) == 200);
    for (const auto* target : {"*", "http://a/b", "a", "a:80", "//"}) {
        f.target = target;
        CHECK(status_of(f) == (f.target == "//" ? 200u : 400u));
    }
    for (const std::string bad : {"/a#b", "/a b", "/\x7f", "/\x80", "/\xff", "/\x1f"}) {
        f.target = bad;
        CHECK(status_of(f) == 400);
    }
    const std::string longest = "/" + std::string(4095, 'a'), longer = longest + "a";
    f.target = longest;
    CHECK(status_of(f) == 200);
    f.target = longer;
    CHECK(status_of(f) == 414);
    f = plain();
    for (const auto* method : {"get", "BREW", "PROPFIND", "GETT", "PRI"}) {
        f.method = method;
        CHECK(status_of(f) == 501);
    }
    for (const auto* method : {"CONNECT", "TRACE"}) {
        f.method = method;
        CHECK(status_of(f) == 405);
    }
    for (const auto* method : {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
        f.method = method;
        CHECK(status_of(f) == 200);
    }
    f.fields = 101;
    CHECK(status_of(f) == 431);
}

TEST_CASE("guard: Expect") {
    head_facts f = plain();
    f.expect = "100-Continue";
    CHECK(status_of(f) == 200);
    f.expect = "a-pony";
    CHECK(status_of(f) == 417);
    f.version = 10;
    CHECK(status_of(f) == 200);
}

TEST_CASE("guard: Content-Encoding") {
    head_facts f = plain();
    for (const auto* fine : {"", "identity", "Identity"}) {
        f.content_encoding = fine;
        CHECK(status_of(f) == 200);
    }
    for (const auto* other : {"gzip", "br", "identity, gzip", "x"}) {
        f.content_encoding = other;
        CHECK(status_of(f) == 415);
    }
}

TEST_CASE("guard: another version of HTTP is 505, none is 400") {
    for (const auto* line :
         {"GET / HTTP/2.0", "GET / HTTP/1.2", "GET / HTTP/0.9", "PRI * HTTP/2.0"})
        CHECK(bad_version(line).status == 505);
    for (const auto* line :
         {"GET / HTTP/1.12", "GET / HTTP/x.y", "GET / http/1.1", "GET /", "GET / "})
        CHECK(bad_version(line).status == 400);
    CHECK(parse("GET / HTTP/2.0\r\nHost: a\r\n\r\n").status() == 505);
    CHECK(parse("GET / HTTP/1.2\r\nHost: a\r\n\r\n").status() == 505);
    CHECK(parse("GET / FTP/1.1\r\nHost: a\r\n\r\n").status() == 400);
}

TEST_CASE("guard: what Debian's Beast would let pass is refused") {
    CHECK(status_of_lines("Host: a\r\n") == 200);
    for (const auto* lines : {
             "Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n",
             "Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n",
             "Host: a\r\nTransfer-Encoding: chunked, gzip\r\n",
             "Host: a\r\nTransfer-Encoding: gzip\r\nContent-Length: 3\r\n",
             "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
             "Host: a\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
             "Host: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n",
             "Host: a\r\nContent-Length: 3, 3\r\n",
             "Host: a\r\nContent-Length: \r\n",
             "Host: a\r\nHost: a\r\n",
             "Host:\r\n",
             "",
             "Host: a\r\nX: a\r\n b\r\n",
             "Host: a\r\nX:\r\n b\r\n",
             "Host: a\r\nX: a\r\n \r\n",
             "Host: a\r\n\tb: c\r\n",
             "Host : a\r\n",
             " Host: a\r\n",
             "Host: a\r\nX\r\n",
             "Host: a\r\n: x\r\n",
             "Host: a\r\nX y: z\r\n",
             "Host: a\r\nX: a\nb\r\n",
             "Host: a\r\nX: a\rb\r\n",
             "Host: a\r\nAuthorization: Token a\r\nAuthorization: Token b\r\n",
             "Host: a\r\nCleave-Call: a\r\ncleave-call: b\r\n",
             "Host: a\r\nIdempotency-Key: \r\n",
         }) {
        INFO(lines);
        CHECK(status_of_lines(lines) == 400);
    }
    CHECK(status_of_lines({"Host: a\r\nX: \0\r\n", 15}) == 400);
    CHECK(status_of_lines("Host: a\r\nIdempotency-Key: " + std::string(256, 'k') + "\r\n") == 400);
    CHECK(status_of_lines("Host: a\r\nIdempotency-Key: " + std::string(255, 'k') + "\r\n") == 200);
    CHECK(parse("POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").status() == 400);
    for (const auto* start :
         {"GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET /\tHTTP/1.1",
          "GET / / HTTP/1.1", "G@T / HTTP/1.1", "GET", "/ HTTP/1.1"})
        CHECK(parse(std::string(start) + "\r\nHost: a\r\n\r\n").status() == 400);
    std::string many = "Host: a\r\n";
    for (int i = 0; i < 99; ++i) many += "X: y\r\n";
    CHECK(status_of_lines(many) == 200);
    CHECK(status_of_lines(many + "X: y\r\n") == 431);
}

TEST_CASE("guard: a refusal is told in the documented shape, and the connection ends") {
    fixture f;
    peer p = f.connect();
    p.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
        "\r\n0\r\n\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string all = p.read_all();
    CHECK(status_line(all) == "HTTP/1.1 400 Bad Request");
    CHECK(all.find("Connection: close\r\n") != std::string::npos);
    CHECK(all.find("Content-Type: application/json; charset=utf-8\r\n") != std::string::npos);
    CHECK(body_of(all) == R"({"errors":{"transfer-encoding":["is invalid"]}})");
    CHECK(f.service.handled == 0);
    CHECK(f.server->counters().refused_requests == 1);
}

TEST_CASE("guard: refusals over the wire") {
    fixture f;
    CHECK(status_line(f.ask("BREW / HTTP/1.1\r\nHost: a\r\n\r\n")) ==
          "HTTP/1.1 501 Not Implemented");
    const std::string trace = f.ask("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(status_line(trace) == "HTTP/1.1 405 Method Not Allowed");
    CHECK(trace.find("\r\nAllow: GET, HEAD,") != std::string::npos);
    CHECK(status_line(f.ask("GET / HTTP/3.0\r\nHost: a\r\n\r\n")) ==
          "HTTP/1.1 505 HTTP Version Not Supported");
    CHECK(status_line(f.ask("GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n")) ==
          "HTTP/1.1 414 URI Too Long");
    CHECK(status_line(f.ask("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n")) ==
          "HTTP/1.1 414 URI Too Long");
    CHECK(status_line(f.ask(get("/", "X: " + std::string(9000, 'a') + "\r\n"))) ==
          "HTTP/1.1 431 Request Header Fields Too Large");
    // No end of a header will come, so nobody waits for it.
    CHECK(status_line(f.ask("GET / HTTP/1.1\nHost: a\n\n")) == "HTTP/1.1 400 Bad Request");
    CHECK(status_line(f.ask("\x16\x03\x01\x02\x01 hello")) == "HTTP/1.1 400 Bad Request");
    peer p = f.connect();
    p.send("\x16\x03\x01");
    CHECK(status_line(p.read_all()) == "HTTP/1.1 400 Bad Request");
}

TEST_CASE("guard: a header of just the allowed size passes") {
    fixture f({.header_bytes_max = 512});
    const std::string bare = get("/size/1", "X: \r\n");
    const std::string most = get("/size/1", "X: " + std::string(512 - bare.size(), 'a') + "\r\n");
    CHECK(most.size() == 512);
    CHECK(status_line(f.ask(most)) == "HTTP/1.1 200 OK");
    const std::string more = get("/size/1", "X: " + std::string(513 - bare.size(), 'a') + "\r\n");
    CHECK(status_line(f.ask(more)) == "HTTP/1.1 431 Request Header Fields Too Large");
}

}  // namespace cleave::http::test
