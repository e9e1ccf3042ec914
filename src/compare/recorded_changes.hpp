#pragma once
// What it takes to change the program: three recorded changes to a checkout of it, each built on
// its own in a copy. The same binary serves every mode, so this is measured once.
#include <compare/experiment.hpp>
#include <expected>

namespace cleave::compare {

struct built_change {
    std::string name{};  // "2-rule"
    std::filesystem::path binary{};
    std::int64_t files = 0, modules = 0;  // that it touches
    std::int64_t objects = 0, links = 0;  // that are built again
    std::int64_t build_ms = 0;            // from the edit to the program, without a compiler cache
    std::int64_t link_ms = 0;             // of that, linking the program
};

// Those of src/compare/changes in options.source, in their order. The first call builds, which
// takes minutes; what it found, or why it could not, is kept for the rest of the run.
// Throws interrupted.
const std::expected<std::vector<built_change>, std::string>& built_changes(
    const run_context& context);

// A sentence on why this is no checkout of the program; nothing where it is.
std::optional<std::string> problem_with_source(const std::filesystem::path& source);

// A scenario each.
std::vector<record> change_records(const run_context& context, std::int64_t repeat);
std::vector<metric_facts> change_facts();

// What ninja said that it did, and its log of how long that took. For tests.
void count_steps(std::string_view output, built_change& out);
std::int64_t link_ms_of(std::string_view ninja_log, std::string_view target);
// Of `git apply --numstat`.
void count_files(std::string_view numstat, built_change& out);

}  // namespace cleave::compare
