#include "words.hpp"

#include <algorithm>
#include <base/text.hpp>
#include <base/unicode.hpp>

#include "letters.hpp"

namespace cleave::posts {

namespace {

// Characters of one class that stand together.
struct run {
    char_class of = char_class::separator;
    std::u32string characters;
};

void add(std::u32string& to, char32_t c, char_class of) {
    if (of == char_class::letter) return append_folded(to, c);
    const char32_t whole = to.empty() ? 0 : hangul_of(to.back(), c);
    if (whole != 0)
        to.back() = whole;
    else
        to += c;
}

// Takes the next run from the text; false where there is none any more.
bool take_run(std::string_view& text, run& out) {
    out.characters.clear();
    while (!text.empty()) {
        std::string_view rest = text;
        const char32_t c = take_code_point(rest);
        const char_class of = class_of(c);
        const bool joins = of == out.of && of != char_class::symbol;
        if (of != char_class::ignored && !out.characters.empty() && !joins) return true;
        text = rest;
        if (of == char_class::ignored || of == char_class::separator) continue;
        out.of = of;
        add(out.characters, c, of);
    }
    return !out.characters.empty();
}

void append_word(std::string& out, std::u32string_view characters) {
    if (!out.empty()) out += ' ';
    for (const char32_t c : characters.substr(0, word_characters_max)) append_utf8(out, c);
}

// The last character stands alone as well, so that one character can be looked for wherever it
// stands. A run that may go on where it is found has no such end.
void append_words(std::string& out, const run& r, bool ends) {
    if (r.of != char_class::unspaced) return append_word(out, r.characters);
    const std::u32string_view all = r.characters;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) append_word(out, all.substr(i, 2));
    if (ends || all.size() == 1) append_word(out, all.substr(all.size() - 1));
}

// One part of a query: its words must stand side by side, and the last one may go on.
std::string phrase_of(std::string_view part) {
    std::string words;
    run last, next;
    if (!take_run(part, last)) return {};
    while (take_run(part, next)) {
        append_words(words, last, true);
        std::swap(last, next);
    }
    append_words(words, last, false);
    const auto length = last.characters.size();
    if (last.of == char_class::unspaced && length == 1) return "\"" + words + "\" *";
    // Whole words come before beginnings.
    if (last.of == char_class::letter && length >= beginning_characters_min)
        return "(\"" + words + "\" OR \"" + words + "\" *)";
    return "\"" + words + "\"";
}

}  // namespace

std::string index_words(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 2);
    run r;
    while (take_run(text, r)) append_words(out, r, true);
    return out;
}

std::optional<std::string> search_expression(std::string_view text) {
    std::string out;
    for (std::size_t found = 0; found < query_parts_max && !is_blank(text);) {
        text.remove_prefix(text.find_first_not_of(white_space));
        const auto end = std::min(text.find_first_of(white_space), text.size());
        const std::string phrase = phrase_of(text.substr(0, std::min(end, part_bytes_max)));
        text.remove_prefix(end);
        if (phrase.empty()) continue;
        if (++found > 1) out += " AND ";
        out += phrase;
    }
    if (out.empty()) return std::nullopt;
    return out;
}

}  // namespace cleave::posts
