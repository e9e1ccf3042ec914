#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <support/http_peer.hpp>
#include <system_error>

namespace cleave::test {

namespace {

std::string error_text() {
    return std::generic_category().message(errno);
}

int connected(const address& to, const sockaddr* peer, socklen_t size) {
    const int fd = ::socket(peer->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "socket");
    if (::connect(fd, peer, size) == 0) return fd;
    const auto why = error_text();
    ::close(fd);
    throw not_connected(to + ": " + why);
}

int connect_to(const address& to) {
    if (to.starts_with("unix:")) {
        sockaddr_un peer{};
        peer.sun_family = AF_UNIX;
        const std::string path = to.substr(5);
        if (path.size() >= sizeof peer.sun_path) throw not_connected(path + " is too long");
        std::memcpy(peer.sun_path, path.c_str(), path.size() + 1);
        return connected(to, reinterpret_cast<const sockaddr*>(&peer), sizeof peer);
    }
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    const auto colon = to.rfind(':');
    std::uint16_t port = 0;
    std::from_chars(to.data() + colon + 1, to.data() + to.size(), port);
    peer.sin_port = htons(port);
    if (::inet_pton(AF_INET, to.substr(0, colon).c_str(), &peer.sin_addr) != 1)
        throw not_connected(to + " is no address");
    return connected(to, reinterpret_cast<const sockaddr*>(&peer), sizeof peer);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string http_answer::field(std::string_view name) const {
    std::string all;
    for (const auto& [key, value] : fields)
        if (key == name) all += all.empty() ? value : ", " + value;
    return all;
}

std::string http_question::text() const {
    std::string out = method + " " + target + " HTTP/1.1\r\nHost: test\r\n" + headers;
    if (!body.empty()) out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return out + "\r\n" + body;
}

http_peer::http_peer(const address& to, std::chrono::milliseconds silence_max)
    : fd_(connect_to(to)) {
    timeval limit{};
    limit.tv_sec = silence_max.count() / 1000;
    limit.tv_usec = (silence_max.count() % 1000) * 1000;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

http_peer::~http_peer() {
    if (fd_ >= 0) ::close(fd_);
}

http_peer& http_peer::operator=(http_peer&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(buffer_, other.buffer_);
    return *this;
}

bool http_peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

void http_peer::finish_sending() {
    ::shutdown(fd_, SHUT_WR);
}

// False: the peer has closed. Throws connection_lost where it is silent.
bool http_peer::read_more() {
    char part[16 * 1024];
    for (;;) {
        const auto n = ::recv(fd_, part, sizeof part, 0);
        if (n > 0) buffer_.append(part, static_cast<std::size_t>(n));
        if (n >= 0) return n > 0;
        if (errno == EAGAIN) throw connection_lost("the peer says nothing");
        if (errno != EINTR) return false;
    }
}

http_answer http_peer::parse_head(std::string_view head) const {
    http_answer answer;
    answer.head = head;
    const auto line_end = head.find("\r\n");
    const std::string_view line = head.substr(0, line_end);
    if (!line.starts_with("HTTP/1.1 ") || line.size() < 13 ||
        std::from_chars(line.data() + 9, line.data() + 12, answer.status).ptr != line.data() + 12)
        throw connection_lost("this is no HTTP/1.1 answer: " + std::string(line));
    for (head.remove_prefix(line_end + 2); !head.empty();) {
        const std::string_view field = head.substr(0, head.find("\r\n"));
        const auto colon = field.find(':');
        if (colon == std::string_view::npos)
            throw connection_lost("this is no header field: " + std::string(field));
        answer.fields.emplace_back(lower(field.substr(0, colon)), trimmed(field.substr(colon + 1)));
        head.remove_prefix(std::min(field.size() + 2, head.size()));
    }
    return answer;
}

std::optional<http_answer> http_peer::receive(bool to_head) {
    constexpr std::string_view end_of_head = "\r\n\r\n";
    std::size_t end = 0;
    while ((end = buffer_.find(end_of_head)) == std::string::npos) {
        if (read_more()) continue;
        if (buffer_.empty()) return std::nullopt;
        throw connection_lost("the answer ends within its header");
    }
    http_answer answer = parse_head(std::string_view(buffer_).substr(0, end));
    buffer_.erase(0, end + end_of_head.size());
    if (answer.status == 204 || answer.status == 304 || to_head) return answer;
    const auto length = answer.field("content-length");
    std::size_t size = 0;
    const auto [rest, ec] = std::from_chars(length.data(), length.data() + length.size(), size);
    if (ec != std::errc() || rest != length.data() + length.size())
        throw connection_lost("the answer has no length: " + answer.head);
    while (buffer_.size() < size)
        if (!read_more()) throw connection_lost("the answer ends within its body");
    answer.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return answer;
}

http_answer http_peer::ask(const http_question& question) {
    if (!send(question.text())) throw connection_lost("the peer takes nothing: " + error_text());
    auto answer = receive(question.method == "HEAD");
    if (!answer) throw connection_lost("the peer closed without an answer");
    return std::move(*answer);
}

std::string http_peer::read_until(std::string_view mark) {
    std::size_t at = 0;
    while ((at = buffer_.find(mark)) == std::string::npos)
        if (!read_more()) throw connection_lost("the answer ends before: " + std::string(mark));
    std::string read = buffer_.substr(0, at + mark.size());
    buffer_.erase(0, at + mark.size());
    return read;
}

bool http_peer::has_ended() const {
    char one = 0;
    const auto size = ::recv(fd_, &one, 1, MSG_PEEK | MSG_DONTWAIT);
    return size >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

bool http_peer::is_closed() {
    return buffer_.empty() && !read_more();
}

}  // namespace cleave::test
