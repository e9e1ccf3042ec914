#include <fmt/format.h>

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

std::string json_fields(const said& what) {
    std::string out;
    const auto add = [&out](std::string_view key, std::string_view value) {
        if (!out.empty()) out += ',';
        out += fmt::format(R"("{}":"{}")", key, json_escaped(value));
    };
    add("process", what.process);
    add("component", what.component);
    if (!what.module.empty()) add("module", what.module);
    add("message", what.message);
    if (!what.request_id.empty()) add("request_id", what.request_id);
    if (!what.trace_id.empty()) add("trace_id", what.trace_id);
    return out;
}

std::string human_text(const said& what) {
    std::string out = fmt::format("{} [{}", what.process, what.component);
    if (!what.module.empty()) out += fmt::format(" {}", what.module);
    out += fmt::format("] {}", what.message);
    if (!what.request_id.empty()) out += fmt::format(" request={}", what.request_id);
    return out;
}

const char* name_of(level at) {
    return boost::describe::enum_to_string(at, "error");
}

}  // namespace cleave::log
