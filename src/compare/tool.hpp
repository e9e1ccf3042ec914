#pragma once
// A program that is not ours (git, cmake, ninja), run to its end with a limit on its time.
#include <atomic>
#include <chrono>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::compare {

struct tool_run {
    std::vector<std::string> arguments;    // the program, found in PATH, and what it is given
    std::filesystem::path folder;          // where it runs
    std::filesystem::path output;          // a file for stdout and stderr, written anew
    std::vector<std::string> variables{};  // "NAME=value", besides those that are there
    std::vector<int> cores{};              // empty: this program's
    std::chrono::milliseconds limit{600'000};
};

struct tool_result {
    std::string output{};
    std::chrono::milliseconds took{0};
};

// Fails with a sentence that has the end of its output: it ended with another code than 0, took too
// long or cannot be run. With all that it started it is killed where `stop` becomes true or the
// limit is over; in the first case it throws interrupted. `shown` gets the last line now and then.
std::expected<tool_result, std::string> run_tool(
    const tool_run& what, const std::atomic<bool>& stop,
    const std::function<void(std::string_view)>& shown);

}  // namespace cleave::compare
