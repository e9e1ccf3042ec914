#pragma once
// A blog of which one module's data can be made to fail.
#include <compare/bad_release.hpp>
#include <compare/trial.hpp>
#include <functional>

namespace cleave::compare {

// What `use` finds; nothing, and left out with the reason, where no such program can be made.
std::optional<record> with_failing_data(
    const run_context& context, const mode& what, std::int64_t repeat, std::string_view module,
    const std::function<record(trial& blog, const program_that_can_fail& program)>& use);

}  // namespace cleave::compare
