#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <http/server_core.hpp>

namespace cleave::http {

namespace {

// The IPv4 address of an IPv4 peer, or of one that came through an IPv6 socket.
bool as_ipv4(const void* address, in_addr& out) {
    if (static_cast<const sockaddr*>(address)->sa_family == AF_INET) {
        out = static_cast<const sockaddr_in*>(address)->sin_addr;
        return true;
    }
    const auto* v6 = static_cast<const sockaddr_in6*>(address);
    if (v6->sin6_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) return false;
    std::memcpy(&out, v6->sin6_addr.s6_addr + 12, sizeof out);
    return true;
}

}  // namespace

std::string address_text(const void* address) {
    char text[INET6_ADDRSTRLEN] = "";
    in_addr v4{};
    if (as_ipv4(address, v4))
        ::inet_ntop(AF_INET, &v4, text, sizeof text);
    else if (static_cast<const sockaddr*>(address)->sa_family == AF_INET6)
        ::inet_ntop(AF_INET6, &static_cast<const sockaddr_in6*>(address)->sin6_addr, text,
                    sizeof text);
    return text;
}

address_limit::key address_limit::key_of(const void* address) const {
    if (!keyed_) return {};
    in_addr v4{};
    if (as_ipv4(address, v4)) {
        const std::uint32_t bits = ntohl(v4.s_addr);
        if (bits >> 24 == 127 && !loopback_) return {};
        return {bits};  // No /64 is that small: the first 32 bits of a global one are not zero.
    }
    if (static_cast<const sockaddr*>(address)->sa_family != AF_INET6) return {};
    const in6_addr& v6 = static_cast<const sockaddr_in6*>(address)->sin6_addr;
    if (IN6_IS_ADDR_LOOPBACK(&v6)) return {loopback_ ? 1u : 0u};
    key k;
    std::memcpy(&k.prefix, v6.s6_addr, sizeof k.prefix);
    k.prefix = be64toh(k.prefix);
    return k;
}

bool address_limit::enter(key k) {
    if (k.prefix == 0 || max_ == 0) return true;
    const std::lock_guard lock(mutex_);
    std::size_t& count = count_[k.prefix];
    if (count >= max_) return false;
    ++count;
    return true;
}

void address_limit::leave(key k) {
    if (k.prefix == 0 || max_ == 0) return;
    const std::lock_guard lock(mutex_);
    const auto found = count_.find(k.prefix);
    if (found != count_.end() && --found->second == 0) count_.erase(found);
}

}  // namespace cleave::http
