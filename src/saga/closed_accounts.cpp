#include <saga/closed_accounts.hpp>

namespace cleave::saga {

closed_accounts::closed_accounts(std::string_view module) {
    const auto table = fmt::format("{}_closed_accounts", module);
    find_ = fmt::format("SELECT 1 FROM {} WHERE id = ?1", table);
    find_erased_ = fmt::format("SELECT 1 FROM {} WHERE id = ?1 AND erased = 1", table);
    close_ = fmt::format("INSERT INTO {} VALUES (?1, 0) ON CONFLICT DO NOTHING", table);
    reopen_ = fmt::format("DELETE FROM {} WHERE id = ?1 AND erased = 0", table);
    mark_ = fmt::format("UPDATE {} SET erased = 1 WHERE id = ?1", table);
    forget_ = fmt::format("DELETE FROM {}", table);
}

bool closed_accounts::contain(sqlite::connection& db, std::int64_t id) const {
    return db.query(find_, id).step();
}

bool closed_accounts::is_erased(sqlite::connection& db, std::int64_t id) const {
    return db.query(find_erased_, id).step();
}

void closed_accounts::close(sqlite::connection& db, std::int64_t id) const {
    db.run(close_, id);
}

void closed_accounts::reopen(sqlite::connection& db, std::int64_t id) const {
    db.run(reopen_, id);
}

void closed_accounts::mark_erased(sqlite::connection& db, std::int64_t id) const {
    db.run(mark_, id);
}

void closed_accounts::forget_all(sqlite::connection& db) const {
    db.run(forget_);
}

action_list closed_accounts::actions(action erase) const {
    const auto closing = [this](sqlite::connection& db, std::int64_t id) { close(db, id); };
    const auto reopening = [this](sqlite::connection& db, std::int64_t id) { reopen(db, id); };
    return {{"account.close", at_once(closing)},
            {"account.reopen", at_once(reopening)},
            {"account.erase", std::move(erase)}};
}

}  // namespace cleave::saga
