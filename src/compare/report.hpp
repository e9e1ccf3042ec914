#pragma once
// One table: what each mode costs, and how much more than the first one, with its uncertainty.
#include <compare/results.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace cleave::compare {

// Every metric of every mode but the first. Pairs are the runs of one repeat.
std::vector<ratio_result> ratios_of(const results& found);

// Plain text for a terminal, a pipe or a README.
std::string to_table(const results& found);

// Wrong and missing answers, a generator that was too slow: sentences, none where all is well.
std::vector<std::string> warnings_of(const results& found);

// DIR/results.json. Throws std::system_error.
void write_results(const results& found, const std::filesystem::path& directory);

}  // namespace cleave::compare
