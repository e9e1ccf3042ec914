#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <http/guard.hpp>
#include <http/text.hpp>
#include <string>

namespace cleave::http {

namespace {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// unreserved / sub-delims of RFC 3986.
constexpr bool is_name_char(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~!$&'()*+,;=").find(c) != std::string_view::npos;
}

bool is_registered_name(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_name_char(text[i])) continue;
        if (text[i] != '%' || i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))
            return false;
        i += 2;
    }
    return !text.empty();
}

}  // namespace

std::optional<std::uint64_t> parse_content_length(std::string_view text) {
    if (!std::ranges::all_of(text, is_digit)) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || ec != std::errc{}) return std::nullopt;
    return static_cast<std::uint64_t>(number);
}

bool is_valid_host(std::string_view text) {
    std::string_view port;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == text.npos) return false;
        const std::string address(text.substr(1, close - 1));
        in6_addr parsed{};
        if (::inet_pton(AF_INET6, address.c_str(), &parsed) != 1) return false;
        port = text.substr(close + 1);
        if (!port.empty() && !port.starts_with(':')) return false;
    } else {
        const auto colon = text.find(':');
        if (!is_registered_name(text.substr(0, colon))) return false;
        if (colon != text.npos) port = text.substr(colon);
    }
    if (port.size() > 6) return false;
    return port.empty() || std::ranges::all_of(port.substr(1), is_digit);
}

std::optional<refusal> check_request_line(const head_facts& f, const server_limits& limits) {
    if (f.target.size() > limits.target_bytes_max) return target_too_long;
    if (f.fields > limits.header_fields_max) return header_too_large;
    if (f.folded_line) return refusal{400, "header", "folds a line"};  // RFC 9112, 5.2
    if (f.repeated_singleton) return refusal{400, "header", "repeats a field"};
    if (!verb_from_name(f.method)) {
        // RFC 9110, 15.5.6 and 15.6.2: 405 for a method we know and do not serve, 501 for another.
        if (f.method == "CONNECT" || f.method == "TRACE")
            return refusal{405, "method", "not allowed",
                           "Allow: GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS\r\n"};
        return refusal{501, "method", "not implemented"};
    }
    if (!f.target.starts_with('/')) return refusal{400, "target", "must start with /"};
    if (!std::ranges::all_of(f.target, [](char c) { return c >= 0x21 && c <= 0x7e && c != '#'; }))
        return refusal{400, "target", "holds a character that must be percent-encoded"};
    return std::nullopt;
}

std::optional<refusal> check_framing(const head_facts& f, framing& out) {
    out = {};
    if (f.transfer_encoding_fields > 0) {
        // RFC 9112, 6.1 to 6.3.
        if (f.transfer_encoding_fields > 1)
            return refusal{400, "transfer-encoding", "stands there twice"};
        if (!equals_ignoring_case(f.transfer_encoding, "chunked"))
            return refusal{400, "transfer-encoding", "must be chunked"};
        if (f.version < 11) return refusal{400, "transfer-encoding", "is not for HTTP/1.0"};
        if (f.content_length_fields > 0)
            return refusal{400, "transfer-encoding", "excludes Content-Length"};
        out.chunked = true;
        return std::nullopt;
    }
    if (f.content_length_fields == 0) return std::nullopt;
    if (f.content_length_fields > 1) return refusal{400, "content-length", "stands there twice"};
    const auto length = parse_content_length(f.content_length);
    if (!length) return refusal{400, "content-length", "must be a number"};
    out.content_length = *length;
    return std::nullopt;
}

std::optional<refusal> check_host(const head_facts& f) {
    // RFC 9112, 3.2.
    if (f.host_fields > 1) return refusal{400, "host", "stands there twice"};
    if (f.host_fields == 0)
        return f.version >= 11 ? std::optional(refusal{400, "host", "is missing"}) : std::nullopt;
    if (!is_valid_host(f.host)) return refusal{400, "host", "is invalid"};
    return std::nullopt;
}

std::optional<refusal> check_expect(const head_facts& f) {
    // RFC 9110, 10.1.1: there is one expectation, and none in HTTP/1.0.
    if (f.version >= 11 && !f.expect.empty() && !equals_ignoring_case(f.expect, "100-continue"))
        return refusal{417, "expect", "is not supported"};
    return std::nullopt;
}

std::optional<refusal> check_encoding(const head_facts& f) {
    if (f.content_encoding.empty() || equals_ignoring_case(f.content_encoding, "identity"))
        return std::nullopt;
    // RFC 9110, 15.5.16: with what would have been fine.
    return refusal{415, "content-encoding", "is not supported", "Accept-Encoding: identity\r\n"};
}

std::optional<refusal> check(const head_facts& f, const server_limits& limits, framing& out) {
    if (auto r = check_request_line(f, limits)) return r;
    if (auto r = check_framing(f, out)) return r;
    if (auto r = check_host(f)) return r;
    if (auto r = check_expect(f)) return r;
    return check_encoding(f);
}

refusal bad_version(std::string_view request_line) {
    const std::string_view version = request_line.substr(request_line.rfind(' ') + 1);
    const bool well_formed = std::ranges::count(request_line, ' ') == 2 && version.size() == 8 &&
                             version.starts_with("HTTP/") && is_digit(version[5]) &&
                             version[6] == '.' && is_digit(version[7]);
    return well_formed ? refusal{505, "version", "not supported"} : not_http;
}

}  // namespace cleave::http
