#pragma once
// From records to what can be said of them.
#include <compare/results.hpp>
#include <string>
#include <vector>

namespace cleave::compare {

// Scenarios of an experiment, in the order of their first record.
std::vector<std::string> scenarios_of(const experiment_result& of);

// Of one mode, by repeat; nothing where a record is not valid or has no such metric.
std::vector<double> values_of(const experiment_result& of, std::string_view scenario,
                              std::string_view metric, std::int64_t mode);

// What a mode is compared with.
std::size_t base_of(const experiment_result& of, std::size_t mode);

// The metrics by which many modes are told apart in a scenario, where it has them.
std::vector<metric_facts> main_metrics(const experiment_result& of, const std::string& scenario);
// Whether a mode took part in it.
bool has_any(const experiment_result& of, const std::string& scenario, std::size_t mode);
// More modes than this are rows of a table.
inline constexpr std::size_t mode_columns_max = 3;

// Every metric of every mode against its base. Pairs are the records of one repeat. What is
// sometimes 0, as a count of errors, has no ratio. A ratio within the noise, which is that of the
// first mode to itself, is not significant whatever its interval says, nor is one that rounds
// to 1.00.
std::vector<comparison> compare_modes(const experiment_result& of, std::uint64_t seed);

const comparison* find_comparison(const experiment_result& of, std::string_view scenario,
                                  std::string_view metric, std::int64_t mode);

inline constexpr std::string_view no_difference = "no significant difference";
// "1.27 (1.20 to 1.35)", "no significant difference", "1.27 (one repeat)".
std::string to_text(const comparison& c);

// A typical value: the geometric mean, or the mean where something is 0.
double typical(const std::vector<double>& values);
// "1.38 ms", "26.5 MiB", "12,090": with the unit, three digits that count.
std::string to_text(double value, std::string_view unit);

// A sentence a scenario and mode on what is significant, and on what is not.
struct verdict {
    std::string en, ko;
};
std::vector<verdict> verdicts_of(const experiment_result& of);

// Of modules that were taken out one at a time: in the order of how few requests fail when its
// process is killed (experiments.hpp, with_one_killed), then of the CPU that taking it out costs.
// Nothing where there is nothing to put in order.
std::optional<verdict> which_first(const experiment_result& of);

// Whether sentences are made of this metric.
bool is_headline(std::string_view metric);

}  // namespace cleave::compare
