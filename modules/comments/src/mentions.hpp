#pragma once
// Who is mentioned in a text: `@username`, in any script.
//
// What stands behind the @ up to the next white space or punctuation need not be the name alone: in
// @민수님 it has a particle, in @jake. the end of the sentence. So a mention is a list of names
// that it may be, the longest first, and the first one that somebody bears is meant. A name is cut
// only where a word may end: next to a character of a script without spaces (@jake님 is jake,
// @jakes is not), and before . - _ and an emoji. An @ behind a letter is an e-mail address. A name
// with a space in it cannot be mentioned.
#include <string>
#include <string_view>
#include <vector>

namespace cleave::comments {

inline constexpr std::size_t mentions_max = 50;  // in one comment; later ones are passed over
inline constexpr std::size_t names_a_mention_max = 20;  // the shortest ones

using mention = std::vector<std::string>;

// Each once.
std::vector<mention> find_mentions(std::string_view text);

// Whether two usernames are one: case counts as it does in users, which is in ASCII alone.
bool is_same_name(std::string_view a, std::string_view b);

}  // namespace cleave::comments
