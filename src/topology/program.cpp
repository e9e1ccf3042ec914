#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <topology/program.hpp>

namespace cleave::topology {

std::filesystem::path find_program(const std::string& name) {
    const char* const path = std::getenv("PATH");
    if (name.find('/') != name.npos || path == nullptr) return name;
    std::istringstream folders(path);
    for (std::string folder; std::getline(folders, folder, ':');) {
        const auto candidate = std::filesystem::path(folder.empty() ? "." : folder) / name;
        const bool runs = ::access(candidate.c_str(), X_OK) == 0;
        if (runs && std::filesystem::is_regular_file(candidate)) return candidate;
    }
    return name;
}

}  // namespace cleave::topology
