#pragma once
// A module's schema, as numbered steps embedded in the binary (modules/<name>/migrations/*.sql).
//
// Each step runs in a transaction of its own together with its row in <module>_migrations.
// Migrations only expand. A database that has steps this binary does not know is opened as long as
// its own minimum reader is not above what this binary knows; else it is refused with a sentence
// that says which version is needed. A breaking step raises the minimum itself, to its own number
// or below: "UPDATE posts_minimum_reader SET version = 7;".
#include <sqlite/connection.hpp>
#include <string_view>
#include <vector>

namespace cleave::sqlite {

struct migration {
    std::string_view name;  // "0001_articles": the leading number is the version
    std::string_view sql;
};
struct migration_list {
    std::string_view module;
    std::vector<migration> steps;
};

// Brings the database up to date. Throws std::runtime_error where it is too new, where a step that
// was applied has changed since (by checksum), or where steps are not numbered 1, 2, 3 …; and
// sqlite::error, which names the step, where its SQL fails: that step is undone, earlier ones stay.
void migrate(connection& db, const migration_list& list);

// Whether they were all applied, so that this binary may read it. Throws std::runtime_error where
// the database is too new, and sqlite::error.
bool has_all_steps(connection& db, const migration_list& list);

}  // namespace cleave::sqlite
