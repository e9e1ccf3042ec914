#include <sodium.h>

#include <algorithm>
#include <base/encoding.hpp>
#include <ctime>
#include <http/header_values.hpp>
#include <http/text.hpp>
#include <span>

namespace cleave::http {

namespace {

// The specification wants lower case; -1 for anything else.
int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

constexpr bool is_host_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == ':' || c == '[' || c == ']';
}

// In thousandths; "1", "0.5", ".5"; 1000 for what is none.
int quality_of(std::string_view parameters) {
    const auto at = parameters.find("q=");
    if (at == parameters.npos) return 1000;
    std::string_view text = parameters.substr(at + 2);
    int out = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1))
        out = std::min(out * 10 + (text.front() - '0'), 1);
    out *= 1000;
    if (!text.starts_with('.')) return out;
    int unit = 100;
    for (text.remove_prefix(1); unit > 0 && !text.empty(); text.remove_prefix(1), unit /= 10) {
        if (text.front() < '0' || text.front() > '9') break;
        out += (text.front() - '0') * unit;
    }
    return std::min(out, 1000);
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
    int gzip = -1, any = -1, identity = -1;  // -1: not named
    for (std::string_view rest = accept_encoding; !rest.empty();) {
        const std::string_view one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        std::string_view name = one.substr(0, one.find(';'));
        const std::string_view parameters = one.substr(name.size());
        name.remove_prefix(std::min(name.find_first_not_of(" \t"), name.size()));
        name = name.substr(0, name.find_last_not_of(" \t") + 1);
        const int quality = quality_of(parameters);
        if (equals_ignoring_case(name, "gzip") || equals_ignoring_case(name, "x-gzip"))
            gzip = std::max(gzip, quality);
        else if (equals_ignoring_case(name, "identity"))
            identity = quality;
        else if (name == "*")
            any = quality;
    }
    if (gzip < 0) gzip = any;
    return gzip > 0 && gzip >= identity;
}

trace_context parse_traceparent(std::string_view text) {
    constexpr std::size_t size = 55;
    trace_context out;
    std::uint8_t version = 0, flags = 0;
    if (text.size() < size || text[2] != '-' || text[35] != '-' || text[52] != '-') return {};
    if (!read_hex(text.substr(0, 2), {&version, 1}) || !read_hex(text.substr(53, 2), {&flags, 1}) ||
        !read_hex(text.substr(3, 32), out.trace_id) || !read_hex(text.substr(36, 16), out.span_id))
        return {};
    // A later version may say more after another dash; this one says no more.
    if (version == 0xff || (text.size() > size && (version == 0 || text[size] != '-'))) return {};
    if (out.trace_id == trace_context{}.trace_id || out.span_id == trace_context{}.span_id)
        return {};
    if ((flags & 1) != 0) out.within = out.span_id;
    return out;
}

void assign_referrer_host(std::string& out, std::string_view url) {
    constexpr std::size_t bytes_max = 255;
    out.clear();
    const auto scheme_end = url.find("://");
    if (scheme_end == url.npos) return;
    std::string_view host = url.substr(scheme_end + 3);
    host = host.substr(0, host.find_first_of("/?#"));
    if (const auto at = host.rfind('@'); at != host.npos) host.remove_prefix(at + 1);
    if (host.starts_with('[')) {
        const auto close = host.find(']');
        if (close == host.npos) return;
        host = host.substr(0, close + 1);
    } else {
        host = host.substr(0, host.find(':'));
    }
    if (host.size() > bytes_max || !std::ranges::all_of(host, is_host_char)) return;
    for (const char c : host) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::optional<idempotency_key> parse_idempotency_key(std::string_view text) {
    constexpr std::size_t bytes_max = 255;
    if (text.empty() || text.size() > bytes_max) return std::nullopt;
    idempotency_key key;
    crypto_generichash(key.value.data(), key.value.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr,
                       0);
    return key;
}

std::string_view http_date() {
    thread_local std::time_t made_for = -1;
    thread_local char text[32];
    const std::time_t now = std::time(nullptr);
    if (now != made_for) {
        std::tm parts{};
        ::gmtime_r(&now, &parts);
        // The C locale: nobody calls setlocale() here.
        std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
        made_for = now;
    }
    return {text, 29};
}

}  // namespace cleave::http
