#include <cstdint>
#include <cstring>
#include <http/etag.hpp>

namespace cleave::http {

namespace {

__extension__ typedef unsigned __int128 uint128;

// Both halves of a product, so that each bit of either factor reaches every bit of the result.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    const uint128 product = static_cast<uint128>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t word(std::string_view bytes) {
    std::uint64_t out = 0;
    std::memcpy(&out, bytes.data(), bytes.size());
    return out;
}

// 16 bytes a multiplication, in two chains that do not wait for each other.
std::uint64_t hash_of(std::string_view text) {
    constexpr std::uint64_t odd[] = {0xd6a3f1c8e95b7247, 0x9c4e08b57af31d6b, 0xb1752ec94d68f093,
                                     0x85f6d93b21ae4c7f};
    std::uint64_t first = fold(odd[0] ^ text.size(), odd[1]), second = odd[1];
    while (text.size() >= 32) {
        first = fold(first ^ word(text.substr(0, 8)), odd[2] ^ word(text.substr(8, 8)));
        second = fold(second ^ word(text.substr(16, 8)), odd[3] ^ word(text.substr(24, 8)));
        text.remove_prefix(32);
    }
    while (!text.empty()) {
        const std::string_view some = text.substr(0, 8);
        first = fold(first ^ word(some), odd[2]);
        text.remove_prefix(some.size());
    }
    return fold(first ^ odd[3], second ^ odd[0]);
}

// "x" of W/"x".
std::string_view opaque(std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

void append_etag(std::string& out, std::string_view body) {
    constexpr char digits[] = "0123456789abcdef";
    const std::uint64_t hash = hash_of(body);
    char text[20] = {'W', '/', '"'};
    for (std::size_t i = 0; i < 16; ++i) text[3 + i] = digits[(hash >> (60 - 4 * i)) & 15];
    text[19] = '"';
    out.append(text, sizeof text);
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
    // A tag holds no comma that we would ever make; one that does is not ours.
    for (std::string_view rest = if_none_match; !rest.empty();) {
        const std::string_view one = rest.substr(0, rest.find(','));
        rest.remove_prefix(one.size() < rest.size() ? one.size() + 1 : rest.size());
        const std::string_view tag = trimmed(one);
        if (tag == "*" || (!tag.empty() && opaque(tag) == opaque(etag))) return true;
    }
    return false;
}

}  // namespace cleave::http
