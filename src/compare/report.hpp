#pragma once
// What is shown of results: to a terminal, a browser, a spreadsheet and other programs.
#include <compare/results.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace cleave::compare {

// A table a question, a sentence a verdict; plain text for a terminal, a pipe or a README.
std::string to_text_report(const results& found);

// One file that needs no other: works offline, in English and Korean.
std::string to_html(const results& found);

// A line a value: experiment, scenario, mode, repeat, metric, unit, value, valid (RFC 4180).
std::string to_csv(const results& found);

// Two runs side by side: ratios of each, and whether their intervals overlap.
std::string to_text_comparison(const results& before, const results& after);

// What makes a record doubtful: sentences, none where all is well.
std::vector<std::string> warnings_of(const results& found);

// DIR/results.json, results.csv and report.html. Throws std::system_error.
void write_results(const results& found, const std::filesystem::path& directory);
// Throws std::runtime_error with a sentence.
results read_results(const std::filesystem::path& directory_or_file);

// A budget is TOML: [[ratio]] experiment, scenario, metric, mode, and max or min. Sentences on what
// is out of it; throws std::runtime_error where the file cannot be used, or names what is not
// there.
std::vector<std::string> out_of_budget(const results& found, const std::filesystem::path& budget);

}  // namespace cleave::compare
