#include <base/encoding.hpp>
#include <base/text.hpp>
#include <http/header_values.hpp>
#include <http/response_head.hpp>
#include <http/text.hpp>

namespace cleave::http {

bool append_response(std::string& out, const response& r, response_framing how) {
    const bool has_body = may_have_body(r.status);
    if (r.status == 200) {
        out += "HTTP/1.1 200 OK\r\nDate: ";
    } else {
        out += "HTTP/1.1 ";
        append_number(out, r.status);
        out += ' ';
        out += reason_phrase(r.status);
        out += "\r\nDate: ";
    }
    out += http_date();
    if (has_body) {
        if (!r.content_type.empty() && (r.stream || !r.body.empty())) {
            out += "\r\nContent-Type: ";
            out += r.content_type;
        }
        // To HEAD too: what GET would have (RFC 9110, 8.6).
        if (!r.stream || r.stream_bytes) {
            out += "\r\nContent-Length: ";
            append_number(out, r.stream ? *r.stream_bytes : r.body.size());
        } else if (how.version >= 11) {
            out += "\r\nTransfer-Encoding: chunked";
        }
    }
    if (how.request) {
        out += "\r\nX-Request-Id: ";
        append_hex(out, how.request->span_id);
    }
    if (!how.keep_alive)
        out += "\r\nConnection: close\r\n";
    else if (how.version < 11)
        out += "\r\nConnection: keep-alive\r\n";
    else
        out += "\r\n";
    out += r.headers;
    out += how.headers;
    out += "\r\n";
    if (!has_body || how.without_body || r.body.empty()) return false;
    if (r.body.size() > copied_body_bytes_max) return true;
    out += r.body;
    return false;
}

}  // namespace cleave::http
