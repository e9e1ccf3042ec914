#pragma once
// UTF-8 (RFC 3629) and the little that must be known of Unicode's characters to find words in any
// script: no tables of a library, but ranges of blocks. What is in no range counts as a letter.
#include <string>
#include <string_view>

namespace cleave {

// The first code point of a text that is not empty, which is removed from it. A byte that begins
// no well-formed sequence reads as U+FFFD by itself.
char32_t take_code_point(std::string_view& text);
void append_utf8(std::string& out, char32_t c);

enum class char_class {
    separator,  // white space, punctuation, signs, controls
    ignored,    // invisible, or a mark on the letter before it
    letter,     // and digits, of scripts that put spaces between words
    unspaced,   // of scripts whose words follow each other, or carry their particles: Han, kana,
                // Hangul, Thai, Khmer …
    symbol,     // emoji and dingbats: each a word of its own
};
char_class class_of(char32_t c);

// White space (the property White_Space), and what shows nothing (Default_Ignorable_Code_Point, and
// the fillers of Hangul and of Braille).
bool is_invisible(char32_t c);

// Of the Hangul syllable that `before` and `next` make together, or 0 where they make none:
// macOS writes 한 as ᄒ ᅡ ᆫ.
char32_t hangul_of(char32_t before, char32_t next);

}  // namespace cleave
