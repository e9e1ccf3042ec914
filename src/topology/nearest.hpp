#pragma once
// "comment" -> "comments": what somebody who mistyped a name may have meant.
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cleave::topology {

// Levenshtein: insertions, deletions and substitutions of single bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The known name with the fewest edits, if it is near enough to be a slip of the finger.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string> known);

// ` (did you mean "comments"?)`, or ` (known: "posts", "users")` where nothing is near.
std::string hint(std::string_view name, std::span<const std::string> known);

}  // namespace cleave::topology
