#include <fmt/format.h>

#include <base/encoding.hpp>
#include <telemetry/log_text.hpp>

namespace cleave::log {

namespace {

// How many bytes at the front of `text` are one character of UTF-8 (RFC 3629); 0: none.
std::size_t character(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    const unsigned second = byte(1);
    const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool surrogate = first == 0xed && second > 0x9f;
    return overlong || surrogate || (first == 0xf4 && second > 0x8f) ? 0 : size;
}

// C0 and C1, and U+2028 and U+2029, which end a line for some.
bool is_control(std::string_view c) {
    const auto first = static_cast<unsigned char>(c[0]);
    if (c.size() == 1) return first < 0x20 || first == 0x7f;
    if (c.size() == 2) return first == 0xc2 && static_cast<unsigned char>(c[1]) < 0xa0;
    return c == "\xe2\x80\xa8" || c == "\xe2\x80\xa9";
}

}  // namespace

std::string one_line(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t size = character(text);
        const auto here = text.substr(0, size == 0 ? 1 : size);
        if (size == 0 || is_control(here))
            for (const char c : here)
                out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            out += here;
        text.remove_prefix(here.size());
    }
    return out;
}

std::string json_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string json_fields(std::string_view component, std::string_view text,
                        const trace_context& trace) {
    std::string out = fmt::format(R"("component":"{}","message":"{}")", json_escaped(component),
                                  json_escaped(one_line(text)));
    if (trace)
        out += fmt::format(R"(,"request_id":"{}","trace_id":"{}")", to_hex(trace.span_id),
                           to_hex(trace.trace_id));
    return out;
}

std::string human_text(std::string_view component, std::string_view text,
                       const trace_context& trace) {
    std::string out = fmt::format("[{}] {}", component, one_line(text));
    if (trace) out += " request=" + to_hex(trace.span_id);
    return out;
}

}  // namespace cleave::log
