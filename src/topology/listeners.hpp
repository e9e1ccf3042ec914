#pragma once
// The listening sockets of every process of a topology, held by `up`.
#include <filesystem>
#include <map>
#include <string>
#include <topology/handover.hpp>
#include <topology/topology.hpp>
#include <vector>

namespace cleave::topology {

struct bound_topology {
    topology effective;                                    // with the addresses they really have
    std::map<std::string, inherited_listeners> listeners;  // of each instance
    std::vector<std::filesystem::path> socket_files;       // that binding made
};

// Where an instance of this name is called if nobody says where: see call_wire. Makes DIR/run.
std::string own_choice(const topology& t, std::string_view instance);

// Binds internal and ops of every instance (at its own choice, and 127.0.0.1 and any free port,
// unless the topology says where) and the gateway's public listener, unless that one was inherited.
// Throws std::system_error, saying which listener it was.
bound_topology bind_all(topology t, inherited_listeners inherited);

// The same for one more instance of a process, the next number.
void bind_instance(bound_topology& into, const std::string& process, unsigned number);

}  // namespace cleave::topology
