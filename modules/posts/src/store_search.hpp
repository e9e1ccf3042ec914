#pragma once
// The index of words, inside write jobs.
#include <posts/api.hpp>
#include <sqlite/connection.hpp>

namespace cleave::posts {

// With its body. What is taken out must be what was put in.
void add_words(sqlite::connection& db, const article& a);
void remove_words(sqlite::connection& db, const article& a);

}  // namespace cleave::posts
