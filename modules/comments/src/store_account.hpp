#pragma once
// The end of an account, inside write jobs. Each may be repeated.
#include <saga/closed_accounts.hpp>

#include "store.hpp"

namespace cleave::comments {

// Nobody writes as these, and no late news brings their profiles back.
const saga::closed_accounts& closed_accounts();

// Its comments go, each with its event, those of others on its articles, and its profile. True: all
// of them; else there is more to do. What the log says of them goes too, but that they are gone.
bool erase_account(sqlite::connection& db, store& comments, events::outbox& outbox, std::int64_t id,
                   timestamp at);

}  // namespace cleave::comments
