#pragma once
// The modules that there are, as their CMakeLists.txt declare them. That .cpp is made by CMake.
//
// A binary may be built with some of them (-DCLEAVE_MODULES=comments): it knows all, runs those,
// and calls the others in processes of another binary.
#include <set>
#include <span>
#include <topology/topology.hpp>

namespace cleave::app {

std::span<const topology::known_module> known_modules();

// Their names, in that order.
std::vector<std::string> built_in_modules();

// Throws topology::config_error where one of them is not built in.
void check_built_in(const std::set<std::string, std::less<>>& modules);
// The same for all that `up` would run with this binary.
void check_built_in(const topology::topology& layout);

}  // namespace cleave::app
