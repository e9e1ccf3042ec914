#pragma once
// The end of an account, inside write jobs. Each may be repeated.
#include <events/platform.hpp>
#include <saga/closed_accounts.hpp>

namespace cleave::posts {

// Nobody writes as these, and no late news brings their profiles back.
const saga::closed_accounts& closed_accounts();

// Its articles and favourites go, each with its event, and its profile. True: all of them; else
// there is more to do. What the log says of them goes too, but that they are gone.
bool erase_account(sqlite::connection& db, events::outbox& outbox, std::int64_t id, timestamp at);

}  // namespace cleave::posts
