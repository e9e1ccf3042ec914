#pragma once
// Words as the search index holds them, and as a query asks for them: both are made here, so that
// they meet.
//
// Letters are small and without accents: `Café` is `cafe`. Where a script puts spaces between
// words, a word is a word, and three letters or more find what begins with them. Where it does not,
// or where particles cling to words as in Korean, each two neighbouring characters are a word:
// 마이크로서비스에서 holds 서비 and 비스 side by side, so 서비스 finds it. An emoji is a word of
// its own.
#include <optional>
#include <string>
#include <string_view>

namespace cleave::posts {

// Raised when the same text gives other words: the index is then made anew.
inline constexpr int words_version = 1;

inline constexpr std::size_t word_characters_max = 64;  // a word is cut there
inline constexpr std::size_t beginning_characters_min = 3;
inline constexpr std::size_t query_parts_max = 16;  // what comes after them is not looked for
inline constexpr std::size_t part_bytes_max = 256;  // nor what is beyond it in one of them

// With single spaces between them; nothing else but letters, digits and symbols.
std::string index_words(std::string_view text);

// What an FTS5 table of such words is asked, all of whose white-space separated parts must match;
// nothing where there is no word in the text. The syntax of FTS5 in it has no meaning.
std::optional<std::string> search_expression(std::string_view text);

}  // namespace cleave::posts
