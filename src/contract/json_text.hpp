#pragma once
// The characters of JSON (RFC 8259): strings escaped as little as is allowed, integers in decimal.
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace cleave {

// The text must be UTF-8.
void append_json_string(std::string& out, std::string_view text);

void append_json_signed(std::string& out, std::int64_t value);
void append_json_unsigned(std::string& out, std::uint64_t value);

template <std::integral T>
void append_json_integer(std::string& out, T value) {
    if constexpr (std::signed_integral<T>)
        append_json_signed(out, value);
    else
        append_json_unsigned(out, value);
}

}  // namespace cleave
