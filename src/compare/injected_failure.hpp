#pragma once
// One request fails, and somebody looks for it as an operator would, by what its answer says.
#include <compare/trial.hpp>

namespace cleave::compare {

// In how many processes' logs and in how many lines it is, and whether these name the module whose
// data failed; the same of the spans where requests are traced. Nothing, and left out with the
// reason, where no failure can be injected.
std::optional<record> injected_failure(const run_context& context, const mode& what,
                                       std::int64_t repeat, bool traced);
std::vector<metric_facts> injected_failure_facts();

}  // namespace cleave::compare
