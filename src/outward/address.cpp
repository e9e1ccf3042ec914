#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <outward/address.hpp>

namespace cleave::outward {

namespace {

using v6_bytes = std::array<std::uint8_t, 16>;

struct v4_block {
    std::uint32_t first;
    int bits;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c, unsigned d) {
    return a << 24U | b << 16U | c << 8U | d;
}

// https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr v4_block special_v4[] = {
    {v4(0, 0, 0, 0), 8},        // this network
    {v4(10, 0, 0, 0), 8},       // private
    {v4(100, 64, 0, 0), 10},    // shared by a provider's customers
    {v4(127, 0, 0, 0), 8},      // loopback
    {v4(169, 254, 0, 0), 16},   // link-local; clouds answer here with secrets
    {v4(172, 16, 0, 0), 12},    // private
    {v4(192, 0, 0, 0), 24},     // protocol assignments
    {v4(192, 0, 2, 0), 24},     // documentation
    {v4(192, 31, 196, 0), 24},  // AS112
    {v4(192, 52, 193, 0), 24},  // AMT
    {v4(192, 88, 99, 0), 24},   // 6to4 relays
    {v4(192, 168, 0, 0), 16},   // private
    {v4(192, 175, 48, 0), 24},  // AS112
    {v4(198, 18, 0, 0), 15},    // benchmarking
    {v4(198, 51, 100, 0), 24},  // documentation
    {v4(203, 0, 113, 0), 24},   // documentation
    {v4(224, 0, 0, 0), 4},      // multicast
    {v4(240, 0, 0, 0), 4},      // reserved, and broadcast
};

struct v6_block {
    std::array<std::uint8_t, 4> first;
    int bits;
};

// https://www.iana.org/assignments/iana-ipv6-special-registry: of 2000::/3, outside of which
// nothing is on the public internet.
constexpr v6_block special_v6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23},  // protocol assignments, Teredo among them
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x20, 0x02, 0x00, 0x00}, 16},  // 6to4: an IPv4 address in disguise
    {{0x3f, 0xff, 0x00, 0x00}, 20},  // documentation
};

bool is_public_v4(std::uint32_t address) {
    return std::ranges::none_of(special_v4, [&](const v4_block& block) {
        return (address ^ block.first) >> (32 - block.bits) == 0;
    });
}

std::uint32_t first_four(const std::uint8_t* bytes) {
    return v4(bytes[0], bytes[1], bytes[2], bytes[3]);
}

bool is_public_v6(const v6_bytes& bytes) {
    constexpr v6_bytes mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::equal(bytes.begin(), bytes.begin() + 12, mapped.begin()))
        return is_public_v4(first_four(bytes.data() + 12));
    if ((bytes[0] & 0xe0) != 0x20) return false;
    return std::ranges::none_of(special_v6, [&](const v6_block& block) {
        return (first_four(bytes.data()) ^ first_four(block.first.data())) >> (32 - block.bits) ==
               0;
    });
}

}  // namespace

bool is_public(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &address, sizeof in);
        return is_public_v4(ntohl(in.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, &address, sizeof in);
        v6_bytes bytes{};
        std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
        return is_public_v6(bytes);
    }
    return false;
}

}  // namespace cleave::outward
