#pragma once
// The deletion of an account, a saga over all modules, meets a module that fails for good before
// anything was erased: what the others have done is undone.
#include <compare/trial.hpp>

namespace cleave::compare {

// Deletions as add_deletions() counts them; "undone_ms" from asking until all was as before;
// "works_again": the account, by logging in. Nothing, and left out with the reason, where no
// failure can be injected.
std::optional<record> failed_deletion(const run_context& context, const mode& what,
                                      std::int64_t repeat);
std::vector<metric_facts> failed_deletion_facts();

// A module that fails is asked twenty times, at most every two seconds.
inline constexpr std::chrono::milliseconds failed_deletion_takes{35'000};

}  // namespace cleave::compare
