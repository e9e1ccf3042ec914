#pragma once
// Accounts that come from elsewhere: the same rules as signing up, and one hash for all of a batch.
#include <base/worker_pool.hpp>
#include <users/import.hpp>
#include <users/module.hpp>

#include "store.hpp"

namespace cleave::users {

class importer final : public importing {
public:
    importer(store& s, worker_pool& hashing, password_cost cost)
        : store_(s), hashing_(hashing), cost_(cost) {}

    task<imported_accounts> add(command_context context, import_accounts_request r) override;

private:
    store& store_;
    worker_pool& hashing_;
    password_cost cost_;
};

}  // namespace cleave::users
