#include <events/tables.hpp>

namespace cleave::events {

namespace {

// AUTOINCREMENT, since a plain rowid is used again after its row is deleted.
constexpr std::string_view tables = R"sql(
CREATE TABLE IF NOT EXISTS {0}_outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS {0}_cursors (
    feed TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS {0}_parked (
    feed TEXT NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (feed, key, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS {0}_answers (
    key BLOB NOT NULL,
    scope TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (key, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS {0}_answers_at ON {0}_answers (at);
CREATE TABLE IF NOT EXISTS {0}_feed (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch INTEGER NOT NULL,
    began_after INTEGER NOT NULL,
    trimmed_to INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS {0}_consumers (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// Columns that the first release did not have.
struct added_column {
    std::string_view table, name, declaration;
};
constexpr added_column added_columns[] = {
    {"outbox", "passing", "INTEGER NOT NULL DEFAULT 0"},
    {"outbox", "trace", "TEXT"},                         // NULL: of no request that is recorded
    {"cursors", "epoch", "INTEGER NOT NULL DEFAULT 0"},  // 0: not known yet
    {"parked", "parked_at", "INTEGER NOT NULL DEFAULT 0"},
    {"parked", "attempts", "INTEGER NOT NULL DEFAULT 0"},
    {"parked", "error", "TEXT NOT NULL DEFAULT ''"},
};

// As large as JSON's numbers keep exactly, and never 0.
constexpr std::string_view random_epoch = "(random() & 0x1fffffffffffff) | 1";

std::string named(std::string_view sql, std::string_view module) {
    return fmt::format(fmt::runtime(sql), module);
}

}  // namespace

void make_event_tables(sqlite::connection& db, std::string_view module) {
    db.run_script(named(tables, module));
    for (const auto& c : added_columns) {
        const auto table = fmt::format("{}_{}", module, c.table);
        const bool there =
            db.query("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", table, c.name).step();
        if (!there)
            db.run_script(
                fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table, c.name, c.declaration));
    }
    db.run_script(
        fmt::format("INSERT OR IGNORE INTO {}_feed VALUES (1, {}, 0, 0)", module, random_epoch));
}

event_sql::event_sql(std::string_view module) {
    const auto sql = [module](std::string_view text) { return named(text, module); };
    append =
        sql("INSERT INTO {0}_outbox (kind, key, at, body, passing, trace) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    read_feed =
        sql("SELECT id, kind, key, at, body, trace FROM {0}_outbox WHERE id > ?1 "
            "ORDER BY id LIMIT ?2");
    read_window =
        sql("SELECT id, at FROM {0}_outbox WHERE id > ?1 AND id <= ?2 "
            "ORDER BY id LIMIT ?3");
    drop_passing = sql("DELETE FROM {0}_outbox WHERE id > ?1 AND id <= ?2 AND passing");
    // Ids are given out in order and never again, so this is the last one, were it dropped since.
    read_head =
        sql("SELECT coalesce((SELECT seq FROM sqlite_sequence "
            "WHERE name = '{0}_outbox'), 0)");
    read_self = sql("SELECT epoch, began_after, trimmed_to FROM {0}_feed");
    move_trimmed = sql("UPDATE {0}_feed SET trimmed_to = ?1");
    renew_epoch =
        fmt::format("UPDATE {}_feed SET epoch = {}, began_after = ?1", module, random_epoch);
    read_consumers = sql("SELECT name, position, seen_at FROM {0}_consumers");
    keep_consumer =
        sql("INSERT INTO {0}_consumers VALUES (?1, ?2, ?3) ON CONFLICT (name) "
            "DO UPDATE SET position = excluded.position, seen_at = excluded.seen_at");
    forget_consumers = sql("DELETE FROM {0}_consumers WHERE seen_at < ?1");
    read_cursor = sql("SELECT position, epoch FROM {0}_cursors WHERE feed = ?1");
    move_cursor =
        sql("INSERT INTO {0}_cursors (feed, position, epoch) VALUES (?1, ?2, ?3) "
            "ON CONFLICT (feed) DO UPDATE SET position = excluded.position, "
            "epoch = excluded.epoch");
    adopt_epoch =
        sql("UPDATE {0}_cursors SET epoch = ?3 WHERE feed = ?1 AND epoch = ?2 "
            "AND position <= ?4");
    park =
        sql("INSERT INTO {0}_parked (feed, id, kind, key, at, body, parked_at, attempts, error) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    is_parked = sql("SELECT 1 FROM {0}_parked WHERE feed = ?1 AND key = ?2 LIMIT 1");
    forget_parked = sql("DELETE FROM {0}_parked WHERE feed = ?1");
    count_parked = sql("SELECT count(*) FROM {0}_parked");
    list_parked =
        sql("SELECT feed, id, kind, key, at, parked_at, attempts, error FROM {0}_parked "
            "WHERE (?1 IS NULL OR feed = ?1) AND (?2 IS NULL OR id = ?2) "
            "ORDER BY feed, key, id LIMIT ?3");
    parked_keys =
        sql("SELECT DISTINCT feed, key FROM {0}_parked "
            "WHERE (?1 IS NULL OR feed = ?1) AND (?2 IS NULL OR id = ?2) "
            "ORDER BY feed, key");
    first_parked =
        sql("SELECT id, kind, at, body FROM {0}_parked WHERE feed = ?1 AND key = ?2 "
            "ORDER BY id LIMIT 1");
    unpark = sql("DELETE FROM {0}_parked WHERE feed = ?1 AND key = ?2 AND id = ?3");
    blame =
        sql("UPDATE {0}_parked SET attempts = attempts + 1, error = ?4 "
            "WHERE feed = ?1 AND key = ?2 AND id = ?3");
    recall = sql("SELECT body FROM {0}_answers WHERE key = ?1 AND scope = ?2");
    remember = sql("INSERT INTO {0}_answers (key, scope, at, body) VALUES (?1, ?2, ?3, ?4)");
    forget = sql("DELETE FROM {0}_answers WHERE at < ?1");
}

}  // namespace cleave::events
