#pragma once
// The modules that orchestrate sagas: they have the service <module>.sagas.
#include <array>
#include <string_view>

namespace cleave::app {

inline constexpr std::array<std::string_view, 1> saga_owners{"users"};

}  // namespace cleave::app
