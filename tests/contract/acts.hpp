#pragma once
// What most contract tests begin with. Each command has a key of its own, so that it is done once
// even where calls are lost.
#include <support/callers.hpp>

#include "modes.hpp"

namespace cleave::test {

command_context once_by(const identity& who);
command_context once_by(std::int64_t user_id);

// Each REQUIREs that it works.
async<users::account> sign_up(world& w, std::string name);  // with the password "correct horse"
async<posts::article> publish(world& w, std::int64_t author_id, std::string title);

}  // namespace cleave::test
