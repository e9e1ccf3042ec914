#pragma once
// Bytes as text: hex (lower case) and base64url without padding (RFC 4648, section 5).
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cleave {

using bytes = std::vector<std::uint8_t>;
using bytes_view = std::span<const std::uint8_t>;

inline bytes_view as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string to_hex(bytes_view data);
void append_hex(std::string& out, bytes_view data);
std::optional<bytes> from_hex(std::string_view text);
// False, and nothing else is promised, where the text is not that of just so many bytes.
bool read_hex(std::string_view text, std::span<std::uint8_t> out);

std::string to_base64url(bytes_view data);
// Refuses padding, white space and any other alphabet.
std::optional<bytes> from_base64url(std::string_view text);

// RFC 3986: everything but unreserved characters becomes %XX.
std::string percent_encode(std::string_view text);
// Nothing where a '%' is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace cleave
