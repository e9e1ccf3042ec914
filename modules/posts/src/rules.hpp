#pragma once
// Decisions of the posts module that need no I/O.
#include <posts/api.hpp>

namespace cleave::posts {

inline constexpr std::size_t title_bytes_max = 512;
inline constexpr std::size_t description_bytes_max = 4 * 1024;
inline constexpr std::size_t body_bytes_max = 1024 * 1024;
inline constexpr std::size_t tags_max = 64;
inline constexpr std::size_t tag_bytes_max = 128;
inline constexpr std::int64_t page_size_max = 100;

// Whether an article may be published with these; else invalid_argument, naming the field.
result<void> check_article(const create_request& r);
// The same for what a change replaces.
result<void> check_change(const change_request& r);

// Sorted, without white space around them, each once; empty ones are dropped.
std::vector<std::string> tidy_tags(std::vector<std::string> tags);

// "Hello, World!" → "hello-world"; "댓글이 달리면" → "댓글이-달리면". Letters, digits, marks and
// emoji of any script stay, all else becomes single hyphens, and what turns or hides text is left
// out. Never empty, at most 120 bytes, cut between characters. Not unique: the store sees to that.
std::string make_slug(std::string_view title);

// Whether a path of the public API stands where the article's would: /api/articles/feed.
bool is_reserved_slug(std::string_view slug);

// Tags as they are stored: one a line.
std::string join_tags(const std::vector<std::string>& tags);
std::vector<std::string> split_tags(std::string_view text);

}  // namespace cleave::posts
