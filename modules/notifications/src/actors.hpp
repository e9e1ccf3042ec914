#pragma once
// Who did it, as the caller sees them: asks users in one batch.
#include <notifications/api.hpp>
#include <users/api.hpp>

namespace cleave::notifications {

// Fills in whom the caller follows, and the names and pictures of those whom the store has not
// heard of. Without users the answer is poorer, and is one all the same.
async<void> describe_actors(users::api& users, query_context context,
                            std::vector<notification>& all);

}  // namespace cleave::notifications
