#pragma once
// A module that does nothing but publish what it is told and note what it hears.
#include <base/io_threads.hpp>
#include <events/once.hpp>
#include <support/callers.hpp>
#include <support/deliver.hpp>
#include <support/eventually.hpp>
#include <support/scratch_platform.hpp>

namespace cleave::test {

inline const sqlite::migration_list tested_schema{
    "tested",
    {{"0001_notes",
      "CREATE TABLE tested_notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"}}};

struct said {
    static constexpr const char* kind = "said";
    std::string text{};
};
BOOST_DESCRIBE_STRUCT(said, (), (text))

inline result<nothing> publish(scratch_platform& p, std::int64_t key, const std::string& text) {
    return p.write([&p, key, text](sqlite::connection& db) {
        p.outbox.append(db, key, p.clock.now(), said{text});
    });
}

inline void note(sqlite::connection& db, const std::string& text) {
    db.run("INSERT INTO tested_notes (text) VALUES (?1)", text);
}

// What was noted, in order, each followed by a space.
inline std::string notes(scratch_platform& p) {
    return p.store.read(steady_time::max(), [](sqlite::connection& db) {
        std::string all;
        auto rows = db.query("SELECT text FROM tested_notes ORDER BY id");
        while (rows.step()) all.append(rows.text(0)).append(" ");
        return all;
    });
}

// The keys of the events that were parked, in order.
inline std::vector<std::int64_t> parked(scratch_platform& p) {
    return p.store.read(steady_time::max(), [](sqlite::connection& db) {
        std::vector<std::int64_t> keys;
        auto rows = db.query("SELECT key FROM tested_parked ORDER BY id");
        while (rows.step()) keys.push_back(rows.integer(0));
        return keys;
    });
}

// As after a start on the same database. The writer tells every outbox of its commits until it
// stops, so this one is kept.
inline events::outbox& restarted(scratch_platform& p) {
    static std::vector<std::unique_ptr<events::outbox>> kept;
    return *kept.emplace_back(std::make_unique<events::outbox>(p.store));
}

}  // namespace cleave::test
