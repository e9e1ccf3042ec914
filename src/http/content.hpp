#pragma once
// What a GET is answered with, given what the client has and what it takes: ETag and 304, gzip.
//
// An answer that is `no-store` gets neither: it holds a secret (a token), and how well a secret
// compresses beside a text of somebody's choice tells what it is (BREACH).
#include <http/routing/route.hpp>

namespace cleave::http {

inline constexpr std::size_t etag_body_bytes_max = 256 * 1024;
inline constexpr std::size_t gzip_body_bytes_min = 1024;
inline constexpr std::size_t gzip_body_bytes_max = 256 * 1024;  // 3 ms or so of an I/O thread

// Appends whole header lines, and changes the answer to what shall go out. An ETag among the
// answer's own headers is taken for what it is.
void negotiate(const request& r, response& answer, std::string& headers);

}  // namespace cleave::http
