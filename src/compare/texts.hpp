#pragma once
// Sentences in English and Korean, as a seed wants them: no characters that JSON would escape.
#include <compare/seeded.hpp>
#include <string>

namespace cleave::compare {

// About so many bytes, whole words.
std::string sentences(seeded& random, std::size_t bytes);
std::string headline(seeded& random);

}  // namespace cleave::compare
