#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <http/wire.hpp>
#include <utility>

namespace cleave::http {

asio::mutable_buffer input_buffer::room() {
    if (end_ == capacity_ && begin_ > 0) {
        std::memmove(memory_.get(), memory_.get() + begin_, end_ - begin_);
        end_ -= std::exchange(begin_, 0);
    }
    if (end_ == capacity_ && capacity_ < bytes_max_) {
        const std::size_t larger = std::min(bytes_max_, std::max(bytes_at_first, capacity_ * 2));
        auto memory = std::make_unique_for_overwrite<char[]>(larger);
        std::copy_n(memory_.get(), end_, memory.get());
        memory_ = std::move(memory);
        capacity_ = larger;
    }
    return {memory_.get() + end_, capacity_ - end_};
}

std::size_t find_head_end(std::string_view data, std::size_t& seen) {
    constexpr std::string_view end = "\r\n\r\n";
    // The last three bytes searched may be the beginning of the end.
    const std::size_t from = seen > 3 ? seen - 3 : 0;
    const std::size_t found = data.find(end, from);
    seen = found == data.npos ? data.size() : 0;
    return found == data.npos ? 0 : found + end.size();
}

bool transferred::would_block() const {
    return error == EAGAIN || error == EWOULDBLOCK;
}

transferred send_now(int fd, std::string_view head, std::string_view body, std::size_t skip) {
    iovec parts[2];
    std::size_t count = 0;
    for (std::string_view part : {head, body}) {
        const std::size_t done = std::min(skip, part.size());
        skip -= done;
        part.remove_prefix(done);
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): it is only read from.
        if (!part.empty()) parts[count++] = {const_cast<char*>(part.data()), part.size()};
    }
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = count;
    for (;;) {
        // With one part send() is the cheaper call.
        const ssize_t n = count == 1 ? ::send(fd, parts[0].iov_base, parts[0].iov_len,
                                              MSG_NOSIGNAL | MSG_DONTWAIT)
                                     : ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) return {std::size_t(n), 0};
        if (errno != EINTR) return {0, errno};
    }
}

transferred receive_now(int fd, asio::mutable_buffer to) {
    for (;;) {
        const ssize_t n = ::recv(fd, to.data(), to.size(), MSG_DONTWAIT);
        if (n > 0) return {std::size_t(n), 0};
        if (n == 0) return {0, ECONNRESET};
        if (errno != EINTR) return {0, errno};
    }
}

async<bool> send_rest(stream_socket& socket, std::string_view head, std::string_view body,
                      std::size_t skip) {
    while (skip < head.size() + body.size()) {
        const auto [ec] = co_await socket.async_wait(stream_socket::wait_write, use_async_tuple);
        if (ec || !socket.is_open()) co_return false;
        const transferred sent = send_now(socket.native_handle(), head, body, skip);
        if (sent.error != 0 && !sent.would_block()) co_return false;
        skip += sent.bytes;
    }
    co_return true;
}

bool is_quiet(int fd) {
    char byte = 0;
    const ssize_t n = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace cleave::http
