// The end of an account.
#include "store.hpp"
#include "store_rows.hpp"

namespace cleave::notifications {

namespace {

constexpr std::int64_t notifications_a_job = 1'000;

// Those it was told, and those that it caused. True: that was the last of them.
bool remove_notifications(sqlite::connection& db, std::int64_t id) {
    struct told {
        std::int64_t id, user_id;
        bool unread;
    };
    std::vector<told> some;
    {
        auto rows = db.query(
            "SELECT id, user_id, read_at IS NULL FROM notifications_notifications "
            "WHERE user_id = ?1 UNION SELECT id, user_id, read_at IS NULL "
            "FROM notifications_notifications WHERE actor_id = ?1 LIMIT ?2",
            id, notifications_a_job);
        while (rows.step())
            some.push_back({rows.integer(0), rows.integer(1), rows.integer(2) != 0});
    }
    for (const auto& n : some) {
        db.run("DELETE FROM notifications_deliveries WHERE notification_id = ?1", n.id);
        db.run("DELETE FROM notifications_notifications WHERE id = ?1", n.id);
        db.run(
            "UPDATE notifications_counts SET total = total - 1, unread = unread - ?2 "
            "WHERE user_id = ?1",
            n.user_id, n.unread);
    }
    return some.size() < static_cast<std::size_t>(notifications_a_job);
}

}  // namespace

bool is_account_gone(sqlite::connection& db, std::int64_t id) {
    return db.query("SELECT 1 FROM notifications_gone WHERE what = 'user' AND id = ?1", id).step();
}

bool store::erase_account(sqlite::connection& db, std::int64_t id) {
    db.run("INSERT INTO notifications_gone (what, id) VALUES ('user', ?1) ON CONFLICT DO NOTHING",
           id);
    if (!remove_notifications(db, id)) return false;
    db.run("DELETE FROM notifications_counts WHERE user_id = ?1", id);
    db.run("DELETE FROM notifications_actors WHERE id = ?1", id);
    db.run("DELETE FROM notifications_preferences WHERE user_id = ?1", id);
    db.run("DELETE FROM notifications_webhooks WHERE user_id = ?1", id);
    db.run("DELETE FROM notifications_deliveries WHERE user_id = ?1", id);
    const auto scopes = fmt::format("*:{}", id);
    db.run("DELETE FROM notifications_answers WHERE scope GLOB ?1", scopes);
    db.run(
        "DELETE FROM notifications_parked WHERE feed = 'users' AND key = ?1 "
        "AND kind <> 'account_erased'",
        id);
    db.run(
        "DELETE FROM notifications_parked WHERE kind = 'comment_written' "
        "AND json_extract(body, '$.author_id') = ?1",
        id);
    return true;
}

}  // namespace cleave::notifications
