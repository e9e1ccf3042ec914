#include <arpa/inet.h>
#include <netinet/in.h>

#include <catch2/catch.hpp>
#include <outward/address.hpp>
#include <string>

using namespace cleave::outward;

namespace {

bool is_public(const std::string& text) {
    sockaddr_storage at{};
    if (text.find(':') == std::string::npos) {
        auto& in = reinterpret_cast<sockaddr_in&>(at);
        in.sin_family = AF_INET;
        REQUIRE(::inet_pton(AF_INET, text.c_str(), &in.sin_addr) == 1);
    } else {
        auto& in = reinterpret_cast<sockaddr_in6&>(at);
        in.sin6_family = AF_INET6;
        REQUIRE(::inet_pton(AF_INET6, text.c_str(), &in.sin6_addr) == 1);
    }
    return cleave::outward::is_public(reinterpret_cast<const sockaddr&>(at));
}

}  // namespace

TEST_CASE("what lies on the public internet") {
    for (const char* text :
         {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
          "126.255.255.255", "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0",
          "192.167.255.255", "192.169.0.0", "223.255.255.255", "2606:4700::1111",
          "2a00:1450:4001::200e", "2001:4860::8888", "::ffff:8.8.8.8"}) {
        INFO(text);
        CHECK(is_public(text));
    }
}

TEST_CASE("what does not, in whatever words") {
    for (const char* text : {"0.0.0.0",
                             "0.1.2.3",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.1",
                             "127.0.0.1",
                             "127.255.255.255",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.1",
                             "192.0.2.1",
                             "192.88.99.1",
                             "192.168.0.1",
                             "198.18.0.1",
                             "198.19.255.255",
                             "198.51.100.1",
                             "203.0.113.1",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "::ffff:169.254.169.254",
                             "::127.0.0.1",
                             "64:ff9b::7f00:1",
                             "64:ff9b:1::1",
                             "100::1",
                             "2001::1",
                             "2001:db8::1",
                             "2002:7f00:1::1",
                             "3fff::1",
                             "fc00::1",
                             "fd12:3456::1",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1",
                             "5f00::1"}) {
        INFO(text);
        CHECK_FALSE(is_public(text));
    }
    sockaddr unix_socket{};
    unix_socket.sa_family = AF_UNIX;
    CHECK_FALSE(cleave::outward::is_public(unix_socket));
}
