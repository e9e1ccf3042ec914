#pragma once
// How an account is deleted: its holder proves to be that, the account is frozen, and a saga goes
// through all modules.
#include <base/worker_pool.hpp>
#include <users/deletion.hpp>

#include "login_throttle.hpp"
#include "store_deletion.hpp"

namespace cleave::users {

class deleter final : public deleting {
public:
    // All but `given` must outlive it.
    deleter(platform given, const authority_store& authority, login_throttle& logins,
            worker_pool& hashing)
        : given_(given),
          sagas_(given.outbox, given.clock),
          store_(given, authority, sagas_),
          logins_(logins),
          hashing_(hashing) {}

    task<begun_deletion> begin(command_context context, deletion_request r) override;
    task<deletion> find(query_context context, deletion_query r) override;

    saga::journal& sagas() { return sagas_; }
    // What this module does in sagas.
    saga::action_list actions();

private:
    platform given_;
    saga::journal sagas_;
    deletion_store store_;
    login_throttle& logins_;
    worker_pool& hashing_;
};

}  // namespace cleave::users
