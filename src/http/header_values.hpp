#pragma once
// The values of single header fields.
#include <contract/context.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace cleave::http {

// W3C traceparent ("00-<32 hex>-<16 hex>-<2 hex>"); all zero where it is not one.
// Recorded where its flag says that whoever sent it records it.
trace_context parse_traceparent(std::string_view text);

// The host of a Referer in lower case, without port and user; empty where there is none.
void assign_referrer_host(std::string& out, std::string_view url);

// A client's key may be any text up to 255 bytes; ours is its hash.
std::optional<idempotency_key> parse_idempotency_key(std::string_view text);

// Whether Accept-Encoding prefers gzip to nothing (RFC 9110, 12.5.3): "gzip", "x-gzip" or "*" of a
// quality above 0, and not below that of "identity" where that is named.
bool accepts_gzip(std::string_view accept_encoding);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), made once a second and thread.
std::string_view http_date();

}  // namespace cleave::http
