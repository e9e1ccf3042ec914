#pragma once
// Decisions of the comments module that need no I/O.
#include <comments/api.hpp>

namespace cleave::comments {

inline constexpr std::size_t body_bytes_max = 64 * 1024;

// Whether this can be a comment's text; else invalid_argument, naming the field.
result<void> check_body(std::string_view body);

}  // namespace cleave::comments
