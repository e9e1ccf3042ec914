#include "letters.hpp"

#include <string_view>

namespace cleave::posts {

namespace {

// The basic letters of Latin blocks, made with Python's unicodedata (NFKD of the small letter,
// without marks); '.' where there is none.
constexpr std::string_view latin_00c0 =
    "aaaaaa.ceeeeiiii.nooooo..uuuuy..aaaaaa.ceeeeiiii.nooooo..uuuuy.y"
    "aaaaaaccccccccdd..eeeeeeeeeegggggggghh..iiiiiiiii...jjkk.llllll."
    "...nnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzzs"
    "................................oo.............uu..............."
    ".............aaiioouuuuuuuuuu.aaaa....ggkkoooo..j...gg..nnaa...."
    "aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............"
    "................";
constexpr std::string_view latin_1e00 =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwy.s....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";
static_assert(latin_00c0.size() == 0x250 - 0xc0 && latin_1e00.size() == 0x100);

char32_t basic_latin(char32_t c) {
    char found = '.';
    if (c >= 0xc0 && c < 0x250) found = latin_00c0[c - 0xc0];
    if (c >= 0x1e00 && c < 0x1f00) found = latin_1e00[c - 0x1e00];
    return found == '.' ? 0 : static_cast<char32_t>(found);
}

bool is_within(char32_t c, char32_t first, char32_t last) {
    return c >= first && c <= last;
}

// Capitals next to their small letters: even and odd.
bool is_capital_of_a_pair(char32_t c) {
    const bool pairs = is_within(c, 0x0460, 0x0481) || is_within(c, 0x048a, 0x04bf) ||
                       is_within(c, 0x04d0, 0x052f) || is_within(c, 0x0370, 0x0373);
    return pairs && c % 2 == 0;
}

char32_t small_letter(char32_t c) {
    if (is_within(c, 0x0391, 0x03ab) || is_within(c, 0x0410, 0x042f)) return c + 0x20;
    if (is_within(c, 0x0400, 0x040f)) return c + 0x50;
    if (is_within(c, 0x0531, 0x0556)) return c + 0x30;
    if (is_within(c, 0x10a0, 0x10c5)) return c + 0x1c60;  // Georgian
    return is_capital_of_a_pair(c) ? c + 1 : c;
}

// A letter without the mark that another spelling puts behind it.
char32_t without_mark(char32_t c) {
    switch (c) {
        case U'\u0386':
        case U'\u03ac': return U'\u03b1';  // Greek, with tonos
        case U'\u0388':
        case U'\u03ad': return U'\u03b5';
        case U'\u0389':
        case U'\u03ae': return U'\u03b7';
        case U'\u038a':
        case U'\u03af':
        case U'\u03ca':
        case U'\u0390': return U'\u03b9';
        case U'\u038c':
        case U'\u03cc': return U'\u03bf';
        case U'\u038e':
        case U'\u03cd':
        case U'\u03cb':
        case U'\u03b0': return U'\u03c5';
        case U'\u038f':
        case U'\u03ce': return U'\u03c9';
        case U'\u03c2': return U'\u03c3';  // final sigma
        case U'\u0439': return U'\u0438';  // Cyrillic short i, io, yi
        case U'\u0451': return U'\u0435';
        case U'\u0457': return U'\u0456';
        case U'\u0622':
        case U'\u0623':
        case U'\u0625': return U'\u0627';  // Arabic alef, with what stands on it
        case U'\u0649': return U'\u064a';
        case U'\u06cc': return U'\u064a';  // Persian yeh and keheh
        case U'\u06a9': return U'\u0643';
        default: return c;
    }
}

std::u32string_view as_two(char32_t c) {
    switch (c) {
        case U'\u00df':
        case U'\u1e9e': return U"ss";
        case U'\u00c6':
        case U'\u00e6': return U"ae";
        case U'\u0152':
        case U'\u0153': return U"oe";
        case U'\u00de':
        case U'\u00fe': return U"th";
        default: return {};
    }
}

// Letters of Latin that have no decomposition, and those as wide as a Han character.
char32_t odd_latin(char32_t c) {
    if (is_within(c, 0xff21, 0xff3a)) return c - 0xff21 + U'a';
    if (is_within(c, 0xff41, 0xff5a)) return c - 0xff41 + U'a';
    if (is_within(c, 0xff10, 0xff19)) return c - 0xff10 + U'0';
    switch (c) {
        case U'\u00d8':
        case U'\u00f8': return U'o';
        case U'\u00d0':
        case U'\u00f0':
        case U'\u0110':
        case U'\u0111': return U'd';
        case U'\u0141':
        case U'\u0142': return U'l';
        case U'\u0131': return U'i';
        case U'\u0126':
        case U'\u0127': return U'h';
        default: return 0;
    }
}

}  // namespace

void append_folded(std::u32string& out, char32_t c) {
    if (c < 0x80) {
        out += c >= U'A' && c <= U'Z' ? c + 0x20 : c;
    } else if (const auto basic = basic_latin(c)) {
        out += basic;
    } else if (const auto two = as_two(c); !two.empty()) {
        out += two;
    } else if (const auto odd = odd_latin(c)) {
        out += odd;
    } else {
        out += without_mark(small_letter(c));
    }
}

}  // namespace cleave::posts
