#pragma once
// Starts a child that owns nothing but what it is given.
#include <sys/types.h>

#include <base/unique_fd.hpp>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace cleave::topology {

struct child_command {
    std::filesystem::path binary{};
    std::vector<std::string> args{};                       // after argv[0]
    std::vector<std::pair<std::string, int>> listeners{};  // name and descriptor; see handover.hpp
    int supervisor_fd = -1;                                // see supervisor_link.hpp; -1: none
    int stderr_fd = -1;                                    // where its stderr goes; -1: as ours
};

struct child_process {
    pid_t pid = -1;
    unique_fd pidfd{};  // readable once it has exited; never another process that got its number
};

// The child has default signal handlers, an empty mask, /dev/null as its stdin, a process group of
// its own (Ctrl-C on the terminal reaches `up` alone, which stops its children in order) and no
// descriptor but the standard ones and those above. It gets SIGTERM when the calling *thread* ends,
// however that comes about.
// Throws std::system_error where it could not be started, e.g. for a binary that is not there.
child_process spawn(const child_command& command);

}  // namespace cleave::topology
