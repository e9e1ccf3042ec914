#pragma once
// Events that are applied in the transaction of the change, by modules whose tables are in the same
// database (ADR 29): no follower, no lag, and no place of its own for what cannot be applied; it
// fails the publisher's write job.
//
// The log is written all the same. That a subscription is delivered to in this way is noted in
// place of its position, so that a process which follows feeds again knows that everything was
// applied, and one which begins to deliver applies first what was not.
#include <events/outbox.hpp>

namespace cleave::events {

// From now on. Blocks: before the first command. Throws std::runtime_error with what to do, where
// an event cannot be applied, or is parked.
void begin_inline(outbox& publisher, outbox& follower, const subscription& what);

// Where it was begun by an earlier process: the follower goes on at the log's end. The same.
void end_inline(outbox& publisher, outbox& follower);

}  // namespace cleave::events
