#pragma once
// Where and with what something was measured.
#include <compare/cores.hpp>
#include <compare/results.hpp>
#include <filesystem>
#include <string>

namespace cleave::compare {

machine_facts this_machine(const core_plan& cores, const std::filesystem::path& scratch);

// The given name, the compiler, and what makes a build unfit for measuring.
std::string describe_build(const std::string& name);
bool is_sanitized();

}  // namespace cleave::compare
