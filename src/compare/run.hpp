#pragma once
// The same work and the same troubles on several architectures of one binary, and what each costs
// and gives. A black-box client: it starts `binary up ...`, and knows its public HTTP API, its
// command line, and what the kernel tells of its processes.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cleave::compare {

enum class effort { quick, full };

// What is not set follows from the effort: see complete().
struct options {
    std::filesystem::path binary;          // whose `up` is started: this program itself
    std::vector<std::string> experiments;  // names, in this order; empty: all
    // "classic", "monolith", "split", "split:comments,stats" or a topology FILE.toml.
    // The first is what the others are compared with.
    std::vector<std::string> modes{"monolith", "split"};
    effort how_much = effort::quick;
    std::vector<double> rates_per_s{};  // of the open loop
    int repeats = 0;
    std::chrono::milliseconds warm_up{-1};   // of the open loop; dropped
    std::chrono::milliseconds duration{0};   // of the open loop
    std::chrono::milliseconds flat_out{-1};  // of the closed loop: throughput; 0: left out
    // Somebody's own routes instead of a blog's visitors (see own_workload.hpp), and instead of all
    // experiments; put to a system that runs already, or to the modes.
    std::optional<std::filesystem::path> workload{};
    std::optional<std::string> target{};
    // A checkout of this program, for what a change to it takes (see recorded_changes.hpp).
    std::optional<std::filesystem::path> source{};
    std::uint64_t seed = 1;
    std::vector<int> cores{};  // those to use, the generator's last; empty: all
    // Data directories are made here and removed. The file system matters: commits are durable.
    std::filesystem::path scratch = std::filesystem::temp_directory_path();
    std::optional<std::filesystem::path> out{};  // reports are written here
    std::string build;                           // "cleave 0.1.0", for the report
};

// Quick: about five minutes for all experiments on two modes. Full: less than an hour.
options complete(options given);

// A sentence on what is wrong, nothing where all is well. For the command line, before run().
std::optional<std::string> problem_with(const options& given);

// Measures, and prints a table a question to stdout; progress goes to stderr. SIGINT and SIGTERM
// end it early with a report of what was finished, and nothing is left behind.
//
// 0: measured. 1: something did not start, or more than a hundredth of the answers were wrong where
// nothing was disturbed; a sentence on stderr says what. 128 + signal: ended early.
int run(const options& given);

// Draws the reports of a run again: DIR/results.json of each. Two and more are compared.
// 1: one of them cannot be used; a sentence on stderr says why.
int report(const std::vector<std::filesystem::path>& directories);

// Whether the ratios in a results.json are within a budget (see report.hpp). 1: not, and a line
// each on stdout. 2: one of the files cannot be used.
int check(const std::filesystem::path& file, const std::filesystem::path& budget);

}  // namespace cleave::compare
