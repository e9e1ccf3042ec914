#pragma once
// Letters that a search takes for the same.
#include <string>

namespace cleave::posts {

// The small letter without accent, which for a few is two: É → e, ß → ss, Ё → е, Ａ → a, أ → ا.
// A character that has none is itself.
void append_folded(std::u32string& out, char32_t c);

}  // namespace cleave::posts
