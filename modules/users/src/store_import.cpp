#include "store.hpp"

namespace cleave::users {

task<imported_accounts> store::import(command_context context, std::vector<new_account> wanted) {
    auto job = [this,
                wanted = std::move(wanted)](sqlite::connection& db) -> result<imported_accounts> {
        imported_accounts out;
        for (const auto& one : wanted) {
            if (auto known = db.query("SELECT id FROM users_users WHERE email = ?1", one.email);
                known.step()) {
                out.ids.push_back(known.integer(0));
            } else if (db.query("SELECT 1 FROM users_users WHERE username = ?1", one.username)
                           .step()) {
                out.ids.push_back(0);
            } else {
                out.ids.push_back(insert(db, one).id);
                ++out.added;
            }
        }
        return out;
    };
    return given_.store.writer().submit<imported_accounts>(context, std::move(job));
}

}  // namespace cleave::users
