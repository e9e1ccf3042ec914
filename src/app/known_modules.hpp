#pragma once
// The modules of this binary, as their CMakeLists.txt declare them. The .cpp is made by CMake.
#include <span>
#include <topology/topology.hpp>

namespace cleave::app {

std::span<const topology::known_module> known_modules();

}  // namespace cleave::app
