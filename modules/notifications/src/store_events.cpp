// What events do to the store.
#include "store.hpp"
#include "store_rows.hpp"

namespace cleave::notifications {

namespace {

bool is_gone(sqlite::connection& db, std::string_view what, const std::optional<std::int64_t>& id) {
    return id && db.query("SELECT 1 FROM notifications_gone WHERE what = ?1 AND id = ?2", what, *id)
                     .step();
}

// Before its rows are deleted: takes them off the counts of those who were told.
void uncount(sqlite::connection& db, sqlite::statement told) {
    while (told.step()) {
        const auto user_id = told.integer(0), all = told.integer(1), unread = told.integer(2);
        db.run(
            "UPDATE notifications_counts SET total = total - ?2, unread = unread - ?3 "
            "WHERE user_id = ?1",
            user_id, all, unread);
    }
}

}  // namespace

store::added store::add(sqlite::connection& db, const new_notification& n) {
    const auto kind = told_kind(preferences_of(db, n.user_id), n);
    if (!kind || is_gone(db, "article", n.article_id) || is_gone(db, "comment", n.comment_id))
        return {};
    if (is_account_gone(db, n.user_id) || is_account_gone(db, n.actor_id)) return {};
    std::optional<std::string_view> slug, title;
    if (n.article) {
        slug = n.article->slug;
        title = n.article->title;
    }
    const auto added = db.run(
        "INSERT INTO notifications_notifications (user_id, kind, actor_id, actor_username, "
        "article_id, article_slug, article_title, comment_id, created_at, source, source_event) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING",
        n.user_id, describe::enum_to_string(*kind, ""), n.actor_id, n.actor_username, n.article_id,
        slug, title, n.comment_id, n.created_at, n.source, n.source_event);
    if (added == 0) return {};
    const auto id = db.last_insert_rowid();
    db.run(
        "INSERT INTO notifications_counts (user_id, total, unread) VALUES (?1, 1, 1) "
        "ON CONFLICT (user_id) DO UPDATE SET total = total + 1, unread = unread + 1",
        n.user_id);
    const auto queued = db.run(
        "INSERT INTO notifications_deliveries (user_id, notification_id, next_at) "
        "SELECT user_id, ?2, ?3 FROM notifications_webhooks WHERE user_id = ?1 AND "
        "(SELECT count(*) FROM notifications_deliveries WHERE user_id = ?1) < ?4",
        n.user_id, id, n.created_at, deliveries_waiting_max);
    return {true, queued > 0};
}

void store::rename_article(sqlite::connection& db, const posts::article_ref& article) {
    db.run(
        "UPDATE notifications_notifications SET article_slug = ?2, article_title = ?3 "
        "WHERE article_id = ?1 AND (article_slug <> ?2 OR article_title <> ?3)",
        article.id, article.slug, article.title);
}

void store::remove_article(sqlite::connection& db, std::int64_t id) {
    uncount(db, db.query("SELECT user_id, count(*), count(*) FILTER (WHERE read_at IS NULL) "
                         "FROM notifications_notifications WHERE article_id = ?1 GROUP BY user_id",
                         id));
    db.run(
        "DELETE FROM notifications_deliveries WHERE notification_id IN "
        "(SELECT id FROM notifications_notifications WHERE article_id = ?1)",
        id);
    db.run("DELETE FROM notifications_notifications WHERE article_id = ?1", id);
    db.run(
        "INSERT INTO notifications_gone (what, id) VALUES ('article', ?1) ON CONFLICT DO NOTHING",
        id);
}

void store::remove_comment(sqlite::connection& db, std::int64_t id) {
    uncount(db, db.query("SELECT user_id, count(*), count(*) FILTER (WHERE read_at IS NULL) "
                         "FROM notifications_notifications WHERE comment_id = ?1 GROUP BY user_id",
                         id));
    db.run(
        "DELETE FROM notifications_deliveries WHERE notification_id IN "
        "(SELECT id FROM notifications_notifications WHERE comment_id = ?1)",
        id);
    db.run("DELETE FROM notifications_notifications WHERE comment_id = ?1", id);
    db.run(
        "INSERT INTO notifications_gone (what, id) VALUES ('comment', ?1) ON CONFLICT DO NOTHING",
        id);
}

void store::forget_ends(sqlite::connection& db, std::string_view what) {
    db.run("DELETE FROM notifications_gone WHERE what = ?1", what);
}

void store::keep_actor(sqlite::connection& db, const users::profile& p) {
    if (is_account_gone(db, p.id)) return;
    db.run(
        "INSERT INTO notifications_actors (id, username, bio, image, version) "
        "VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (id) DO UPDATE SET username = excluded.username, bio = excluded.bio, "
        "image = excluded.image, version = excluded.version WHERE excluded.version > version",
        p.id, p.username, p.bio, p.image, p.version);
}

}  // namespace cleave::notifications
