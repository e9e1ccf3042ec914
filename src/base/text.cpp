#include <base/text.hpp>
#include <base/unicode.hpp>

namespace cleave {

bool is_blank(std::string_view text) {
    while (!text.empty())
        if (!is_invisible(take_code_point(text))) return false;
    return true;
}

std::string toml_text(std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 0xf];
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

}  // namespace cleave
