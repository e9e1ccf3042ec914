#pragma once
// Whether anybody is at an address, found out by going there.
#include <base/async.hpp>
#include <string>

namespace cleave::topology {

// True: the host says that nobody listens there, as it does at once where the process was killed.
// False: somebody does, or nobody says anything.
async<bool> is_deserted(std::string address);

}  // namespace cleave::topology
