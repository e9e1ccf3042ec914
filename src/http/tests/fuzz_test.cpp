// Requests that went wrong in any way: the server answers or closes, and goes on.
#include <catch2/catch.hpp>
#include <http/chunked.hpp>
#include <http/head_parser.hpp>
#include <http/wire.hpp>
#include <random>

#include "fixture.hpp"

namespace cleave::http::test {

namespace {

// Seeded, so that a failure can be had again.
class mutator {
public:
    std::string operator()(std::string text) {
        for (std::size_t n = 1 + pick(4); n > 0; --n) mutate(text);
        return text;
    }
    std::size_t pick(std::size_t below) { return random_() % below; }

private:
    void mutate(std::string& text) {
        static const std::string_view pieces[] = {"\r\n",
                                                  "\r",
                                                  "\n",
                                                  "\r\n\r\n",
                                                  " ",
                                                  "\t",
                                                  ":",
                                                  ";",
                                                  ",",
                                                  "0",
                                                  "f",
                                                  "ffffffffffffffff",
                                                  "Transfer-Encoding: chunked\r\n",
                                                  "Content-Length: 5\r\n",
                                                  "Host: b\r\n",
                                                  "HTTP/1.0",
                                                  "%",
                                                  "%00",
                                                  "#",
                                                  "chunked",
                                                  "\x80",
                                                  "\"",
                                                  "Connection: close\r\n",
                                                  "\r\n "};
        const std::size_t at = pick(text.size() + 1);
        switch (pick(5)) {
            case 0: text.insert(at, pieces[pick(std::size(pieces))]); break;
            case 1: text.erase(at, 1 + pick(4)); break;
            case 2:
                if (at < text.size()) text[at] = static_cast<char>(pick(256));
                break;
            case 3: text.insert(at, text.substr(pick(text.size() + 1), 1 + pick(40))); break;
            default: text.insert(at, 1, static_cast<char>(pick(256))); break;
        }
    }
    std::mt19937_64 random_{42};
};

const std::string samples[] = {
    get("/echo", "Authorization: Token x\r\nUser-Agent: u\r\nReferer: http://a/b\r\n"),
    post("/echo", "hello"),
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n"
    "0\r\nA: b\r\n\r\n",
    "GET /headers HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
};

}  // namespace

TEST_CASE("fuzz: whatever passes the guard keeps its rules") {
    mutator mutate;
    int passed = 0;
    for (int i = 0; i < 40'000; ++i) {
        const std::string text = mutate(samples[std::size_t(i) % std::size(samples)]);
        std::size_t seen = 0;
        const std::size_t head = find_head_end(text, seen);
        if (head == 0) continue;
        request r;
        parsed_head parsed;
        if (parse_head(std::string_view(text).substr(0, head), {}, r, parsed)) continue;
        ++passed;
        REQUIRE(r.target.starts_with('/'));
        REQUIRE(r.target.size() == r.path.size() + (r.target == r.path ? 0 : 1 + r.query.size()));
        for (const char c : r.target) REQUIRE((c > 0x20 && c < 0x7f && c != '#'));
        REQUIRE_FALSE((parsed.framing.chunked && parsed.framing.content_length > 0));
        REQUIRE_FALSE((parsed.framing.chunked && parsed.version < 11));
    }
    // Otherwise nothing was tried.
    CHECK(passed > 1000);
}

TEST_CASE("fuzz: chunked bodies mean the same in any pieces") {
    mutator mutate;
    using status = chunked_decoder::status;
    const auto decode = [](std::string_view text, std::size_t piece) {
        chunked_decoder decoder(64);
        std::string body;
        auto end = status::need_more;
        for (std::size_t at = 0; at < text.size() && end == status::need_more; at += piece) {
            std::size_t used = 0;
            end = decoder.feed(text.substr(at, piece), body, used);
        }
        return std::pair(end, end == status::complete ? body : "");
    };
    int complete = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string text = mutate("5;a=b\r\nhello\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n");
        const auto whole = decode(text, text.size() + 1);
        REQUIRE(decode(text, 1) == whole);
        REQUIRE(decode(text, 1 + mutate.pick(9)) == whole);
        if (whole.first == status::complete) ++complete;
    }
    CHECK(complete > 500);
}

TEST_CASE("fuzz: the server survives") {
    fixture f({.idle_timeout = std::chrono::milliseconds(200),
               .header_timeout = std::chrono::milliseconds(200),
               .body_timeout = std::chrono::milliseconds(200)});
    mutator mutate;
    for (int i = 0; i < 1'000; ++i) {
        const std::string text = mutate(samples[std::size_t(i) % std::size(samples)]);
        const std::string answer = f.ask(text);
        INFO(text);
        REQUIRE((answer.empty() || answer.starts_with("HTTP/1.1 ")));
        REQUIRE(answer.find("(timed out)") == std::string::npos);
        REQUIRE(answer.find("HTTP/1.1 500") == std::string::npos);
    }
    CHECK(body_of(f.ask(get("/size/3"))) == "xxx");
    CHECK(eventually([&] { return f.server->counters().open_connections == 0; }));
}

}  // namespace cleave::http::test
