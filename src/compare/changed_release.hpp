#pragma once
// From an edit to the first answer that shows it.
#include <compare/trial.hpp>

namespace cleave::compare {

// A rule of posts is changed, built from options.source and deployed while somebody asks for what
// the new rule refuses. Nothing, and left out with the reason, where it cannot be.
std::optional<record> changed_release(const trial& blog, const run_context& context);
std::vector<metric_facts> changed_release_facts();

}  // namespace cleave::compare
