// Bytes that are meant to confuse: where one reader would see one request and another two. Each is
// answered 4xx and the connection closed, and nothing else happens.
#include <catch2/catch.hpp>
#include <set>

#include "topology.hpp"

using namespace cleave::test;

namespace {

struct attack {
    std::string name;
    std::string bytes;
};

const std::string chunked = "Transfer-Encoding: chunked\r\n";
const std::string host = "Host: x\r\n";
const std::string smuggled = "GET /api/articles/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

std::string post(const std::string& fields, const std::string& rest) {
    return "POST /api/users/login HTTP/1.1\r\n" + fields + "\r\n" + rest;
}

std::vector<attack> attacks() {
    const std::string chunks = "0\r\n\r\n" + smuggled;
    return {
        {"both framings", post(host + chunked + "Content-Length: 5\r\n", chunks)},
        {"both framings, the other way", post(host + "Content-Length: 5\r\n" + chunked, chunks)},
        {"two transfer encodings", post(host + chunked + chunked, chunks)},
        {"an encoding after chunked", post(host + "Transfer-Encoding: chunked, gzip\r\n", chunks)},
        {"an encoding before chunked", post(host + "Transfer-Encoding: gzip, chunked\r\n", chunks)},
        {"an unknown encoding", post(host + "Transfer-Encoding: xchunked\r\n", chunks)},
        {"a hidden encoding", post(host + "Transfer-Encoding: \x0b"
                                          "chunked\r\n",
                                   chunks)},
        {"an encoding in HTTP/1.0",
         "POST /api/users/login HTTP/1.0\r\n" + host + chunked + "\r\n" + chunks},
        {"a space before the colon", post(host + "Transfer-Encoding : chunked\r\n", chunks)},
        {"two equal lengths", post(host + "Content-Length: 2\r\nContent-Length: 2\r\n", "{}")},
        {"two lengths", post(host + "Content-Length: 0\r\nContent-Length: 9\r\n", smuggled)},
        {"a list of lengths", post(host + "Content-Length: 2, 2\r\n", "{}" + smuggled)},
        {"a signed length", post(host + "Content-Length: +2\r\n", "{}" + smuggled)},
        {"a negative length", post(host + "Content-Length: -1\r\n", smuggled)},
        {"a length in hex", post(host + "Content-Length: 0x2\r\n", "{}" + smuggled)},
        {"a length of more than 64 bits",
         post(host + "Content-Length: 99999999999999999999\r\n", "{}")},
        {"no host", "GET /api/articles HTTP/1.1\r\n\r\n" + smuggled},
        {"two hosts", "GET /api/articles HTTP/1.1\r\n" + host + "Host: y\r\n\r\n" + smuggled},
        {"two equal hosts", "GET /api/articles HTTP/1.1\r\n" + host + host + "\r\n" + smuggled},
        {"an invalid host", "GET /api/articles HTTP/1.1\r\nHost: a b\r\n\r\n" + smuggled},
        {"a chunk that says no size", post(host + chunked, "x\r\n{}\r\n" + chunks)},
        {"a chunk of negative size", post(host + chunked, "-2\r\n{}\r\n" + chunks)},
        {"a chunk size of more than 64 bits", post(host + chunked, "10000000000000002\r\n{}\r\n")},
        {"a chunk that is longer than it says", post(host + chunked, "2\r\n{}}\r\n" + chunks)},
        {"a chunk size that ends in LF alone", post(host + chunked, "2\n{}\r\n" + chunks)},
        {"a chunk extension without end",
         post(host + chunked, "2;" + std::string(100'000, 'x') + "\r\n{}\r\n" + chunks)},
        {"trailers without end",
         post(host + chunked, "0\r\n" + std::string(100'000, 'x') + ": y\r\n\r\n")},
        {"a header without end",
         "GET /api/articles HTTP/1.1\r\n" + host + "X: " + std::string(100'000, 'x') + "\r\n\r\n"},
        {"a target without end",
         "GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\n" + host + "\r\n"},
        {"a folded field",
         "GET /api/articles HTTP/1.1\r\n" + host + "X: y\r\n z\r\n\r\n" + smuggled},
        {"lines that end in LF alone", "GET /api/articles HTTP/1.1\nHost: x\n\n"},
        {"a null in a field", "GET /api/articles HTTP/1.1\r\n" + host +
                                  "X: " + std::string("a\0b", 3) + "\r\n\r\n" + smuggled},
        {"an absolute target",
         "GET http://elsewhere/api/articles HTTP/1.1\r\n" + host + "\r\n" + smuggled},
        {"a fragment", "GET /api/articles#x HTTP/1.1\r\n" + host + "\r\n" + smuggled},
        {"a target with a space", "GET /api/art icles HTTP/1.1\r\n" + host + "\r\n" + smuggled},
        {"no HTTP at all", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)},
        {"nothing but line ends", std::string(10'000, '\n')},
        {"CONNECT", "CONNECT example.com:443 HTTP/1.1\r\n" + host + "\r\n" + smuggled},
        {"a body that is packed",
         post(host + "Content-Encoding: gzip\r\nContent-Length: 2\r\n", "{}" + smuggled)},
        {"a repeated Origin",
         "GET /api/articles HTTP/1.1\r\n" + host + "Origin: a\r\nOrigin: b\r\n\r\n" + smuggled},
        {"a repeated Authorization",
         "GET /api/articles HTTP/1.1\r\n" + host +
             "Authorization: Token a\r\nAuthorization: Token b\r\n\r\n" + smuggled},
        {"a thousand fields",
         [] {
             std::string fields = host;
             for (int i = 0; i < 1000; ++i) fields += "a:b\r\n";
             return "GET /api/articles HTTP/1.1\r\n" + fields + "\r\n";
         }()},
    };
}

struct attempt {
    address to;
    std::string name;
    std::string bytes;
};

std::vector<attempt> attacks_on(const std::vector<address>& listeners) {
    std::vector<attempt> out;
    for (const auto& to : listeners)
        for (const auto& [name, bytes] : attacks()) out.push_back({to, name, bytes});
    return out;
}

}  // namespace

TEST_CASE("bytes that could be read in two ways are refused, and the connection closed") {
    auto& blog = shared_blog();
    const auto before = blog.pids();
    // Other processes are told no more than strangers are.
    std::vector<address> listeners{blog.at()};
    for (const auto& process : blog.processes())
        if (!process.internal.empty()) listeners.push_back(process.internal);
    for (const auto& [to, name, bytes] : attacks_on(listeners)) {
        INFO(name << " on " << to);
        http_peer peer(to);
        peer.send(bytes);
        peer.finish_sending();
        // An answer, or none: never more than one.
        const auto answer = peer.receive();
        if (answer) {
            INFO(answer->head);
            CHECK(answer->status >= 400);
            CHECK(answer->status < 500);
            CHECK(answer->closes());
            CHECK(body_of(*answer).at("errors").is_object());
        }
        CHECK(peer.is_closed());
    }
    CHECK(blog.pids() == before);
    CHECK(blog.is_ready());
}

TEST_CASE("a method that nobody knows is not implemented") {
    http_peer peer(shared_blog().at());
    peer.send("BREW /api/articles HTTP/1.1\r\nHost: x\r\n\r\n" + smuggled);
    const auto answer = peer.receive();
    REQUIRE(answer);
    CHECK(answer->status == 501);  // RFC 9110, 15.6.2: the one 5xx that a client may provoke
    CHECK(peer.is_closed());
}

TEST_CASE("whoever goes away in the middle harms nobody") {
    auto& blog = shared_blog();
    const auto before = blog.pids();
    const std::string whole = post(host + "Content-Length: 2\r\n", "{}");
    for (std::size_t size = 0; size < whole.size(); size += 3) {
        http_peer peer(blog.at());
        peer.send(whole.substr(0, size));
    }
    for (std::size_t size = 0; size < whole.size(); size += 3) {
        http_peer peer(blog.at());
        peer.send(whole.substr(0, size));
        peer.finish_sending();
        const auto answer = peer.receive();
        if (answer) CHECK(answer->status < 500);
    }
    CHECK(blog.pids() == before);
    CHECK(blog.is_ready());
}
