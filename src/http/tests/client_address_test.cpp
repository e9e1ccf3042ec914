#include <catch2/catch.hpp>
#include <http/client_address.hpp>
#include <stdexcept>

#include "fixture.hpp"

namespace cleave::http::test {

namespace {

trusted_proxies trusting(std::vector<std::string> texts) {
    return trusted_proxies(texts);
}

std::string client(const trusted_proxies& proxies, const char* peer, std::string_view forwarded) {
    return to_string(proxies.client_of(asio::ip::make_address(peer), forwarded));
}

}  // namespace

TEST_CASE("the client is the last one whom a trusted proxy names") {
    const auto proxies = trusting({"127.0.0.1", "10.0.0.0/8", "fd00::/8"});
    CHECK(client(proxies, "127.0.0.1", "203.0.113.7") == "203.0.113.7");
    CHECK(client(proxies, "127.0.0.1", "198.51.100.1, 203.0.113.7") == "203.0.113.7");
    CHECK(client(proxies, "127.0.0.1", "203.0.113.7, 10.1.2.3,fd00::5") == "203.0.113.7");
    CHECK(client(proxies, "fd12::1", " 2001:db8::1 ") == "2001:db8::1");
    // With ports, and in IPv6 clothes.
    CHECK(client(proxies, "127.0.0.1", "203.0.113.7:4711") == "203.0.113.7");
    CHECK(client(proxies, "127.0.0.1", "[2001:db8::1]:4711") == "2001:db8::1");
    CHECK(client(proxies, "127.0.0.1", "::ffff:203.0.113.7") == "203.0.113.7");
    // All of them proxies: the first.
    CHECK(client(proxies, "127.0.0.1", "10.0.0.1, 10.0.0.2") == "10.0.0.1");
}

TEST_CASE("what is no address is not believed, nor anybody who is not trusted") {
    const auto proxies = trusting({"127.0.0.1"});
    CHECK(client(proxies, "203.0.113.9", "198.51.100.1") == "203.0.113.9");
    CHECK(client(proxies, "127.0.0.2", "198.51.100.1") == "127.0.0.2");
    for (const char* nonsense : {"", " ", ",", "unknown", "198.51.100.1, unknown", "[", "[::1", ":",
                                 "198.51.100.1,", "999.1.1.1", "::1%lo'"})
        CHECK(client(proxies, "127.0.0.1", nonsense) == "127.0.0.1");
    CHECK(to_string(trusted_proxies().client_of(std::nullopt, "198.51.100.1")).empty());
    CHECK(to_string(trusting({"unix"}).client_of(std::nullopt, "198.51.100.1")) == "198.51.100.1");
    for (const char* wrong : {"", "localhost", "10.0.0.0/33", "10.0.0/8", "::1/129", "/8"})
        CHECK_THROWS_AS(trusting({wrong}), std::invalid_argument);
}

TEST_CASE("behind a trusted proxy each client has limits of its own, and the proxy none") {
    fixture f({.connections_per_address_max = 1,
               .requests_per_second_max = 1,
               .requests_burst_max = 1,
               .loopback_is_limited = true,
               .proxies = trusting({"127.0.0.1"})});
    peer first = f.connect(), second = f.connect();
    const auto ask = [](peer& by, const std::string& client) {
        by.send(get("/headers", "X-Forwarded-For: " + client + "\r\n"));
        return by.read_response();
    };
    CHECK(ask(first, "203.0.113.7").find("address 203.0.113.7\n") != std::string::npos);
    CHECK(ask(second, "203.0.113.8").find("address 203.0.113.8\n") != std::string::npos);
    CHECK(status_line(ask(second, "203.0.113.7")) == "HTTP/1.1 429 Too Many Requests");
    CHECK(ask(second, "203.0.113.9").find("address 203.0.113.9\n") != std::string::npos);
}

}  // namespace cleave::http::test
