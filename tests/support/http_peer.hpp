#pragma once
// A blocking HTTP/1.1 client on a raw socket. It shares no code with src/http, so that an error
// there is not made twice, and it sends whatever bytes a test wants.
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cleave::test {

// "127.0.0.1:8080" or "unix:/path".
using address = std::string;

// Nobody took the connection: nothing was sent.
struct not_connected : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// The peer went away, or said nothing in time, before its answer was whole.
struct connection_lost : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct http_answer {
    int status = 0;
    std::string head;  // the status line and the fields, as they came
    std::vector<std::pair<std::string, std::string>> fields;  // names in lower case
    std::string body;

    // Empty where there is none; several are joined by ", ".
    std::string field(std::string_view name) const;
    bool closes() const { return field("connection") == "close"; }
};

struct http_question {
    std::string method = "GET";
    std::string target = "/";
    std::string headers{};  // whole lines
    std::string body{};     // with its Content-Length, unless it is empty

    std::string text() const;
};

class http_peer {
public:
    explicit http_peer(const address& to,
                       std::chrono::milliseconds silence_max = std::chrono::seconds(60));
    ~http_peer();
    http_peer(http_peer&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}
    http_peer& operator=(http_peer&& other) noexcept;

    // False: the peer does not take it any more (which is fine for a peer that refuses).
    bool send(std::string_view bytes);
    // Nothing: the peer closed without a byte of an answer, orderly or not. Throws connection_lost.
    std::optional<http_answer> receive(bool to_head = false);
    // Both. Throws connection_lost.
    http_answer ask(const http_question& question);
    // After receive(true), of an answer that goes on: all up to and with `mark`, as it came. Throws
    // connection_lost where it ends before, or is silent.
    std::string read_until(std::string_view mark);
    // No more bytes come from here (the other direction stays open).
    void finish_sending();
    // The peer has closed, and sent nothing more before.
    bool is_closed();
    // Whether it already has, or said something that nobody asked for; without waiting.
    bool has_ended() const;

private:
    bool read_more();
    http_answer parse_head(std::string_view head) const;

    int fd_ = -1;
    std::string buffer_;
};

}  // namespace cleave::test
