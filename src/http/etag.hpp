#pragma once
// Validators of bodies (RFC 9110, 8.8 and 13.1.2).
#include <string>
#include <string_view>

namespace cleave::http {

// W/"<16 hex digits>", from a hash of the body. It is weak since the same body may go out
// compressed. The hash is fast and not meant to withstand anybody who looks for two texts of one
// hash: what is gained by that is a stale copy of one's own article.
void append_etag(std::string& out, std::string_view body);

// Whether If-None-Match names the tag, or any ("*"). W/"x" and "x" are the same here.
bool matches_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace cleave::http
