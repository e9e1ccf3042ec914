#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <support/webhook_receiver.hpp>

namespace cleave::test {

std::string webhook_receiver::arrived::field(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto start = at + 2 + name.size() + 2;
    return head.substr(start, head.find("\r\n", start) - start);
}

webhook_receiver::webhook_receiver() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* address = reinterpret_cast<sockaddr*>(&at);
    if (::bind(listener_, address, size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, address, &size) != 0)
        throw std::runtime_error("the receiver cannot listen");
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { run(); });
}

webhook_receiver::~webhook_receiver() {
    stopped_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

std::string webhook_receiver::url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/hook";
}

std::vector<webhook_receiver::arrived> webhook_receiver::all() const {
    const std::scoped_lock lock(mutex_);
    return all_;
}

void webhook_receiver::answer_with(std::string status_and_fields) {
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(status_and_fields);
}

void webhook_receiver::run() {
    while (!stopped_) {
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        take(connection);
        ::close(connection);
    }
}

void webhook_receiver::take(int connection) {
    std::string text;
    std::size_t body_at = std::string::npos, wanted = 0;
    while (body_at == std::string::npos || text.size() < body_at + wanted) {
        char part[4096];
        const auto n = ::recv(connection, part, sizeof part, 0);
        if (n <= 0) return;
        text.append(part, static_cast<std::size_t>(n));
        if (body_at != std::string::npos) continue;
        const auto end = text.find("\r\n\r\n");
        if (end == std::string::npos) continue;
        body_at = end + 4;
        const arrived head{text.substr(0, end + 2), {}};
        wanted = std::stoul("0" + head.field("Content-Length"));
    }
    std::string answer;
    {
        const std::scoped_lock lock(mutex_);
        all_.push_back({text.substr(0, body_at - 2), text.substr(body_at)});
        answer = "HTTP/1.1 " + answer_ + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }
    ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
}

}  // namespace cleave::test
