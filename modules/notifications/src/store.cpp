#include "store.hpp"

#include "store_rows.hpp"

namespace cleave::notifications {

namespace {

std::vector<notification> read_all(sqlite::statement rows) {
    std::vector<notification> all;
    while (rows.step()) all.push_back(read_notification(rows));
    return all;
}

}  // namespace

notification read_notification(const sqlite::statement& row, int first) {
    notification n;
    n.id = row.integer(first);
    const std::string kind(row.text(first + 1));
    describe::enum_from_string(kind.c_str(), n.kind);
    n.created_at = row.time(first + 2);
    if (!row.is_null(first + 3)) n.read_at = row.time(first + 3);
    n.actor.id = row.integer(first + 4);
    n.actor.username = row.text(first + 5);
    n.actor.bio = row.optional_text(first + 6);
    n.actor.image = row.optional_text(first + 7);
    if (!row.is_null(first + 8))
        n.article =
            article_link{std::string(row.text(first + 8)), std::string(row.text(first + 9))};
    if (!row.is_null(first + 10)) n.comment_id = row.integer(first + 10);
    return n;
}

preferences preferences_of(sqlite::connection& db, std::int64_t user_id) {
    auto row = db.query(
        "SELECT comment, mention, follow, favorite FROM notifications_preferences "
        "WHERE user_id = ?1",
        user_id);
    if (!row.step()) return {};
    return {row.integer(0) != 0, row.integer(1) != 0, row.integer(2) != 0, row.integer(3) != 0};
}

result<page> store::list(const query_context& context, std::int64_t user_id,
                         const list_request& r) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        page out;
        auto counts =
            db.query("SELECT total, unread FROM notifications_counts WHERE user_id = ?1", user_id);
        if (!counts.step()) return out;
        out.unread = counts.integer(1);
        out.total = r.unread ? out.unread : counts.integer(0);
        if (r.unread)
            out.notifications = read_all(
                db.query("SELECT n.id, n.kind, n.created_at, n.read_at, n.actor_id, "
                         "coalesce(a.username, n.actor_username), a.bio, a.image, n.article_slug, "
                         "n.article_title, n.comment_id "
                         "FROM notifications_notifications n LEFT JOIN notifications_actors a "
                         "ON a.id = n.actor_id WHERE n.user_id = ?1 AND n.read_at IS NULL "
                         "ORDER BY n.id DESC LIMIT ?2 OFFSET ?3",
                         user_id, r.limit, r.offset));
        else
            out.notifications = read_all(db.query(
                "SELECT n.id, n.kind, n.created_at, n.read_at, n.actor_id, "
                "coalesce(a.username, n.actor_username), a.bio, a.image, n.article_slug, "
                "n.article_title, n.comment_id "
                "FROM notifications_notifications n LEFT JOIN notifications_actors a "
                "ON a.id = n.actor_id WHERE n.user_id = ?1 ORDER BY n.id DESC LIMIT ?2 OFFSET ?3",
                user_id, r.limit, r.offset));
        return out;
    });
}

result<news> store::since(const query_context& context, std::int64_t user_id, std::int64_t after,
                          std::int64_t limit) {
    return given_.store.try_read(context.deadline, [&](sqlite::connection& db) {
        news out;
        auto last =
            db.query("SELECT max(id) FROM notifications_notifications WHERE user_id = ?1", user_id);
        if (last.step()) out.last_id = last.integer(0);
        out.notifications = read_all(db.query(
            "SELECT n.id, n.kind, n.created_at, n.read_at, n.actor_id, "
            "coalesce(a.username, n.actor_username), a.bio, a.image, n.article_slug, "
            "n.article_title, n.comment_id "
            "FROM notifications_notifications n LEFT JOIN notifications_actors a "
            "ON a.id = n.actor_id WHERE n.user_id = ?1 AND n.id > ?2 ORDER BY n.id LIMIT ?3",
            user_id, after, limit));
        return out;
    });
}

result<preferences> store::get_preferences(const query_context& context, std::int64_t user_id) {
    return given_.store.try_read(
        context.deadline, [&](sqlite::connection& db) { return preferences_of(db, user_id); });
}

task<nothing> store::mark_read(command_context context, std::int64_t id) {
    auto job = [id, user_id = context.caller.user_id,
                now = given_.clock.now()](sqlite::connection& db) -> result<nothing> {
        const auto newly = db.run(
            "UPDATE notifications_notifications SET read_at = ?3 "
            "WHERE id = ?1 AND user_id = ?2 AND read_at IS NULL",
            id, user_id, now);
        db.run("UPDATE notifications_counts SET unread = unread - ?2 WHERE user_id = ?1", user_id,
               newly);
        const bool is_there =
            newly > 0 ||
            db.query("SELECT 1 FROM notifications_notifications WHERE id = ?1 AND user_id = ?2", id,
                     user_id)
                .step();
        if (!is_there) return fail(errc::not_found, "notification", "not found");
        return nothing{};
    };
    return given_.store.writer().submit<nothing>(context, std::move(job));
}

task<nothing> store::mark_all_read(command_context context) {
    auto job = [user_id = context.caller.user_id,
                now = given_.clock.now()](sqlite::connection& db) -> result<nothing> {
        db.run(
            "UPDATE notifications_notifications SET read_at = ?2 "
            "WHERE user_id = ?1 AND read_at IS NULL",
            user_id, now);
        db.run("UPDATE notifications_counts SET unread = 0 WHERE user_id = ?1", user_id);
        return nothing{};
    };
    return given_.store.writer().submit<nothing>(context, std::move(job));
}

task<preferences> store::set_preferences(command_context context, preference_changes changes) {
    auto job = [changes,
                user_id = context.caller.user_id](sqlite::connection& db) -> result<preferences> {
        if (is_account_gone(db, user_id)) return fail(errc::unauthenticated, "token", "is invalid");
        const auto p = changed(preferences_of(db, user_id), changes);
        db.run(
            "INSERT INTO notifications_preferences (user_id, comment, mention, follow, favorite) "
            "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (user_id) DO UPDATE SET "
            "comment = excluded.comment, mention = excluded.mention, follow = excluded.follow, "
            "favorite = excluded.favorite",
            user_id, p.comment, p.mention, p.follow, p.favorite);
        return p;
    };
    return given_.store.writer().submit<preferences>(context, std::move(job));
}

}  // namespace cleave::notifications
