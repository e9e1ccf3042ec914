#pragma once
// Where a program is.
#include <filesystem>
#include <string>

namespace cleave::topology {

// As a shell finds it: a name without a slash in the directories of PATH. What is not found is
// given back as it is, so that starting it says so.
std::filesystem::path find_program(const std::string& name);

}  // namespace cleave::topology
