#include <algorithm>
#include <array>
#include <base/unicode.hpp>
#include <span>

namespace cleave {

namespace {

struct range {
    char32_t first, last;
};

// Sorted, as all of them must be.
constexpr std::array ignored = std::to_array<range>({
    {0x00ad, 0x00ad},    // soft hyphen
    {0x0300, 0x036f},    // combining marks
    {0x0483, 0x0489},    // Cyrillic ones
    {0x0591, 0x05bd},    // Hebrew points
    {0x05bf, 0x05bf},    //
    {0x05c1, 0x05c2},    //
    {0x05c4, 0x05c5},    //
    {0x05c7, 0x05c7},    //
    {0x0610, 0x061a},    // Arabic marks, tatweel, vowels
    {0x061c, 0x061c},    //
    {0x0640, 0x0640},    //
    {0x064b, 0x065f},    //
    {0x0670, 0x0670},    //
    {0x06d6, 0x06dc},    //
    {0x06df, 0x06e4},    //
    {0x180b, 0x180f},    // Mongolian variation selectors
    {0x200b, 0x200f},    // zero width, directions
    {0x202a, 0x202e},    // embeddings and overrides
    {0x2060, 0x206f},    // word joiner, isolates
    {0x20d0, 0x20ff},    // marks for symbols
    {0xfe00, 0xfe0f},    // variation selectors
    {0xfe20, 0xfe2f},    // half marks
    {0xfeff, 0xfeff},    // byte order mark
    {0x1f3fb, 0x1f3ff},  // skin tones
    {0xe0000, 0xe0fff},  // tags
});

constexpr std::array separators = std::to_array<range>({
    {0x0000, 0x002f}, {0x003a, 0x0040}, {0x005b, 0x0060}, {0x007b, 0x00a9}, {0x00ab, 0x00b4},
    {0x00b6, 0x00b9}, {0x00bb, 0x00bf}, {0x00d7, 0x00d7}, {0x00f7, 0x00f7}, {0x02c2, 0x02c5},
    {0x037e, 0x037e}, {0x0387, 0x0387}, {0x055a, 0x055f}, {0x0589, 0x058a}, {0x05be, 0x05be},
    {0x05c0, 0x05c0}, {0x05c3, 0x05c3}, {0x05c6, 0x05c6}, {0x05f3, 0x05f4}, {0x0600, 0x060f},
    {0x061b, 0x061b}, {0x061d, 0x061f}, {0x066a, 0x066d}, {0x06d4, 0x06d4}, {0x0700, 0x070d},
    {0x0964, 0x0965}, {0x0e3f, 0x0e3f}, {0x0e4f, 0x0e4f}, {0x0e5a, 0x0e5b}, {0x0f01, 0x0f14},
    {0x104a, 0x104f}, {0x10fb, 0x10fb}, {0x1360, 0x1368}, {0x1680, 0x1680}, {0x17d4, 0x17d6},
    {0x17d8, 0x17db}, {0x1800, 0x180a}, {0x2000, 0x200a}, {0x2010, 0x2029}, {0x202f, 0x205f},
    {0x20a0, 0x20cf}, {0x2190, 0x25ff}, {0x27c0, 0x2aff}, {0x2e00, 0x2fff}, {0x3000, 0x3004},
    {0x3008, 0x3020}, {0x3030, 0x3030}, {0x303d, 0x303f}, {0x30a0, 0x30a0}, {0x30fb, 0x30fb},
    {0xd800, 0xdfff}, {0xfd3e, 0xfd3f}, {0xfe10, 0xfe1f}, {0xfe30, 0xfe6f}, {0xff00, 0xff0f},
    {0xff1a, 0xff20}, {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0xffe0, 0xffff},
});

constexpr std::array unspaced = std::to_array<range>({
    {0x0e00, 0x0eff},    // Thai, Lao
    {0x1000, 0x109f},    // Myanmar
    {0x1100, 0x11ff},    // Hangul jamo
    {0x1780, 0x17ff},    // Khmer
    {0x3005, 0x3007},    // Han: repetition, closing, zero
    {0x3021, 0x302f},    //
    {0x3031, 0x303c},    //
    {0x3040, 0x312f},    // kana, bopomofo
    {0x3130, 0x318f},    // Hangul letters
    {0x3190, 0x31ff},    //
    {0x3400, 0x4dbf},    // Han
    {0x4e00, 0x9fff},    //
    {0xa960, 0xa97f},    // Hangul
    {0xac00, 0xd7ff},    //
    {0xf900, 0xfaff},    // Han
    {0xff66, 0xffdc},    // half width kana and Hangul
    {0x1b000, 0x1b16f},  // kana
    {0x20000, 0x3ffff},  // Han
});

constexpr std::array invisible = std::to_array<range>(
    {{0x0009, 0x000d},  {0x0020, 0x0020}, {0x0085, 0x0085}, {0x00a0, 0x00a0}, {0x00ad, 0x00ad},
     {0x034f, 0x034f},  {0x061c, 0x061c}, {0x115f, 0x1160}, {0x1680, 0x1680}, {0x17b4, 0x17b5},
     {0x180b, 0x180f},  {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f}, {0x2800, 0x2800},
     {0x3000, 0x3000},  {0x3164, 0x3164}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0},
     {0xe0000, 0xe0fff}});

constexpr std::array symbols = std::to_array<range>({
    {0x2600, 0x27bf},
    {0x2b00, 0x2bff},
    {0x1f000, 0x1faff},
});

constexpr bool is_sorted(std::span<const range> ranges) {
    for (std::size_t i = 1; i < ranges.size(); ++i)
        if (ranges[i - 1].last >= ranges[i].first) return false;
    return true;
}
static_assert(is_sorted(ignored) && is_sorted(separators) && is_sorted(unspaced) &&
              is_sorted(symbols) && is_sorted(invisible));

bool is_in(std::span<const range> ranges, char32_t c) {
    const auto after = std::ranges::upper_bound(ranges, c, {}, &range::first);
    return after != ranges.begin() && c <= std::prev(after)->last;
}

// How many bytes a sequence has that begins so; 0 where none does.
std::size_t length_of(unsigned char first) {
    if (first < 0x80) return 1;
    if (first < 0xc2) return 0;
    if (first < 0xe0) return 2;
    if (first < 0xf0) return 3;
    return first < 0xf5 ? 4 : 0;
}

}  // namespace

char32_t take_code_point(std::string_view& text) {
    constexpr char32_t malformed = 0xfffd;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t length = length_of(first);
    char32_t c = first;
    bool whole = length != 0 && length <= text.size();
    if (whole && length > 1) {
        c = first & (0x7fu >> length);
        for (std::size_t i = 1; i < length; ++i) {
            whole = whole && (byte(i) & 0xc0) == 0x80;
            c = c << 6 | (byte(i) & 0x3fu);
        }
        constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
        whole = whole && c >= least[length] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    }
    text.remove_prefix(whole ? length : 1);
    return whole ? c : malformed;
}

void append_utf8(std::string& out, char32_t c) {
    const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) return add(c);
    if (c < 0x800) {
        add(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            add(0xe0 | c >> 12);
        } else {
            add(0xf0 | c >> 18);
            add(0x80 | (c >> 12 & 0x3f));
        }
        add(0x80 | (c >> 6 & 0x3f));
    }
    add(0x80 | (c & 0x3f));
}

char_class class_of(char32_t c) {
    if (c < 0x80) {
        const bool word =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return word ? char_class::letter : char_class::separator;
    }
    if (c >= 0xac00 && c <= 0xd7ff) return char_class::unspaced;
    if (is_in(ignored, c)) return char_class::ignored;
    if (is_in(separators, c)) return char_class::separator;
    if (is_in(symbols, c)) return char_class::symbol;
    return is_in(unspaced, c) ? char_class::unspaced : char_class::letter;
}

bool is_invisible(char32_t c) {
    return is_in(invisible, c);
}

// The arithmetic of the Unicode standard, section 3.12.
char32_t hangul_of(char32_t before, char32_t next) {
    constexpr char32_t syllables = 0xac00, leads = 0x1100, vowels = 0x1161, tails = 0x11a7;
    constexpr char32_t lead_count = 19, vowel_count = 21, tail_count = 28;
    if (before >= leads && before < leads + lead_count && next >= vowels &&
        next < vowels + vowel_count)
        return syllables + ((before - leads) * vowel_count + (next - vowels)) * tail_count;
    const bool open = before >= syllables && before < syllables + 11'172 &&
                      (before - syllables) % tail_count == 0;
    if (open && next > tails && next < tails + tail_count) return before + (next - tails);
    return 0;
}

}  // namespace cleave
