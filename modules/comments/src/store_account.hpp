#pragma once
// The end of an account, inside write jobs. Each may be repeated.
#include "store.hpp"

namespace cleave::comments {

// Its owner is being deleted, or is gone.
bool is_closed(sqlite::connection& db, std::int64_t account_id);

// Nobody writes as that account any more; or again.
void close_account(sqlite::connection& db, std::int64_t id);
void reopen_account(sqlite::connection& db, std::int64_t id);

// Its comments go, each with its event, those of others on its articles, and its profile. True: all
// of them; else there is more to do. What the log says of them goes too, but that they are gone.
bool erase_account(sqlite::connection& db, store& comments, events::outbox& outbox, std::int64_t id,
                   timestamp at);

// Users tells everything again, and so who is gone.
void forget_closed_accounts(sqlite::connection& db);

}  // namespace cleave::comments
