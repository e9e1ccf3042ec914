#pragma once
// The same reads and writes on several architectures of one binary, and one table of what each
// costs. A black-box client: it starts `binary up …` and knows its public HTTP API alone.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::compare {

// The defaults take about a minute and a half for two modes.
struct options {
    std::filesystem::path binary;  // whose `up` is started: this program itself
    // "monolith", "split" (every module on its own), "split:comments,stats" or a topology
    // FILE.toml. The first is what the others are compared with; the same twice is an A/A run.
    std::vector<std::string> modes{"monolith", "split"};
    double rate_per_s = 500;
    int repeats = 4;
    std::chrono::seconds warm_up{1};   // of the open loop; dropped
    std::chrono::seconds duration{6};  // of the open loop: latency, CPU and memory
    std::chrono::seconds flat_out{3};  // of the closed loop: throughput; 0: left out
    std::uint64_t seed = 1;
    // Data directories are made here and removed. The file system matters: commits are durable.
    std::filesystem::path scratch = std::filesystem::temp_directory_path();
    std::optional<std::filesystem::path> out{};  // results.json is written here
    std::string build;                           // "cleave 0.1.0", for the report
};

// A sentence on what is wrong, nothing where all is well. For the command line, before run().
std::optional<std::string> problem_with(const options& given);

// Measures, and prints the table to stdout; progress goes to stderr when that is a terminal.
// SIGINT and SIGTERM end it early with what was finished, and nothing is left behind.
//
// 0: measured. 1: something did not start, or more than a hundredth of the answers were wrong; a
// sentence on stderr says what. 128 + signal: ended early.
int run(const options& given);

}  // namespace cleave::compare
