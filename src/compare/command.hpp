#pragma once
// A command of a program, run to its end.
#include <filesystem>
#include <string>
#include <vector>

namespace cleave::compare {

struct ended_command {
    int code = -1;         // -1: a signal ended it
    std::string output{};  // of stdout and stderr
};

// Blocks. Throws std::system_error where there is no process for it.
ended_command run_command(const std::filesystem::path& program,
                          const std::vector<std::string>& arguments);

}  // namespace cleave::compare
