#pragma once
// Believable texts in English and Korean, the same for the same seed on every machine.
//
// No character but a line break is one that JSON would escape, and only in the body of a story.
#include <content/seeded.hpp>
#include <cstddef>
#include <string>
#include <vector>

namespace cleave::content {

enum class language { english, korean };

// Two texts of three are English.
language any_language(seeded& random);

// About so many bytes, whole sentences of one language.
std::string sentences(seeded& random, std::size_t bytes);
std::string headline(seeded& random);

// An article: its body is Markdown of about 400 to 2,500 bytes, with headings and lists.
struct story {
    std::string title{}, description{}, body{};
    std::vector<std::string> tags{};
};
story make_story(seeded& random);

// A comment; one in ten names somebody with @. `somebody` may be empty.
std::string make_remark(seeded& random, const std::string& somebody);

// The index-th member of a made-up readership. Different for each index: beyond some thousand they
// have a number.
struct person {
    std::string username{}, email{};
    std::string bio{};  // may be empty
};
person make_person(std::uint64_t seed, std::uint64_t index);

}  // namespace cleave::content
