#include <algorithm>
#include <http/content.hpp>
#include <http/etag.hpp>
#include <http/gzip.hpp>

namespace cleave::http {

namespace {

// The value among whole lines; empty where it is not. For what we write ourselves: in our case.
std::string_view value_of(std::string_view lines, std::string_view name_and_colon) {
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\r'));
        if (line.starts_with(name_and_colon)) return line.substr(name_and_colon.size());
        lines.remove_prefix(std::min(line.size() + 2, lines.size()));
    }
    return {};
}

bool is_text(std::string_view type) {
    return type.starts_with("application/json") || type.starts_with("text/") ||
           type.starts_with("image/svg+xml") || type.starts_with("application/manifest+json") ||
           type.starts_with("application/wasm");
}

// Whether the client has it already.
bool is_known(const request& r, const response& answer, std::string& headers) {
    std::string_view etag = value_of(answer.headers, "ETag: ");
    if (etag.empty()) {
        if (answer.stream || answer.body.empty() || answer.body.size() > etag_body_bytes_max)
            return false;
        headers += "ETag: ";
        const std::size_t begin = headers.size();
        append_etag(headers, answer.body);
        headers += "\r\n";
        etag = std::string_view(headers).substr(begin, headers.size() - begin - 2);
    }
    return !r.wants.if_none_match.empty() && matches_etag(r.wants.if_none_match, etag);
}

}  // namespace

void negotiate(const request& r, response& answer, std::string& headers) {
    if ((r.method != verb::get && r.method != verb::head) || answer.status != 200) return;
    if (!answer.headers.empty() && answer.headers.find("no-store") != std::string::npos) return;
    const bool compressible = !answer.stream && answer.body.size() > gzip_body_bytes_min &&
                              answer.body.size() <= gzip_body_bytes_max &&
                              is_text(answer.content_type) &&
                              value_of(answer.headers, "Content-Encoding: ").empty();
    // Said with and without compression, and with 304: caches keep one of each.
    if (compressible) headers += "Vary: Accept-Encoding\r\n";
    if (is_known(r, answer, headers)) {
        answer.status = 304;
        answer.body.clear();
        answer.stream = nullptr;
        answer.stream_bytes.reset();
        return;
    }
    if (!compressible || !r.wants.gzip) return;
    std::string smaller;
    if (!gzip(answer.body, smaller)) return;
    answer.body = std::move(smaller);
    headers += "Content-Encoding: gzip\r\n";
}

}  // namespace cleave::http
