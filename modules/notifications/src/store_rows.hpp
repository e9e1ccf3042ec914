#pragma once
// Rows as values, for the store's files.
#include <notifications/api.hpp>
#include <sqlite/database.hpp>

namespace cleave::notifications {

// Of a row whose columns from `first` on are id, kind, created_at, read_at, actor_id, the actor's
// username, bio and image, article_slug, article_title, comment_id.
notification read_notification(const sqlite::statement& row, int first = 0);

// Nothing is told of it, and to it, any more.
bool is_account_gone(sqlite::connection& db, std::int64_t id);

preferences preferences_of(sqlite::connection& db, std::int64_t user_id);

}  // namespace cleave::notifications
