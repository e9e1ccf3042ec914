#include <array>
#include <base/text.hpp>
#include <contract/json_text.hpp>
#include <cstring>

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

constexpr std::uint64_t each_byte(std::uint64_t value) {
    return value * 0x0101'0101'0101'0101;
}

// Whether one of eight bytes needs an escape. "Determine if a word has a byte less than n", from
// Sean Anderson's "Bit Twiddling Hacks"; bytes from 0x80 on never do.
bool has_escape(const char* eight) {
    std::uint64_t x = 0;
    std::memcpy(&x, eight, sizeof x);
    const auto is_zero = [](std::uint64_t v) { return (v - each_byte(0x01)) & ~v; };
    const std::uint64_t control = (x - each_byte(0x20)) & ~x;
    const std::uint64_t found =
        control | is_zero(x ^ each_byte('"')) | is_zero(x ^ each_byte('\\'));
    return (found & each_byte(0x80)) != 0;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    static constexpr char hex[] = "0123456789abcdef";
    out += '"';
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        while (i + 8 < text.size() && !has_escape(text.data() + i)) i += 8;
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
