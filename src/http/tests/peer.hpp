#pragma once
// Raw sockets for tests: what a client or server that keeps no rules sends and sees.
#include <base/unique_fd.hpp>
#include <http/endpoint.hpp>
#include <string>
#include <string_view>

namespace cleave::http::test {

// Nothing takes longer than this unless it hangs.
inline constexpr int patience_ms = 10'000;

// A blocking connection whose reads end after patience_ms.
class peer {
public:
    explicit peer(const stream_endpoint& to);
    explicit peer(unique_fd connected);

    bool send(std::string_view text);  // false: the connection has gone
    // One byte a packet.
    void send_slowly(std::string_view text);
    void end();    // of sending
    void close();  // at once
    void reset();  // with RST

    // Up to the end of the stream, or "(timed out)" behind what came.
    std::string read_all();
    // At least a byte; empty: closed.
    std::string read_some();
    // One response with a Content-Length, or without body where the header says so.
    std::string read_response(bool to_head = false);
    // Up to this text and with it.
    std::string read_until(std::string_view end);
    bool is_closed();  // waits for it
    int fd() const { return fd_.get(); }

private:
    unique_fd fd_;
    std::string buffer_;
};

// A listening socket and nothing behind it.
class listener {
public:
    explicit listener(std::string_view at = "127.0.0.1:0");
    stream_endpoint endpoint() const { return local_endpoint(fd_.get()); }
    peer accept();
    bool is_waited_for() const;  // right now
    unique_fd take() { return std::move(fd_); }

private:
    unique_fd fd_;
};

std::string status_line(std::string_view response);
std::string body_of(std::string_view response);
// "unix:/tmp/…", of a name nobody has.
std::string fresh_unix_address();

}  // namespace cleave::http::test
