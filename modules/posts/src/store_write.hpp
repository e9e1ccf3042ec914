#pragma once
// Changes that several parts of the store make, inside write jobs.
#include <posts/api.hpp>
#include <sqlite/connection.hpp>

namespace cleave::posts {

// With its words, tags, slugs and favourites, and all totals. `a` has its body.
void remove_article(sqlite::connection& db, const article& a);

// False where it was so already.
bool set_favorite(sqlite::connection& db, std::int64_t user_id, std::int64_t id, bool wanted);

}  // namespace cleave::posts
