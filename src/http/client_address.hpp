#pragma once
// Who is asking: the peer of a connection, or whom a proxy that is trusted names.
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::http {

namespace asio = boost::asio;
using client_address = std::optional<asio::ip::address>;  // none: a Unix socket's

// Of a sockaddr. An IPv4 address in IPv6 clothes is an IPv4 address.
client_address address_of(const void* peer);
std::string to_string(const client_address& address);  // empty where there is none

// The proxies whose X-Forwarded-For counts. Anybody else may write there what they like.
class trusted_proxies {
public:
    trusted_proxies() = default;
    // Each "203.0.113.7", "10.0.0.0/8", "fd00::/8" or "unix" (whoever comes by a Unix socket).
    // Throws std::invalid_argument, which says which one is none of these.
    explicit trusted_proxies(std::span<const std::string> texts);

    bool contains(const client_address& peer) const;

    // Each proxy adds at the end whom it was asked by. So the client is the last one in
    // `forwarded_for` ("a, b, c") that is no trusted proxy itself; the peer where that is nobody,
    // or no address.
    client_address client_of(const client_address& peer, std::string_view forwarded_for) const;

private:
    std::vector<asio::ip::network_v4> v4_;
    std::vector<asio::ip::network_v6> v6_;
    bool unix_ = false;
};

}  // namespace cleave::http
