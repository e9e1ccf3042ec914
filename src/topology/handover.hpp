#pragma once
// Listening sockets belong to whoever supervises, and are inherited: connections that wait in the
// accept queue survive the death of the process that answers them.
//
// The protocol is systemd's (sd_listen_fds(3)): descriptors from 3 on, LISTEN_FDS says how many,
// LISTEN_PID for whom, LISTEN_FDNAMES what each is. So `cleave up` and a systemd .socket unit look
// alike to the child.
#include <base/unique_fd.hpp>
#include <map>
#include <string>
#include <string_view>

namespace cleave::topology {

inline constexpr int first_inherited_fd = 3;

inline constexpr std::string_view public_listener = "public";
inline constexpr std::string_view internal_listener = "internal";
inline constexpr std::string_view ops_listener = "ops";

// By name. Each listens, does not block and is closed on exec.
using inherited_listeners = std::map<std::string, unique_fd, std::less<>>;

// Empty where nothing was handed to this process. Unsets the variables, so that children of this
// process do not take them for theirs: call it before the first thread starts.
//
// A single socket under any other name (systemd's default is the unit's name) is the public one.
// Throws std::runtime_error, saying what to change, for several sockets that are not named
// public, internal and ops, or one that does not listen (a unit with Accept=yes).
inherited_listeners take_inherited();

}  // namespace cleave::topology
