#include <events/outbox.hpp>
#include <events/restored.hpp>

namespace cleave::events {

namespace {

// What f throws passes, with all of it undone: the connection ends with its transaction open.
template <class F>
void change(const std::filesystem::path& data, const std::string& module, F f) {
    sqlite::connection db(data / (module + ".db"), sqlite::open_mode::owner);
    db.run("BEGIN IMMEDIATE");
    f(db);
    db.run("COMMIT");
}

}  // namespace

void renew_epochs(const std::filesystem::path& data, std::span<const std::string> modules) {
    std::map<std::string, renewed_epoch> renewed;
    for (const auto& module : modules)
        change(data, module,
               [&](sqlite::connection& db) { renewed[module] = renew_epoch(db, module); });
    for (const auto& module : modules)
        change(data, module, [&](sqlite::connection& db) {
            for (const auto& [publisher, epoch] : renewed)
                adopt_epoch(db, module, publisher, epoch);
        });
}

}  // namespace cleave::events
