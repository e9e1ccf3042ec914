#pragma once
// Decisions of the stats module that need no I/O.
#include <posts/api.hpp>
#include <stats/api.hpp>

namespace cleave::stats {

// Whether the caller may see an article's figures: its author may. Else forbidden.
result<void> check_reader(const identity& caller, const posts::article_ref& article);

}  // namespace cleave::stats
