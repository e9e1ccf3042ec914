#include "peer.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <fmt/format.h>
#include <atomic>
#include <charconv>
#include <stdexcept>

namespace cleave::http::test {

namespace {

bool wait_for(int fd, short events) {
    pollfd p{fd, events, 0};
    return ::poll(&p, 1, patience_ms) == 1;
}

}  // namespace

peer::peer(const stream_endpoint& to)
    : fd_(::socket(to.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (::connect(fd_.get(), static_cast<const sockaddr*>(to.data()), socklen_t(to.size())) != 0)
        throw std::runtime_error("connect");
}

peer::peer(unique_fd connected) : fd_(std::move(connected)) {
}

bool peer::send(std::string_view text) {
    while (!text.empty()) {
        if (!wait_for(fd_.get(), POLLOUT)) return false;
        const ssize_t n = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0) return false;
        text.remove_prefix(std::size_t(n));
    }
    return true;
}

void peer::send_slowly(std::string_view text) {
    for (const char c : text) send({&c, 1});
}

void peer::end() {
    ::shutdown(fd_.get(), SHUT_WR);
}

void peer::close() {
    fd_.reset();
}

void peer::reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    fd_.reset();
}

std::string peer::read_some() {
    char chunk[65536];
    if (!wait_for(fd_.get(), POLLIN)) return "(timed out)";
    const ssize_t n = ::recv(fd_.get(), chunk, sizeof chunk, 0);
    return n <= 0 ? std::string() : std::string(chunk, std::size_t(n));
}

std::string peer::read_all() {
    std::string out = std::exchange(buffer_, {});
    for (;;) {
        const std::string more = read_some();
        out += more;
        if (more.empty() || more == "(timed out)") return out;
    }
}

std::string peer::read_response(bool to_head) {
    for (;;) {
        const auto end = buffer_.find("\r\n\r\n");
        if (end != std::string::npos) {
            std::size_t size = end + 4;
            const auto at = buffer_.find("Content-Length: ");
            if (!to_head && at < end) {
                std::size_t length = 0;
                std::from_chars(buffer_.data() + at + 16, buffer_.data() + end, length);
                size += length;
            }
            if (buffer_.size() >= size) {
                std::string out = buffer_.substr(0, size);
                buffer_.erase(0, size);
                return out;
            }
        }
        const std::string more = read_some();
        buffer_ += more;
        if (more.empty() || more == "(timed out)") return std::exchange(buffer_, {});
    }
}

std::string peer::read_until(std::string_view end) {
    for (;;) {
        if (const auto at = buffer_.find(end); at != std::string::npos) {
            std::string out = buffer_.substr(0, at + end.size());
            buffer_.erase(0, out.size());
            return out;
        }
        const std::string more = read_some();
        buffer_ += more;
        if (more.empty() || more == "(timed out)") return std::exchange(buffer_, {});
    }
}

bool peer::is_closed() {
    return read_some().empty();
}

listener::listener(std::string_view at) : fd_(listen_on(parse_endpoint(at))) {
}

peer listener::accept() {
    if (!wait_for(fd_.get(), POLLIN)) throw std::runtime_error("nobody came");
    return peer(unique_fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC)));
}

bool listener::is_waited_for() const {
    pollfd p{fd_.get(), POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
}

std::string status_line(std::string_view response) {
    return std::string(response.substr(0, response.find("\r\n")));
}

std::string body_of(std::string_view response) {
    const auto end = response.find("\r\n\r\n");
    return end == response.npos ? std::string() : std::string(response.substr(end + 4));
}

std::string fresh_unix_address() {
    static std::atomic<int> next{0};
    return fmt::format("unix:/tmp/cleave-http-{}-{}.sock", ::getpid(), ++next);
}

}  // namespace cleave::http::test
