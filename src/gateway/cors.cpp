#include <fmt/format.h>

#include <algorithm>
#include <gateway/cors.hpp>
#include <stdexcept>

namespace cleave::gateway {

namespace {

// As browsers write it: no path, lower case.
bool is_origin(std::string_view text) {
    const auto scheme = text.find("://");
    if (scheme == text.npos || scheme == 0) return false;
    const std::string_view host = text.substr(scheme + 3);
    return !host.empty() && std::ranges::none_of(text, [](char c) {
        return c <= ' ' || c == ',' || c == '*' || c == 0x7f || (c >= 'A' && c <= 'Z');
    }) && host.find_first_of("/?#@") == host.npos;
}

}  // namespace

cors::cors(std::vector<std::string> origins) : origins_(std::move(origins)) {
    for (const auto& origin : origins_)
        if (!is_origin(origin))
            throw std::invalid_argument(fmt::format(
                "\"{}\" is not an origin: write https://blog.example.org, in lower case and "
                "without a slash at its end",
                origin));
}

bool cors::allows(std::string_view origin) const {
    return origins_.empty() || std::ranges::find(origins_, origin) != origins_.end();
}

void cors::append(std::string& headers, const http::request& r) const {
    if (origins_.empty()) {
        // The same for everybody, so caches need not tell them apart.
        headers += "Access-Control-Allow-Origin: *\r\n";
    } else {
        headers += "Vary: Origin\r\n";
        if (r.wants.origin.empty() || !allows(r.wants.origin)) return;
        headers += "Access-Control-Allow-Origin: ";
        headers += r.wants.origin;
        headers += "\r\n";
    }
    if (!r.wants.origin.empty())
        headers +=
            "Access-Control-Expose-Headers: ETag, Retry-After, Server-Timing, X-Request-Id\r\n";
}

http::response cors::preflight(const http::request& r) const {
    if (!allows(r.wants.origin)) return http::error_response(403, "origin", "not allowed");
    http::response out;
    out.status = 204;
    out.headers =
        "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, DELETE\r\n"
        "Access-Control-Allow-Headers: Authorization, Content-Type, Idempotency-Key, "
        "Last-Event-ID\r\n"
        "Access-Control-Max-Age: 7200\r\n";
    return out;
}

}  // namespace cleave::gateway
