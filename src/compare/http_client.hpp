#pragma once
// HTTP/1.1 as a load generator needs it, and independent of src/http, so that the code under test
// does not test itself. Replies have a Content-Length or no body; all else is malformed.
#include <base/async.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace cleave::compare {

inline constexpr std::size_t head_bytes_max = 16 * 1024;
inline constexpr std::size_t body_bytes_max = 64 << 20;

enum class reading { incomplete, complete, malformed };

// What has arrived so far, as a reply.
struct parsed_reply {
    reading state = reading::incomplete;
    unsigned status = 0;
    std::size_t head_bytes = 0;  // 0 until the head is there
    std::size_t body_bytes = 0;
    bool keeps_alive = true;
};
parsed_reply parse_reply(std::string_view received);

enum class transport { answered, connection_lost, malformed };

// The body is valid until the next exchange.
struct reply {
    transport how = transport::connection_lost;
    unsigned status = 0;
    std::string_view body{};
    std::string_view head{};
};

// One request at a time. Not to be moved while one is under way.
class connection {
public:
    connection(asio::io_context& context, asio::ip::tcp::endpoint peer)
        : peer_(std::move(peer)), socket_(context) {}

    bool is_open() const { return socket_.is_open(); }
    async<bool> open();
    // Opens first where it is closed, by this side or, as far as can be known, by the other: every
    // client looks before it sends (RFC 9112, 9.6). Never sends twice: a lost request is a lost
    // one.
    async<reply> exchange(std::string_view request);
    // What is under way fails.
    void close();

private:
    bool closed_by_peer();
    async<reply> receive();

    asio::ip::tcp::endpoint peer_;
    asio::basic_stream_socket<asio::ip::tcp, executor> socket_;
    std::string buffer_{};
};

// One request over a connection of its own; status 0: no answer within the patience.
struct whole_reply {
    unsigned status = 0;
    std::string body{};
    std::string head{};

    // Of the first header of that name, in lower case; empty where there is none.
    std::string field(std::string_view name) const;
};
whole_reply ask_once(const asio::ip::tcp::endpoint& peer, std::string_view request,
                     std::chrono::milliseconds patience);

// Of the loopback; somebody else may take it before it is used.
std::uint16_t free_port();

struct request_text {
    std::string_view method = "GET";
    std::string_view target{};
    std::string_view token{};  // empty: no Authorization
    std::string_view json{};   // empty: no body
};
// The bytes of a request to 127.0.0.1.
std::string to_bytes(const request_text& request);

}  // namespace cleave::compare
