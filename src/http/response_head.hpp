#pragma once
#include <http/routing/route.hpp>
#include <string>

namespace cleave::http {

struct response_framing {
    int version = 11;  // of the request
    bool keep_alive = true;
    bool without_body = false;               // the answer to HEAD
    std::string_view headers{};              // whole lines, besides those of the response
    const trace_context* request = nullptr;  // whose id the answer bears
};

// RFC 9110, 6.4.1: 1xx, 204 and 304 end with their header.
constexpr bool may_have_body(unsigned status) {
    return status >= 200 && status != 204 && status != 304;
}

// Appends the response as it goes over the wire, but for a body that is too large to be worth a
// copy: then returns true, and the caller sends it after the head.
bool append_response(std::string& out, const response& r, response_framing how);

// Into an empty string, which keeps its capacity.
inline constexpr std::size_t copied_body_bytes_max = 4096;

}  // namespace cleave::http
