#include <events/outbox.hpp>
#include <events/restored.hpp>

namespace cleave::events {

namespace {

// What f throws passes, with all of it undone: the connection ends with its transaction open.
template <class F>
void change(const kept_module& module, F f) {
    sqlite::connection db(module.file, sqlite::open_mode::owner);
    db.run("BEGIN IMMEDIATE");
    f(db);
    db.run("COMMIT");
}

}  // namespace

void renew_epochs(std::span<const kept_module> modules) {
    std::map<std::string, renewed_epoch> renewed;
    for (const auto& module : modules)
        change(module, [&](sqlite::connection& db) {
            renewed[module.name] = renew_epoch(db, module.name);
        });
    for (const auto& module : modules)
        change(module, [&](sqlite::connection& db) {
            for (const auto& [publisher, epoch] : renewed)
                adopt_epoch(db, module.name, publisher, epoch);
        });
}

}  // namespace cleave::events
