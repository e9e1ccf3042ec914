#pragma once
// Small questions about text that many rooms ask.
#include <charconv>
#include <string>
#include <string_view>

namespace cleave {

inline constexpr std::string_view white_space = " \t\r\n\f\v";

// Whether nobody sees anything: white space and invisible characters of all Unicode.
bool is_blank(std::string_view text);

// Without the (ASCII) white space around it.
inline std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(white_space);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(white_space) - first + 1));
}

// In quotes, with escapes: a basic string of TOML 1.0.
std::string toml_text(std::string_view text);

// False, and nothing else is promised, where the whole text is not a number in range.
template <class T>
bool read_number(std::string_view text, T& out, int base = 10) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    return error == std::errc() && end == text.data() + text.size();
}

template <class T>
void append_number(std::string& out, T number, int base = 10) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number, base).ptr);
}

}  // namespace cleave
