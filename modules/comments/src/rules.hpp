#pragma once
// Decisions of the comments module that need no I/O.
#include <comments/api.hpp>

namespace cleave::comments {

inline constexpr std::size_t body_bytes_max = 64 * 1024;

// Whether a comment may be written with these; else invalid_argument, naming the field.
result<void> check_comment(const create_request& r);

}  // namespace cleave::comments
