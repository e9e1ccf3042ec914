#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <base/text.hpp>
#include <cstring>
#include <http/client_address.hpp>
#include <stdexcept>

namespace cleave::http {

namespace {

namespace ip = asio::ip;

ip::address normal(const ip::address& a) {
    if (a.is_v6() && a.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, a.to_v6());
    return a;
}

// A port may follow, as in "203.0.113.7:1234" and "[2001:db8::1]:1234".
client_address parse(std::string_view given) {
    std::string text = trimmed(given);
    const auto bracket = text.find(']');
    if (text.starts_with('[') && bracket != text.npos)
        text = text.substr(1, bracket - 1);
    else if (std::ranges::count(text, ':') == 1)
        text = text.substr(0, text.find(':'));
    boost::system::error_code ec;
    const auto address = ip::make_address(text, ec);
    if (ec || text.find('%') != text.npos) return std::nullopt;  // a zone is of one host alone
    return normal(address);
}

}  // namespace

client_address address_of(const void* peer) {
    const auto family = static_cast<const sockaddr*>(peer)->sa_family;
    if (family == AF_INET)
        return ip::address_v4(ntohl(static_cast<const sockaddr_in*>(peer)->sin_addr.s_addr));
    if (family != AF_INET6) return std::nullopt;
    ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), static_cast<const sockaddr_in6*>(peer)->sin6_addr.s6_addr,
                bytes.size());
    return normal(ip::address_v6(bytes));
}

std::string to_string(const client_address& address) {
    return address ? address->to_string() : std::string();
}

trusted_proxies::trusted_proxies(std::span<const std::string> texts) {
    for (const auto& text : texts) {
        if (text == "unix") {
            unix_ = true;
            continue;
        }
        const bool is_network = text.find('/') != text.npos;
        const bool is_v6 = text.find(':') != text.npos;
        boost::system::error_code ec;
        if (is_v6)
            v6_.push_back(ip::make_network_v6(is_network ? text : text + "/128", ec));
        else
            v4_.push_back(ip::make_network_v4(is_network ? text : text + "/32", ec));
        if (ec) throw std::invalid_argument("\"" + text + "\" is no address and no network");
    }
}

bool trusted_proxies::contains(const client_address& peer) const {
    if (!peer) return unix_;
    const auto holds = [](const auto& network, const auto& address) {
        const std::remove_cvref_t<decltype(network)> of_address(address, network.prefix_length());
        return of_address.network() == network.network();
    };
    if (peer->is_v4())
        return std::ranges::any_of(v4_, [&](const auto& n) { return holds(n, peer->to_v4()); });
    return std::ranges::any_of(v6_, [&](const auto& n) { return holds(n, peer->to_v6()); });
}

client_address trusted_proxies::client_of(const client_address& peer,
                                          std::string_view forwarded_for) const {
    client_address client = peer;
    while (!forwarded_for.empty() && contains(client)) {
        const auto comma = forwarded_for.rfind(',');
        const auto last =
            parse(comma == forwarded_for.npos ? forwarded_for : forwarded_for.substr(comma + 1));
        if (!last) break;
        client = last;
        forwarded_for = comma == forwarded_for.npos ? "" : forwarded_for.substr(0, comma);
    }
    return client;
}

}  // namespace cleave::http
