#pragma once
// The real binary: the whole blog in one process with one I/O thread, or in several.
#include <filesystem>
#include <memory>
#include <string>
#include <support/child_process.hpp>

namespace cleave::bench {

struct served {
    std::unique_ptr<test::child_process> process;
    std::string public_at;  // "127.0.0.1:41234"
    std::string internal;
};

// Returns when it is ready. Throws std::runtime_error where it does not become so.
served serve_alone(const std::filesystem::path& data);
// `cleave up` with these arguments.
served serve_split(const std::filesystem::path& data, std::vector<std::string> arguments);

}  // namespace cleave::bench
