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
)sql";

std::string named(std::string_view sql, std::string_view module) {
    return fmt::format(fmt::runtime(sql), module);
}

}  // namespace

event_sql::event_sql(std::string_view module)
    : create_tables(named(tables, module)),
      append(named("INSERT INTO {0}_outbox (kind, key, at, body) VALUES (?1, ?2, ?3, ?4)", module)),
      read_feed(named("SELECT id, kind, key, at, body FROM {0}_outbox WHERE id > ?1 "
                      "ORDER BY id LIMIT ?2",
                      module)),
      read_cursor(named("SELECT position FROM {0}_cursors WHERE feed = ?1", module)),
      move_cursor(named("INSERT INTO {0}_cursors (feed, position) VALUES (?1, ?2) "
                        "ON CONFLICT (feed) DO UPDATE SET position = excluded.position",
                        module)),
      park(named("INSERT INTO {0}_parked (feed, id, kind, key, at, body) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                 module)),
      is_parked(named("SELECT 1 FROM {0}_parked WHERE feed = ?1 AND key = ?2 LIMIT 1", module)),
      recall(named("SELECT body FROM {0}_answers WHERE key = ?1 AND scope = ?2", module)),
      remember(
          named("INSERT INTO {0}_answers (key, scope, at, body) VALUES (?1, ?2, ?3, ?4)", module)),
      forget(named("DELETE FROM {0}_answers WHERE at < ?1", module)) {
}

}  // namespace cleave::events
