#pragma once
// Where a server listens: "127.0.0.1:8080", "[::1]:8080", "localhost:8080" or "unix:/path/to.sock".
#include <base/async.hpp>
#include <base/unique_fd.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <string>
#include <string_view>

namespace cleave::http {

using stream_endpoint = asio::generic::stream_protocol::endpoint;

// Throws std::invalid_argument with a sentence for the user. Resolves no names but localhost.
stream_endpoint parse_endpoint(std::string_view text);
std::string to_string(const stream_endpoint& e);

// A bound, listening, non-blocking, close-on-exec socket. Port 0: any free one. A Unix socket's
// path is replaced if nobody answers on it, and gets mode 0600.
// Throws std::system_error: address_in_use says that the port is taken.
unique_fd listen_on(const stream_endpoint& at, int backlog = 1024);

// The address a listening socket really has.
stream_endpoint local_endpoint(int fd);

}  // namespace cleave::http
