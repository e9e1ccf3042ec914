#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <contract/json_text.hpp>
#include <http/routing/route.hpp>
#include <http/text.hpp>
#include <stdexcept>

namespace cleave::http {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// As browsers read forms (https://url.spec.whatwg.org/#urlencoded-parsing): '+' is a space, a '%'
// that starts nothing is itself, and what is not UTF-8 becomes U+FFFD. Nothing is an error.
std::string form_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return is_utf8(out) ? out : to_utf8(out);
}

bool needs_decoding(std::string_view text) {
    return text.find_first_of("%+") != text.npos;
}

}  // namespace

const std::string& request::param(std::string_view name) const {
    for (const auto& [key, value] : params)
        if (key == name) return value;
    throw std::logic_error(fmt::format("the route of {} has no parameter \"{}\"", path, name));
}

std::int64_t request::param_int(std::string_view name) const {
    const std::string& text = param(name);
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{} || end != text.data() + text.size())
        throw std::logic_error(fmt::format("the parameter \"{}\" of {} is not :int", name, path));
    return number;
}

std::optional<std::string> request::query_param(std::string_view name) const {
    for (std::string_view rest = query; !rest.empty();) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const std::string_view key = pair.substr(0, pair.find('='));
        if (needs_decoding(key) ? form_decode(key) != name : key != name) continue;
        return form_decode(pair.substr(std::min(key.size() + 1, pair.size())));
    }
    return std::nullopt;
}

std::int64_t request::query_int(std::string_view name, std::int64_t fallback, std::int64_t min,
                                std::int64_t max) const {
    const auto text = query_param(name);
    if (!text) return fallback;
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (text->empty() || end != text->data() + text->size()) return fallback;
    // All digits and yet too much for 64 bits is above any maximum, unless it is below zero.
    if (ec == std::errc::result_out_of_range) return text->front() == '-' ? fallback : max;
    if (ec != std::errc{} || number < min) return fallback;
    return std::min(number, max);
}

response error_response(unsigned status, std::string_view key, std::string_view message) {
    response r;
    r.status = status;
    r.body.reserve(key.size() + message.size() + 24);
    r.body = R"({"errors":{)";
    append_json_string(r.body, key);
    r.body += ":[";
    append_json_string(r.body, message);
    r.body += "]}}";
    // RFC 9110, 10.2.3 and 11.6.1: when to come back, and with what.
    if (status == 429 || status == 503) r.headers = "Retry-After: 1\r\n";
    if (status == 401) r.headers = "WWW-Authenticate: Token\r\n";
    return r;
}

response problem_response(const problem& p) {
    return error_response(http_status(p.code), p.subject, p.detail);
}

}  // namespace cleave::http
