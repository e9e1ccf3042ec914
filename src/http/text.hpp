#pragma once
// Small questions about text that several files ask.
#include <http/routing/route.hpp>
#include <string>
#include <string_view>

namespace cleave::http {

// "GET", "DELETE".
std::string_view verb_name(verb method);
// Nothing for a method we do not serve. Methods are case-sensitive (RFC 9110, 9.1).
std::optional<verb> verb_from_name(std::string_view name);

// "Not Found"; "Status" for a code of no name.
std::string_view reason_phrase(unsigned status);

// A whole header line.
inline void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.reserve(out.size() + name.size() + value.size() + 4);
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

// Field names and the like: ASCII letters alone have two cases.
bool equals_ignoring_case(std::string_view a, std::string_view b);

// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text);
// With U+FFFD for each byte that is not UTF-8.
std::string to_utf8(std::string_view text);
// At most `bytes_max` bytes, without cutting a character in two.
std::string_view cut_utf8(std::string_view text, std::size_t bytes_max);

}  // namespace cleave::http
