#pragma once
// Bytes in and out of a socket, for server and client alike.
#include <base/async.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace cleave::http {

// TCP and Unix sockets are the same code.
using stream_socket = asio::basic_stream_socket<asio::generic::stream_protocol, executor>;

// Bytes received and not yet consumed, in one piece, never more than a given number of them.
class input_buffer {
public:
    static constexpr std::size_t bytes_at_first = 4096;

    explicit input_buffer(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    std::string_view data() const { return {memory_.get() + begin_, end_ - begin_}; }
    bool empty() const { return begin_ == end_; }
    bool full() const { return end_ - begin_ == bytes_max_; }
    void consume(std::size_t n) {
        begin_ += n;
        if (begin_ == end_) begin_ = end_ = 0;
    }
    // Where to receive to; at least a byte unless full. Invalidates data().
    asio::mutable_buffer room();
    void commit(std::size_t n) { end_ += n; }

private:
    std::unique_ptr<char[]> memory_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t bytes_max_;
};

// The size of the header at the front, with the empty line that ends it; 0: not all there.
// `seen` is what an earlier call has searched in vain, and what the next one is to be told.
std::size_t find_head_end(std::string_view data, std::size_t& seen);

// What the socket takes, or has, right now. `error` is 0 or an errno; would_block() says that one
// has to wait.
struct transferred {
    std::size_t bytes = 0;
    int error = 0;
    bool would_block() const;
};
// The first `skip` bytes of both together are left out.
transferred send_now(int fd, std::string_view head, std::string_view body, std::size_t skip);
transferred receive_now(int fd, asio::mutable_buffer to);

// Sends what send_now() has left over, however long it takes. The caller's frame holds the text.
async<bool> send_rest(stream_socket& socket, std::string_view head, std::string_view body,
                      std::size_t skip);

// An idle connection is good while it has nothing to say: neither the end of the stream nor bytes
// that nobody asked for.
bool is_quiet(int fd);

}  // namespace cleave::http
