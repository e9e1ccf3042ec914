#include <sodium.h>

#include <base/encoding.hpp>

namespace cleave {

namespace {

constexpr int base64_variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

// Not in constant time, as libsodium's is, which takes ten times as long: not for what somebody
// beside this process must not guess.
void append_hex(std::string& out, bytes_view data) {
    static constexpr char digits[] = "0123456789abcdef";
    const std::size_t before = out.size();
    out.resize(before + 2 * data.size());
    char* to = out.data() + before;
    for (const std::uint8_t byte : data) {
        *to++ = digits[byte >> 4];
        *to++ = digits[byte & 15];
    }
}

std::string to_hex(bytes_view data) {
    std::string out;
    append_hex(out, data);
    return out;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> out) {
    if (text.size() != 2 * out.size()) return false;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

std::optional<bytes> from_hex(std::string_view text) {
    bytes out(text.size() / 2);
    if (!read_hex(text, out)) return std::nullopt;
    return out;
}

std::string to_base64url(bytes_view data) {
    std::string out(sodium_base64_encoded_len(data.size(), base64_variant), '\0');
    sodium_bin2base64(out.data(), out.size(), data.data(), data.size(), base64_variant);
    out.pop_back();
    return out;
}

std::optional<bytes> from_base64url(std::string_view text) {
    bytes out(text.size() * 3 / 4 + 1);
    std::size_t size = 0;
    const char* end = nullptr;
    if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, &end,
                          base64_variant) != 0 ||
        end != text.data() + text.size())
        return std::nullopt;
    out.resize(size);
    return out;
}

std::string percent_encode(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            const auto byte = static_cast<std::uint8_t>(c);
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

}  // namespace cleave
