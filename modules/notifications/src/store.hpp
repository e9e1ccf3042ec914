#pragma once
// Every SQL statement of the notifications module.
#include <events/platform.hpp>
#include <notifications/api.hpp>
#include <users/api.hpp>

#include "rules.hpp"

namespace cleave::notifications {

class store {
public:
    explicit store(platform given) : given_(given) {}

    // A user's notifications, newest first.
    result<page> list(const query_context& context, std::int64_t user_id, std::int64_t limit,
                      std::int64_t offset);

    // Inside a write job: tells the user, unless they were told of this event before.
    static void add(sqlite::connection& db, const new_notification& n);

    // Inside a write job: keeps the newer of what it has and what it is told.
    static void keep_actor(sqlite::connection& db, const users::profile& p);

private:
    platform given_;
};

}  // namespace cleave::notifications
