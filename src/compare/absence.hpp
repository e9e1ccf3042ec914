#pragma once
// How a blog does without one of its modules, and how late a change is seen: what it decides
// whether a module keeps a copy, asks another, or waits for it.
#include <compare/trial.hpp>

namespace cleave::compare {

// Arguments of a mode in which who is killed stays away.
std::vector<std::string> stays_away();

// In this order, as each leaves something that stays down: from a changed profile to its showing
// with an article; from a comment to its notification; comments written without notifications;
// articles read without users. Throws as experiment::measure.
std::vector<record> without_others(trial& blog, const run_context& context);
std::vector<metric_facts> absence_facts();

// From the acknowledgement of a comment until its article's author is told, so many times, into
// lag_p50_ns and lag_p99_ns.
void add_notification_lag(record& out, const trial& blog, const run_context& context, int rounds);

}  // namespace cleave::compare
