// Legal requests arrive in any pieces and mean the same.
#include <catch2/catch.hpp>
#include <http/chunked.hpp>

#include "fixture.hpp"

namespace cleave::http::test {

namespace {

using status = chunked_decoder::status;

struct decoded {
    chunked_decoder::status end;
    std::string body;
    std::string rest;
};

decoded decode_in_pieces(std::string_view text, std::size_t piece, std::size_t max = 1000) {
    chunked_decoder decoder(max);
    decoded out{status::need_more, {}, {}};
    for (std::size_t at = 0; at < text.size(); at += piece) {
        std::size_t used = 0;
        const std::string_view part = text.substr(at, piece);
        out.end = decoder.feed(part, out.body, used);
        if (out.end != status::need_more) {
            out.rest = text.substr(at + used);
            return out;
        }
        CHECK(used == part.size());
    }
    return out;
}

const std::string chunked_head =
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

// Each with the body it means.
const std::pair<std::string, std::string> legal_requests[] = {
    {get("/echo"), ""},
    {"\r\n" + get("/echo"), ""},
    {post("/echo", ""), ""},
    {post("/echo", "hello\r\n\r\nworld"), "hello\r\n\r\nworld"},
    {chunked_head + "0\r\n\r\n", ""},
    {chunked_head + "000\r\n\r\n", ""},
    {chunked_head + "5\r\nhello\r\n0\r\n\r\n", "hello"},
    {chunked_head + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"},
    {chunked_head + "5;a=b;c=\"d;e\"\r\nhello\r\n0;z\r\nX: y\r\nZ: w\r\n\r\n", "hello"},
    {chunked_head + "C \t;x\r\n\r\n0\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n0\r\n\r\n"},
};

}  // namespace

TEST_CASE("chunked: any pieces make the same body") {
    const std::string text = "5;x=y\r\nhello\r\n00A\r\n0123456789\r\n0\r\nA: b\r\n\r\nNEXT";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        const decoded d = decode_in_pieces(text, piece);
        CHECK(d.end == status::complete);
        CHECK(d.body == "hello0123456789");
        CHECK(d.rest == "NEXT");
    }
}

TEST_CASE("chunked: what is not is refused") {
    for (const std::string_view text : {"\r\n",
                                        "x\r\n",
                                        "-1\r\n",
                                        "+1\r\n",
                                        " 1\r\na",
                                        "0x1\r\na",
                                        "1\na\n0\n\n",
                                        "1\r\nab",
                                        "1\r\na0",
                                        "1\r\na\n0",
                                        "1 \r\n",
                                        "1\rx",
                                        "0\r\n\n",
                                        "0\r\nA: b\n\r\n",
                                        "1;\x01\r\n",
                                        "0\r\n\x7f",
                                        "1000000000000000\r\n",
                                        "fffffffffffffffff\r\n",
                                        "1,1\r\n",
                                        "0\r\n\r\r"}) {
        INFO(text);
        for (std::size_t piece = 1; piece <= text.size(); ++piece)
            CHECK(decode_in_pieces(text, piece).end == status::malformed);
    }
}

TEST_CASE("chunked: limits") {
    CHECK(decode_in_pieces("5\r\nhello\r\n0\r\n\r\n", 1, 5).end == status::complete);
    CHECK(decode_in_pieces("5\r\nhello\r\n", 1, 4).end == status::too_large);
    CHECK(decode_in_pieces("3\r\nhel\r\n3\r\n", 1, 5).end == status::too_large);
    CHECK(decode_in_pieces("fffffffffffffff\r\n", 1, 5).end == status::too_large);
    CHECK(decode_in_pieces("1;" + std::string(9000, 'x'), 100).end == status::malformed);
    CHECK(decode_in_pieces("0\r\nA: " + std::string(9000, 'x'), 100).end == status::malformed);
    // Small extensions on many chunks add up.
    std::string many;
    for (int i = 0; i < 900; ++i) many += "1;abcdefghij\r\nx\r\n";
    CHECK(decode_in_pieces(many, 100).end == status::malformed);
}

TEST_CASE("a legal request split at every byte") {
    fixture f;
    for (const auto& [text, body] : legal_requests) {
        INFO(text);
        for (std::size_t cut = 1; cut < text.size(); ++cut) {
            peer p = f.connect();
            // The server has seen the first part before the second is sent.
            const auto before = f.server->counters().received_bytes;
            p.send(text.substr(0, cut));
            REQUIRE(
                eventually([&] { return f.server->counters().received_bytes == before + cut; }));
            p.send(text.substr(cut));
            const std::string answer = p.read_response();
            REQUIRE(status_line(answer) == "HTTP/1.1 200 OK");
            REQUIRE(body_of(answer) == body);
            // Nothing is left over: the connection goes on.
            p.send(get("/size/2"));
            REQUIRE(body_of(p.read_response()) == "xx");
        }
    }
}

TEST_CASE("a legal request byte by byte") {
    fixture f;
    for (const auto& [text, body] : legal_requests) {
        peer p = f.connect();
        p.send_slowly(text);
        CHECK(body_of(p.read_response()) == body);
    }
}

TEST_CASE("trailers are dropped") {
    fixture f;
    const std::string answer = f.ask(
        "POST /headers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\nAuthorization: Token evil\r\nCleave-Call: evil\r\nHost: b\r\n\r\n");
    CHECK(status_line(answer) == "HTTP/1.1 200 OK");
    CHECK(answer.find("evil") == std::string::npos);
}

TEST_CASE("pipelined requests are answered in order") {
    fixture f;
    std::string sent;
    for (int i = 0; i < 200; ++i) {
        sent += i % 3 == 0   ? get("/size/" + std::to_string(i))
                : i % 3 == 1 ? post("/echo", std::string(std::size_t(i), 'e'))
                             : chunked_head + "3\r\nabc\r\n0\r\n\r\n";
    }
    peer p = f.connect();
    p.send(sent);
    for (int i = 0; i < 200; ++i) {
        const std::string body = body_of(p.read_response());
        CHECK(body == (i % 3 == 0   ? std::string(std::size_t(i), 'x')
                       : i % 3 == 1 ? std::string(std::size_t(i), 'e')
                                    : "abc"));
    }
    CHECK(f.server->counters().requests == 200);
}

TEST_CASE("pipelined requests split at every byte") {
    fixture f;
    const std::string sent = post("/echo", "one") + get("/size/2") + chunked_head +
                             "5\r\nthree\r\n0\r\n\r\n" + get("/size/4");
    peer p = f.connect();
    for (std::size_t cut = 1; cut < sent.size(); ++cut) {
        const auto before = f.server->counters().received_bytes;
        p.send(sent.substr(0, cut));
        REQUIRE(eventually([&] { return f.server->counters().received_bytes == before + cut; }));
        p.send(sent.substr(cut));
        for (const std::string_view body : {"one", "xx", "three", "xxxx"})
            REQUIRE(body_of(p.read_response()) == body);
    }
}

TEST_CASE("large bodies in both directions") {
    fixture f;
    const std::string body(1 << 20, 'b');
    peer p = f.connect();
    p.send(post("/echo", body));
    CHECK(body_of(p.read_response()) == body);
    std::string chunks;
    for (int i = 0; i < 64; ++i) chunks += "4000\r\n" + std::string(0x4000, 'c') + "\r\n";
    p.send(chunked_head + chunks + "0\r\n\r\n");
    CHECK(body_of(p.read_response()) == std::string(1 << 20, 'c'));
    p.send(get("/size/5000000"));
    CHECK(body_of(p.read_response()).size() == 5000000);
}

}  // namespace cleave::http::test
