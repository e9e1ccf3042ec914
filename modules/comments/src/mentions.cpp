#include "mentions.hpp"

#include <algorithm>
#include <base/unicode.hpp>

namespace cleave::comments {

namespace {

constexpr std::size_t name_bytes_max = 256;  // as users has it

bool is_joint(char32_t c) {
    return c == U'.' || c == U'-' || c == U'_';
}

bool belongs_to_name(char32_t c, char_class of) {
    return of != char_class::separator || is_joint(c);
}

bool may_end_between(char_class before, char32_t next, char_class of_next) {
    const auto alone = [](char_class of) {
        return of == char_class::unspaced || of == char_class::symbol;
    };
    return is_joint(next) || alone(of_next) || (alone(before) && of_next != char_class::ignored);
}

// The names that the beginning of this text may be, the longest first.
mention names_at(std::string_view text) {
    mention names;
    std::size_t end = 0;
    char_class before = char_class::separator;
    for (std::string_view rest = text; !rest.empty() && end <= name_bytes_max;) {
        const char32_t c = take_code_point(rest);
        const char_class of = class_of(c);
        if (!belongs_to_name(c, of)) break;
        if (end != 0 && names.size() < names_a_mention_max && may_end_between(before, c, of))
            names.emplace_back(text.substr(0, end));
        end = text.size() - rest.size();
        before = of;
    }
    if (end != 0 && end <= name_bytes_max) {
        if (names.size() == names_a_mention_max) names.pop_back();
        names.emplace_back(text.substr(0, end));
    }
    std::ranges::reverse(names);
    return names;
}

}  // namespace

std::vector<mention> find_mentions(std::string_view text) {
    std::vector<mention> found;
    if (!text.contains('@')) return found;
    bool in_word = false;
    while (!text.empty() && found.size() < mentions_max) {
        const char32_t c = take_code_point(text);
        if (c == U'@' && !in_word) {
            auto names = names_at(text);
            if (!names.empty() && std::ranges::find(found, names) == found.end())
                found.push_back(std::move(names));
        }
        const char_class of = class_of(c);
        in_word = of == char_class::letter || is_joint(c) || c == U'+' ||
                  (in_word && of == char_class::ignored);
    }
    return found;
}

bool is_same_name(std::string_view a, std::string_view b) {
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, small, small);
}

}  // namespace cleave::comments
