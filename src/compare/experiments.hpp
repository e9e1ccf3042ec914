#pragma once
// The experiments, each in a file of its name, and what several of them do.
#include <compare/trial.hpp>

namespace cleave::compare {

experiment cost();  // experiment_cost.cpp, and so on
experiment ladder();
experiment extract();
experiment fault();
experiment deploy();
experiment scale();
experiment neighbour();
experiment consistency();
experiment surface();
experiment own_routes();  // instead of all others where there is a workload

// At the first of the given rates: latencies, answers, resources, and a curve of the latencies.
record at_the_rate(trial& blog, const options& given, std::string scenario,
                   std::optional<visit> kind = {});

// A module's process, or the one that it shares, is killed under load: what fails, and for how
// long; a timeline; what was lost or doubled.
record with_one_killed(trial& blog, std::string_view module, std::string scenario,
                       const options& given);
std::chrono::milliseconds killing_takes(const options& given);
std::vector<metric_facts> outage_facts();

// Whether what was acknowledged in a load is there, and once: "lost" and "doubled" are added. Waits
// until it can be read.
void add_losses(record& out, trial& blog, const load_result& load, const traffic& what);

// About how long a trial takes beside its loads: starting, filling, stopping.
std::chrono::milliseconds around_a_trial(const workload_sizes& sizes = small_blog);

}  // namespace cleave::compare
