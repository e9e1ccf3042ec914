#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <charconv>
#include <cstring>
#include <http/endpoint.hpp>
#include <stdexcept>
#include <system_error>

namespace cleave::http {

namespace {

constexpr std::string_view unix_prefix = "unix:";

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
    throw std::invalid_argument(
        fmt::format("\"{}\" is not an address: {}. Write 127.0.0.1:8080, [::1]:8080, "
                    "localhost:8080 or unix:/path/to.sock",
                    text, why));
}

[[noreturn]] void fail_with_errno(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

stream_endpoint unix_endpoint(std::string_view text) {
    const std::string_view path = text.substr(unix_prefix.size());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty()) refuse(text, "the path is empty");
    if (path.find('\0') != path.npos) refuse(text, "the path holds a NUL byte");
    if (path.size() >= sizeof address.sun_path)
        refuse(text, fmt::format("the path of a Unix socket has at most {} bytes",
                                 sizeof address.sun_path - 1));
    std::memcpy(address.sun_path, path.data(), path.size());
    return {&address, offsetof(sockaddr_un, sun_path) + path.size() + 1};
}

std::uint16_t parse_port(std::string_view text, std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || ec != std::errc{} || end != digits.data() + digits.size())
        refuse(text, "the port must be a number from 0 to 65535");
    return port;
}

std::string unix_path(const stream_endpoint& e) {
    const auto* address = reinterpret_cast<const sockaddr_un*>(e.data());
    constexpr std::size_t start = offsetof(sockaddr_un, sun_path);
    if (e.size() <= start) return {};
    return {address->sun_path, strnlen(address->sun_path, e.size() - start)};
}

// A socket file outlives its process. It is removed if nobody answers on it, and nothing but a
// socket ever is.
void remove_stale_socket(const stream_endpoint& at, const std::string& path) {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0 || !S_ISSOCK(info.st_mode)) return;
    const unique_fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!probe) fail_with_errno(errno, "socket");
    const int rc =
        ::connect(probe.get(), static_cast<const sockaddr*>(at.data()), socklen_t(at.size()));
    if (rc != 0 && errno == ECONNREFUSED) ::unlink(path.c_str());
}

}  // namespace

stream_endpoint parse_endpoint(std::string_view text) {
    if (text.starts_with(unix_prefix)) return unix_endpoint(text);
    const auto colon = text.rfind(':');
    if (colon == text.npos) refuse(text, "the port is missing");
    const std::uint16_t port = parse_port(text, text.substr(colon + 1));
    std::string host(text.substr(0, colon));
    if (host.starts_with('[') && host.ends_with(']')) {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(port);
        host = host.substr(1, host.size() - 2);
        if (::inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) != 1)
            refuse(text, "what stands in brackets is not an IPv6 address");
        return {&address, sizeof address};
    }
    if (host == "localhost") host = "127.0.0.1";
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
        refuse(text, "names are not looked up; give an IP address");
    return {&address, sizeof address};
}

std::string to_string(const stream_endpoint& e) {
    char host[INET6_ADDRSTRLEN] = "";
    switch (e.protocol().family()) {
        case AF_UNIX: return std::string(unix_prefix) + unix_path(e);
        case AF_INET: {
            const auto* address = reinterpret_cast<const sockaddr_in*>(e.data());
            ::inet_ntop(AF_INET, &address->sin_addr, host, sizeof host);
            return fmt::format("{}:{}", host, ntohs(address->sin_port));
        }
        case AF_INET6: {
            const auto* address = reinterpret_cast<const sockaddr_in6*>(e.data());
            ::inet_ntop(AF_INET6, &address->sin6_addr, host, sizeof host);
            return fmt::format("[{}]:{}", host, ntohs(address->sin6_port));
        }
        default: return fmt::format("(address family {})", e.protocol().family());
    }
}

unique_fd listen_on(const stream_endpoint& at, int backlog) {
    const int family = at.protocol().family();
    const std::string name = to_string(at);
    unique_fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) fail_with_errno(errno, "cannot open a socket for " + name);
    if (family == AF_UNIX) {
        remove_stale_socket(at, unix_path(at));
        // Linux gives the file the mode of the socket, so it is never open to others, not even
        // between bind() and chmod().
        if (::fchmod(fd.get(), 0600) != 0) fail_with_errno(errno, "cannot protect " + name);
    } else {
        const int on = 1;
        ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    }
    if (::bind(fd.get(), static_cast<const sockaddr*>(at.data()), socklen_t(at.size())) != 0)
        fail_with_errno(errno, "cannot listen on " + name);
    if (family == AF_UNIX && ::chmod(unix_path(at).c_str(), 0600) != 0)
        fail_with_errno(errno, "cannot protect " + name);
    if (::listen(fd.get(), backlog) != 0) fail_with_errno(errno, "cannot listen on " + name);
    return fd;
}

stream_endpoint local_endpoint(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        fail_with_errno(errno, "getsockname");
    return {&address, size};
}

}  // namespace cleave::http
