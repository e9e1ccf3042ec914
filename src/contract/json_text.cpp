#include <array>
#include <charconv>
#include <contract/json_text.hpp>

namespace cleave {

namespace {

// What stands behind the backslash: 0 for a character that needs none, 'u' for \u00XX.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> table{};
    for (int c = 0; c < 0x20; ++c) table[static_cast<std::size_t>(c)] = 'u';
    table['"'] = '"';
    table['\\'] = '\\';
    table['\b'] = 'b';
    table['\f'] = 'f';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    return table;
}();

template <class T>
void append_number(std::string& out, T value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    out += '"';
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const char escape = escapes[c];
        if (!escape) [[likely]]
            continue;
        out.append(text, done, i - done);
        done = i + 1;
        out += '\\';
        out += escape;
        if (escape == 'u') {
            out += "00";
            out += hex[c >> 4];
            out += hex[c & 15];
        }
    }
    out.append(text, done);
    out += '"';
}

void append_json_signed(std::string& out, std::int64_t value) {
    append_number(out, value);
}

void append_json_unsigned(std::string& out, std::uint64_t value) {
    append_number(out, value);
}

}  // namespace cleave
