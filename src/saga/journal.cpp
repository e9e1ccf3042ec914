#include <base/encoding.hpp>
#include <saga/journal.hpp>
#include <stdexcept>
#include <telemetry/log.hpp>

namespace cleave::saga {

namespace {

constexpr std::string_view table = R"sql(
CREATE TABLE IF NOT EXISTS {0}_sagas (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL,
    subject INTEGER NOT NULL,
    state TEXT NOT NULL,
    back INTEGER NOT NULL,
    position INTEGER NOT NULL,
    reached INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    bugs INTEGER NOT NULL,
    error TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS {0}_sagas_unfinished ON {0}_sagas (number)
    WHERE state IN ('running', 'undoing');
)sql";

// Its first step is done by whoever begins it.
constexpr progress at_its_begin{.position = 1, .reached = 1};

std::string named(std::string_view sql, std::string_view module) {
    return fmt::format(fmt::runtime(sql), module);
}

const char* name_of(saga_state s) {
    return describe::enum_to_string(s, "");
}

constexpr std::string_view columns =
    "id, plan, subject, state, back, position, reached, attempts, bugs, error, begun_at, "
    "changed_at";

record read_row(const sqlite::statement& row) {
    record r;
    r.id = row.text(0);
    auto what = decode<plan>(row.text(1));
    if (!what) throw std::runtime_error("unreadable plan of a saga: " + what.error().detail);
    r.plan = std::move(*what);
    r.subject = row.integer(2);
    const std::string state(row.text(3));
    describe::enum_from_string(state.c_str(), r.at.state);
    r.at.back = row.integer(4) != 0;
    r.at.position = row.integer(5);
    r.at.reached = row.integer(6);
    r.attempts = row.integer(7);
    r.bugs = row.integer(8);
    r.error = row.text(9);
    r.begun_at = row.time(10);
    r.changed_at = row.time(11);
    return r;
}

}  // namespace

journal::journal(events::outbox& own, const wall_clock& clock)
    : store_(own.store()), clock_(clock) {
    const auto sql = [this](std::string_view text) { return named(text, store_.module()); };
    insert_ =
        sql("INSERT INTO {0}_sagas (id, plan, subject, state, back, position, reached, attempts, "
            "bugs, error, begun_at, changed_at) "
            "VALUES (?1, ?2, ?3, ?4, 0, 1, 1, 0, 0, '', ?5, ?5)");
    find_ = fmt::format("SELECT {} FROM {}_sagas WHERE id = ?1", columns, store_.module());
    list_ = fmt::format("SELECT {} FROM {}_sagas ORDER BY number DESC LIMIT ?1", columns,
                        store_.module());
    unfinished_ =
        sql("SELECT id FROM {0}_sagas WHERE state IN ('running', 'undoing') "
            "ORDER BY number LIMIT ?1");
    move_ =
        sql("UPDATE {0}_sagas SET state = ?4, back = ?5, position = ?6, reached = ?7, "
            "attempts = 0, bugs = 0, error = CASE WHEN ?8 THEN error ELSE '' END, changed_at = ?9 "
            "WHERE id = ?1 AND state = ?2 AND position = ?3");
    fail_ =
        sql("UPDATE {0}_sagas SET attempts = attempts + 1, bugs = bugs + ?4, error = ?2, "
            "changed_at = ?3 WHERE id = ?1");
    forget_ =
        sql("DELETE FROM {0}_sagas WHERE state IN ('completed', 'undone') AND changed_at < ?1");
    store_.writer().on_commit([this] {
        if (changing_.exchange(false)) changed_.raise();
    });
    if (!store_.is_owned_here()) return;
    const auto made =
        store_.writer().submit_blocking<nothing>([&](sqlite::connection& db) -> result<nothing> {
            db.run_script(sql(table));
            return nothing{};
        });
    if (!made)
        throw std::runtime_error("the table of sagas could not be made: " + made.error().detail);
}

result<record> journal::begin(sqlite::connection& db, const std::string& id, const plan& what,
                              std::int64_t subject) const {
    const auto now = clock_.now();
    const std::string text = encode(what);
    db.run(forget_, now.unix_ms - sagas_kept_ms);
    db.run(insert_, id, text, subject, name_of(saga_state::running), now);
    if (within_) {
        if (auto done = run_all(db, id, what, subject); !done) return fail(std::move(done.error()));
    } else {
        changing_.store(true);  // An undone job wakes the orchestrator in vain, which is harmless.
    }
    auto row = db.query(find_, id);
    row.step();
    return read_row(row);
}

// What fails for good is a bug here as much as one that is thrown: there is no other process that
// could be of an older release, and nobody to wait for.
result<void> journal::run_all(sqlite::connection& db, const std::string& id, const plan& what,
                              std::int64_t subject) const {
    progress at = at_its_begin;
    while (!is_over(at.state)) {
        const auto number = current_step(at);
        const step& next = what.steps.at(static_cast<std::size_t>(number));
        const auto done = within_(db, next.module, {id, number, next.action, subject});
        if (!done && is_temporary(done.error().code)) return fail(done.error());
        if (!done) {
            log::error("saga", "{} {}: step {} ({} {}) failed, and nothing is done: {} {}",
                       what.kind, id, number, next.module, next.action, done.error().subject,
                       done.error().detail);
            return fail(problem{});
        }
        at = after_success(at, what);
    }
    db.run(move_, id, name_of(saga_state::running), at_its_begin.position, name_of(at.state),
           at.back, at.position, at.reached, false, clock_.now());
    return {};
}

result<std::optional<record>> journal::find(std::string id) const {
    return store_.try_read(steady_time::max(),
                           [&](sqlite::connection& db) -> std::optional<record> {
                               auto row = db.query(find_, id);
                               if (!row.step()) return std::nullopt;
                               return read_row(row);
                           });
}

result<std::vector<std::string>> journal::unfinished(std::int64_t limit) const {
    return store_.try_read(steady_time::max(), [&](sqlite::connection& db) {
        std::vector<std::string> out;
        auto rows = db.query(unfinished_, limit);
        while (rows.step()) out.emplace_back(rows.text(0));
        return out;
    });
}

result<std::vector<record>> journal::list() const {
    return store_.try_read(steady_time::max(), [&](sqlite::connection& db) {
        std::vector<record> out;
        auto rows = db.query(list_, sagas_listed_max);
        while (rows.step()) out.push_back(read_row(rows));
        return out;
    });
}

// What it failed of stays to be seen while it goes back.
task<nothing> journal::move(record from, progress to) const {
    std::move_only_function<result<nothing>(sqlite::connection&)> job =
        [this, from = std::move(from), to](sqlite::connection& db) -> result<nothing> {
        const bool keeps_error = to.back || to.state == saga_state::stuck;
        db.run(move_, from.id, name_of(from.at.state), from.at.position, name_of(to.state), to.back,
               to.position, to.reached, keeps_error, clock_.now());
        return nothing{};
    };
    return store_.writer().submit<nothing>(steady_time::max(), std::move(job));
}

task<nothing> journal::note_failure(std::string id, std::string error, bool is_bug) const {
    std::move_only_function<result<nothing>(sqlite::connection&)> job =
        [this, id = std::move(id), error = std::move(error),
         is_bug](sqlite::connection& db) -> result<nothing> {
        db.run(fail_, id, error, clock_.now(), is_bug);
        return nothing{};
    };
    return store_.writer().submit<nothing>(steady_time::max(), std::move(job));
}

task<nothing> journal::retry(std::string id) const {
    std::move_only_function<result<nothing>(sqlite::connection&)> job =
        [this, id = std::move(id)](sqlite::connection& db) -> result<nothing> {
        std::optional<record> known;
        if (auto row = db.query(find_, id); row.step()) known = read_row(row);
        if (!known) return fail(errc::not_found, "saga", "not found");
        if (is_over(known->at.state)) return fail(errc::conflict, "saga", "is over");
        const auto to = after_retry(known->at);
        db.run(move_, id, name_of(known->at.state), known->at.position, name_of(to.state), to.back,
               to.position, to.reached, true, clock_.now());
        changing_.store(true);
        return nothing{};
    };
    return store_.writer().submit<nothing>(steady_time::max(), std::move(job));
}

std::string new_id(random_source& random) {
    std::array<std::uint8_t, 16> raw{};
    random.fill(raw);
    return to_hex(raw);
}

}  // namespace cleave::saga
