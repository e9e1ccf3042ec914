#pragma once
// The part of the store that knows how an account ends.
#include <events/platform.hpp>
#include <saga/journal.hpp>
#include <users/deletion.hpp>

#include "store_authority.hpp"

namespace cleave::users {

class deletion_store {
public:
    deletion_store(platform given, const authority_store& authority, const saga::journal& sagas)
        : given_(given), authority_(authority), sagas_(sagas) {}

    // The answer that this very command was given before.
    result<std::optional<begun_deletion>> find_answer(const command_context& context);
    // The caller's hash and e-mail. Fails as api::get_own_account does.
    struct proof {
        std::string email;
        std::string password_hash;
    };
    result<proof> find_proof(const query_context& context);

    // Freezes the caller's account and begins the saga, in one transaction; where modules share
    // their database, all of the saga is in it.
    task<begun_deletion> begin(command_context context, saga::plan what, std::string id);

    // Inside a write job: the steps.
    static void freeze(sqlite::connection& db, std::int64_t id);
    static void unfreeze(sqlite::connection& db, std::int64_t id);
    bool erase(sqlite::connection& db, std::int64_t id) const;

private:
    platform given_;
    const authority_store& authority_;
    const saga::journal& sagas_;
};

deletion to_deletion(saga::record r);

}  // namespace cleave::users
