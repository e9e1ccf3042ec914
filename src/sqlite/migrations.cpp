#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <charconv>
#include <sqlite/migrations.hpp>
#include <telemetry/log.hpp>

namespace cleave::sqlite {

namespace {

// Module names are identifiers from our own source: they need no quoting.
class migrator {
public:
    migrator(connection& db, const migration_list& list) : db_(db), list_(list) {}

    void check_numbers() const;
    void make_tables();
    void check_reader() const;
    std::size_t check_applied() const;  // how many of the list's steps are applied
    void apply(std::size_t index);

private:
    template <class F>
    void in_one_transaction(F&& f);
    std::int64_t newest() const { return static_cast<std::int64_t>(list_.steps.size()); }

    connection& db_;
    const migration_list& list_;
};

// What f throws passes, with the transaction undone.
template <class F>
void migrator::in_one_transaction(F&& f) {
    db_.run("BEGIN IMMEDIATE");
    try {
        f();
        db_.run("COMMIT");
    } catch (...) {
        if (db_.in_transaction()) db_.run("ROLLBACK");
        throw;
    }
}

std::string checksum(std::string_view sql) {
    std::array<std::uint8_t, 16> digest{};
    const auto text = as_bytes(sql);
    crypto_generichash(digest.data(), digest.size(), text.data(), text.size(), nullptr, 0);
    return to_hex(digest);
}

void migrator::check_numbers() const {
    for (std::size_t i = 0; i < list_.steps.size(); ++i) {
        const auto name = list_.steps[i].name;
        std::size_t number = 0;
        const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (bad != std::errc() || number != i + 1)
            throw std::runtime_error(fmt::format("migrations of {}: step {} should be number {}",
                                                 list_.module, name, i + 1));
    }
}

void migrator::make_tables() {
    in_one_transaction([&] {
        db_.run_script(fmt::format(
            "CREATE TABLE IF NOT EXISTS {0}_migrations("
            "  version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT;"
            "CREATE TABLE IF NOT EXISTS {0}_minimum_reader(version INTEGER NOT NULL) STRICT;"
            "INSERT INTO {0}_minimum_reader SELECT 0"
            "  WHERE NOT EXISTS (SELECT 1 FROM {0}_minimum_reader);",
            list_.module));
    });
}

void migrator::check_reader() const {
    auto row = db_.query(fmt::format("SELECT max(version) FROM {}_minimum_reader", list_.module));
    const auto least = row.step() ? row.integer(0) : 0;
    if (least > newest())
        throw std::runtime_error(
            fmt::format("the database of {} is too new for this binary: it needs one that knows "
                        "migration {}, this one knows {}; install a newer release",
                        list_.module, least, newest()));
}

std::size_t migrator::check_applied() const {
    auto rows = db_.query(fmt::format(
        "SELECT version, name, checksum FROM {}_migrations ORDER BY version", list_.module));
    std::size_t applied = 0;
    while (rows.step()) {
        const auto version = rows.integer(0);
        if (version > newest()) {
            log::info({"sqlite", list_.module},
                      "the database of {} has migration {}, which this binary does not "
                      "know and can live with",
                      list_.module, rows.text(1));
            continue;
        }
        if (version != static_cast<std::int64_t>(applied) + 1)
            throw std::runtime_error(fmt::format("the database of {} has migration {} but not {}",
                                                 list_.module, version, applied + 1));
        const auto& step = list_.steps[applied++];
        if (rows.text(2) != checksum(step.sql))
            throw std::runtime_error(fmt::format(
                "migration {} of {} has changed since it was applied as {}: undo the change and "
                "add a further migration instead",
                step.name, list_.module, rows.text(1)));
    }
    return applied;
}

// Throws sqlite::error; the step is undone.
void migrator::apply(std::size_t index) {
    const auto& step = list_.steps[index];
    try {
        in_one_transaction([&] {
            db_.run_script(std::string(step.sql));
            db_.run(fmt::format("INSERT INTO {}_migrations VALUES (?1, ?2, ?3)", list_.module),
                    index + 1, step.name, checksum(step.sql));
        });
    } catch (const error& e) {
        throw error(e.extended_code(),
                    fmt::format("migration {} of {}: {}", step.name, list_.module, e.what()));
    }
    log::info({"sqlite", list_.module}, "applied migration {} of {}", step.name, list_.module);
}

}  // namespace

void migrate(connection& db, const migration_list& list) {
    migrator work(db, list);
    work.check_numbers();
    work.make_tables();
    work.check_reader();
    for (auto next = work.check_applied(); next < list.steps.size(); ++next) work.apply(next);
}

bool has_all_steps(connection& db, const migration_list& list) {
    const migrator work(db, list);
    work.check_reader();
    auto row =
        db.query(fmt::format("SELECT count(*) FROM {}_migrations WHERE version <= ?1", list.module),
                 list.steps.size());
    return row.step() && row.integer(0) == static_cast<std::int64_t>(list.steps.size());
}

}  // namespace cleave::sqlite
