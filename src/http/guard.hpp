#pragma once
// What may not pass, decided from what the header holds and nothing else.
//
// Two parsers that disagree about where a request ends let one client slip a request into another's
// connection (RFC 9112, 11.2). So whatever two readers could take differently is refused, and the
// connection closed. Debian's Beast accepts much of it.
#include <cstdint>
#include <http/server.hpp>
#include <optional>
#include <string_view>

namespace cleave::http {

// Becomes {"errors":{"<key>":["<message>"]}}. All text is static.
struct refusal {
    unsigned status = 400;
    std::string_view key;
    std::string_view message;
    std::string_view headers{};  // whole lines
};

// The facts of a header that framing depends on. Views into the receive buffer.
struct head_facts {
    std::string_view method;
    std::string_view target;
    int version = 11;  // 10 or 11
    std::size_t fields = 0;
    bool folded_line = false;         // a field goes on in the next line
    bool repeated_singleton = false;  // Authorization and the like, twice

    std::size_t host_fields = 0;
    std::string_view host;
    std::size_t content_length_fields = 0;
    std::string_view content_length;
    std::size_t transfer_encoding_fields = 0;
    std::string_view transfer_encoding;
    std::string_view expect;
    std::string_view content_encoding;
};

// What follows the header.
struct framing {
    bool chunked = false;
    std::uint64_t content_length = 0;
    bool has_body() const { return chunked || content_length > 0; }
};

std::optional<refusal> check_request_line(const head_facts& f, const server_limits& limits);
std::optional<refusal> check_framing(const head_facts& f, framing& out);
std::optional<refusal> check_host(const head_facts& f);
std::optional<refusal> check_expect(const head_facts& f);
// A body that is small here and large when unpacked is nobody's need.
std::optional<refusal> check_encoding(const head_facts& f);

// All of them, in that order.
std::optional<refusal> check(const head_facts& f, const server_limits& limits, framing& out);

// A host of RFC 3986 (3.2.2), and a port if there is one.
bool is_valid_host(std::string_view text);
// Digits and nothing else; nothing where it does not fit 63 bits.
std::optional<std::uint64_t> parse_content_length(std::string_view text);
// Why a first line that Beast cannot read is refused: 505 for another version of HTTP, else 400.
refusal bad_version(std::string_view request_line);

inline constexpr refusal not_http{400, "request", "is not valid HTTP/1.1"};
inline constexpr refusal header_too_large{431, "header", "too large"};
inline constexpr refusal target_too_long{414, "target", "too long"};
inline constexpr refusal body_too_large{413, "body", "too large"};
inline constexpr refusal no_room_for_body{503, "body", "no room at the moment"};
inline constexpr refusal request_timed_out{408, "request", "timed out"};

}  // namespace cleave::http
