// Webhooks and what is on its way to them.
#include <events/once.hpp>

#include "store.hpp"
#include "store_rows.hpp"

namespace cleave::notifications {

namespace {

constexpr std::int64_t due_max = 16;

std::optional<webhook> find_webhook(sqlite::connection& db, std::int64_t user_id) {
    auto row = db.query(
        "SELECT url, last_delivered_at, (SELECT count(*) FROM notifications_deliveries "
        "WHERE user_id = ?1 AND next_at IS NOT NULL), (SELECT last_error "
        "FROM notifications_deliveries WHERE user_id = ?1 AND next_at IS NOT NULL "
        "AND last_error IS NOT NULL ORDER BY last_at DESC LIMIT 1) "
        "FROM notifications_webhooks WHERE user_id = ?1",
        user_id);
    if (!row.step()) return std::nullopt;
    webhook out;
    out.url = row.text(0);
    if (!row.is_null(1)) out.last_delivered_at = row.time(1);
    out.waiting = row.integer(2);
    out.last_error = row.optional_text(3);
    auto failed = db.query(
        "SELECT id, notification_id, attempts, last_at, last_error FROM notifications_deliveries "
        "WHERE user_id = ?1 AND next_at IS NULL ORDER BY id DESC LIMIT ?2",
        user_id, deliveries_given_up_max);
    while (failed.step())
        out.given_up.push_back({failed.integer(0), failed.integer(1), failed.integer(2),
                                failed.time(3), std::string(failed.text(4))});
    return out;
}

}  // namespace

result<std::optional<webhook>> store::get_webhook(const query_context& context,
                                                  std::int64_t user_id) {
    return given_.store.try_read(context.deadline,
                                 [&](sqlite::connection& db) { return find_webhook(db, user_id); });
}

// With a key the same answer is given again: the secret may have been made up for the first.
task<webhook> store::set_webhook(command_context context, std::string url, std::string secret) {
    auto job = [this, context, url = std::move(url),
                secret = std::move(secret)](sqlite::connection& db) -> result<webhook> {
        const events::once once{given_.outbox, context, "set_webhook", given_.clock.now()};
        return once(db, [&]() -> result<webhook> {
            if (is_account_gone(db, context.caller.user_id))
                return fail(errc::unauthenticated, "token", "is invalid");
            db.run(
                "INSERT INTO notifications_webhooks (user_id, url, secret) VALUES (?1, ?2, ?3) "
                "ON CONFLICT (user_id) DO UPDATE SET url = excluded.url, secret = excluded.secret",
                context.caller.user_id, url, secret);
            auto out = *find_webhook(db, context.caller.user_id);
            out.secret = secret;
            return out;
        });
    };
    return given_.store.writer().submit<webhook>(context, std::move(job));
}

task<nothing> store::remove_webhook(command_context context) {
    auto job = [user_id = context.caller.user_id](sqlite::connection& db) -> result<nothing> {
        db.run("DELETE FROM notifications_webhooks WHERE user_id = ?1", user_id);
        db.run("DELETE FROM notifications_deliveries WHERE user_id = ?1", user_id);
        return nothing{};
    };
    return given_.store.writer().submit<nothing>(context, std::move(job));
}

result<due_deliveries> store::due(timestamp now) {
    return given_.store.try_read(steady_time::max(), [&](sqlite::connection& db) {
        due_deliveries out;
        auto rows = db.query(
            "SELECT d.id, d.user_id, d.attempts, w.url, w.secret, n.id, n.kind, n.created_at, "
            "n.read_at, n.actor_id, coalesce(a.username, n.actor_username), a.bio, a.image, "
            "n.article_slug, n.article_title, n.comment_id FROM (SELECT min(id) AS id, "
            "min(next_at) AS since FROM notifications_deliveries WHERE next_at <= ?1 "
            "GROUP BY user_id ORDER BY since LIMIT ?2) f "
            "JOIN notifications_deliveries d ON d.id = f.id "
            "JOIN notifications_webhooks w ON w.user_id = d.user_id "
            "JOIN notifications_notifications n ON n.id = d.notification_id "
            "LEFT JOIN notifications_actors a ON a.id = n.actor_id ORDER BY f.since",
            now, due_max);
        while (rows.step())
            out.now.push_back({rows.integer(0), rows.integer(1), static_cast<int>(rows.integer(2)),
                               std::string(rows.text(3)), std::string(rows.text(4)),
                               read_notification(rows, 5)});
        auto next =
            db.query("SELECT min(next_at) FROM notifications_deliveries WHERE next_at > ?1", now);
        if (next.step() && !next.is_null(0)) out.next_at = next.time(0);
        return out;
    });
}

task<nothing> store::delivered(const delivery& d) {
    auto job = [id = d.id, user_id = d.user_id,
                now = given_.clock.now()](sqlite::connection& db) -> result<nothing> {
        db.run("DELETE FROM notifications_deliveries WHERE id = ?1", id);
        db.run("UPDATE notifications_webhooks SET last_delivered_at = ?2 WHERE user_id = ?1",
               user_id, now);
        return nothing{};
    };
    return given_.store.writer().submit<nothing>(steady_time::max(), std::move(job));
}

task<nothing> store::not_delivered(const delivery& d, std::string error,
                                   std::optional<timestamp> next_at) {
    auto job = [id = d.id, user_id = d.user_id, error = std::move(error), next_at,
                now = given_.clock.now()](sqlite::connection& db) -> result<nothing> {
        db.run(
            "UPDATE notifications_deliveries SET attempts = attempts + 1, next_at = ?2, "
            "last_at = ?3, last_error = ?4 WHERE id = ?1",
            id, next_at, now, error);
        if (!next_at)
            db.run(
                "DELETE FROM notifications_deliveries WHERE user_id = ?1 AND next_at IS NULL AND "
                "id NOT IN (SELECT id FROM notifications_deliveries WHERE user_id = ?1 "
                "AND next_at IS NULL ORDER BY id DESC LIMIT ?2)",
                user_id, deliveries_given_up_max);
        return nothing{};
    };
    return given_.store.writer().submit<nothing>(steady_time::max(), std::move(job));
}

}  // namespace cleave::notifications
