#include "store.hpp"

namespace cleave::notifications {

namespace {

notification read_notification(const sqlite::statement& row) {
    notification n;
    n.id = row.integer(0);
    const std::string kind(row.text(1));
    describe::enum_from_string(kind.c_str(), n.kind);
    n.created_at = row.time(2);
    if (!row.is_null(3)) n.read_at = row.time(3);
    n.actor.id = row.integer(4);
    n.actor.username = row.text(5);
    n.actor.bio = row.optional_text(6);
    n.actor.image = row.optional_text(7);
    if (!row.is_null(8))
        n.article = article_link{std::string(row.text(8)), std::string(row.text(9))};
    if (!row.is_null(10)) n.comment_id = row.integer(10);
    return n;
}

}  // namespace

void store::keep_actor(sqlite::connection& db, const users::profile& p) {
    db.run(
        "INSERT INTO notifications_actors (id, username, bio, image, version) "
        "VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (id) DO UPDATE SET username = excluded.username, bio = excluded.bio, "
        "image = excluded.image, version = excluded.version WHERE excluded.version > version",
        p.id, p.username, p.bio, p.image, p.version);
}

void store::add(sqlite::connection& db, const new_notification& n) {
    std::optional<std::string_view> slug, title;
    if (n.article) {
        slug = n.article->slug;
        title = n.article->title;
    }
    const auto added = db.run(
        "INSERT INTO notifications_notifications (user_id, kind, actor_id, actor_username, "
        "article_slug, article_title, comment_id, created_at, source, source_event) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
        "ON CONFLICT (source, source_event, user_id) DO NOTHING",
        n.user_id, describe::enum_to_string(n.kind, ""), n.actor_id, n.actor_username, slug, title,
        n.comment_id, n.created_at, n.source, n.source_event);
    if (added == 0) return;
    db.run(
        "INSERT INTO notifications_counts (user_id, total, unread) VALUES (?1, 1, 1) "
        "ON CONFLICT (user_id) DO UPDATE SET total = total + 1, unread = unread + 1",
        n.user_id);
}

result<page> store::list(const query_context& context, std::int64_t user_id, std::int64_t limit,
                         std::int64_t offset) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        page out;
        auto counts =
            db.query("SELECT total, unread FROM notifications_counts WHERE user_id = ?1", user_id);
        if (!counts.step()) return out;
        out.total = counts.integer(0);
        out.unread = counts.integer(1);
        auto rows = db.query(
            "SELECT n.id, n.kind, n.created_at, n.read_at, n.actor_id, "
            "coalesce(a.username, n.actor_username), a.bio, a.image, n.article_slug, "
            "n.article_title, n.comment_id "
            "FROM notifications_notifications n LEFT JOIN notifications_actors a "
            "ON a.id = n.actor_id WHERE n.user_id = ?1 ORDER BY n.id DESC LIMIT ?2 OFFSET ?3",
            user_id, limit, offset);
        while (rows.step()) out.notifications.push_back(read_notification(rows));
        return out;
    });
}

}  // namespace cleave::notifications
