#include <charconv>
#include <support/fault_messages.hpp>

namespace cleave::test {

const char* name_of(fault what) {
    switch (what) {
        case fault::none: return "none";
        case fault::delay: return "delay";
        case fault::drop_request: return "drop request";
        case fault::drop_answer: return "drop answer";
        case fault::reset_before: return "reset before";
        case fault::reset_after: return "reset after";
        case fault::corrupt_request: return "corrupt request";
        case fault::corrupt_answer: return "corrupt answer";
        case fault::cut_answer: return "cut answer";
        case fault::slow: return "slow";
        case fault::duplicate: return "duplicate";
    }
    return "?";
}

std::uint64_t mixed(std::uint64_t z) {
    z += 0x9e37'79b9'7f4a'7c15;
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
    return z ^ (z >> 31);
}
std::uint64_t hash_of(std::string_view text) {
    std::uint64_t h = 0xcbf2'9ce4'8422'2325;
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
    return h;
}

std::optional<std::size_t> size_of(const std::string& bytes, bool request) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string::npos) return std::nullopt;
    constexpr std::string_view length = "\r\nContent-Length: ";
    const auto at = bytes.find(length);
    const bool bodiless = bytes.starts_with("HTTP/1.1 204") || bytes.starts_with("HTTP/1.1 304");
    if (at == std::string::npos || at > end)
        return request || bodiless ? std::optional(end + 4) : std::nullopt;
    std::size_t size = 0;
    std::from_chars(bytes.data() + at + length.size(), bytes.data() + bytes.size(), size);
    return end + 4 + size;
}

void corrupt(std::string& bytes, std::uint64_t chance) {
    const auto length = bytes.find("Content-Length: ");
    auto at = chance % bytes.size();
    if (length != std::string::npos && at >= length && at < bytes.find('\r', length) + 2) at = 0;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (chance >> 32) % 7));
}

}  // namespace cleave::test
