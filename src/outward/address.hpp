#pragma once
// Which addresses lie on the public internet.
#include <sys/socket.h>

namespace cleave::outward {

// Whether a message to whoever is there may leave: false for private, loopback, link-local, shared,
// multicast, documentation and all other special-purpose blocks (IANA's registries for IPv4 and
// IPv6), for IPv4 in IPv6 by what it stands for, and for anything that is neither IPv4 nor IPv6.
bool is_public(const sockaddr& address);

}  // namespace cleave::outward
